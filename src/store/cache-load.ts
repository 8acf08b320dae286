/** Fills a cache from the engine: one consistent state, read in pages. */
import type { CacheOptions } from './cache.ts';
import { type CacheEntries, createCacheEntries } from './cache-entries.ts';
import type { Revision, StoredRecord } from './engine.ts';
import { prefixEnd } from './keys.ts';

export interface Loaded<E> {
  readonly entries: CacheEntries<E>;
  readonly revision: Revision;
}

/** Entries made per turn of the event loop. */
const pageLimit = 500;

export async function loadEntries<E>(options: CacheOptions<E>): Promise<Loaded<E>> {
  for (;;) {
    const loaded = await tryLoad(options);
    if (loaded !== null) return loaded;
  }
}

/** null: the state was compacted away while it was being read. */
async function tryLoad<E>(options: CacheOptions<E>): Promise<Loaded<E> | null> {
  const { engine, prefix } = options;
  const entries = createCacheEntries(options);
  const end = prefixEnd(prefix);
  let start = prefix;
  let revision: Revision = 0;
  for (;;) {
    const outcome = await engine.range({ start, end, revision, limit: pageLimit });
    if (outcome.kind !== 'ok') return null;
    revision = outcome.revision;
    const { records, more } = outcome.value;
    for (const record of records) entries.set(record.key, toEntry(options, record));
    if (!more) return { entries, revision };
    start = `${records[records.length - 1]!.key}\u0000`;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function toEntry<E>(options: CacheOptions<E>, { key, value, modRevision, createRevision }: StoredRecord): E {
  return options.toEntry(key, value, modRevision, createRevision, null);
}
