/** The last step of every write: bytes to the store, and the store's outcomes to what the client is told. */
import type { KubeObject } from '../meta/object.ts';
import type { StoredRecord } from '../store/engine.ts';
import { bytesAtRevision, type Entry, type Extract, entryOf, extractOf, storedValue } from './entry.ts';
import type { Registry } from './registry.ts';
import { type Storage, storageKey } from './resource.ts';

export type CommitOutcome =
  | { readonly kind: 'committed'; readonly entry: Entry }
  /** Somebody else wrote the key; `current` is what stands there now, null when nothing does. */
  | { readonly kind: 'raced'; readonly current: Entry | null };

/** Writes `object` where `over` stands; null: where nothing stands. The value must be `storedValue(storage, object)`. */
export async function commit(
  registry: Registry,
  storage: Storage,
  object: KubeObject,
  value: Buffer,
  over: Entry | null,
): Promise<CommitOutcome> {
  const { namespace = '', name = '' } = object.metadata;
  const key = over?.key ?? storageKey(storage, namespace, name);
  const extract: Extract = extractOf(storage, object);
  const outcome = await registry.store.write({
    type: 'put',
    key,
    value,
    expectedRevision: over?.revision ?? 0,
    ttlSeconds: storage.ttlSeconds,
    attachment: extract,
  });
  switch (outcome.kind) {
    case 'committed': {
      const live = storage.cache.get(key);
      const entry =
        live !== undefined && live.revision === outcome.revision
          ? live
          : entryOf(storage, key, value, outcome.revision, extract);
      return { kind: 'committed', entry };
    }
    case 'missing':
      return { kind: 'raced', current: null };
    case 'exists':
    case 'conflict':
      return { kind: 'raced', current: recordEntry(storage, outcome.current) };
  }
}

/** Removes `over`; the entry answered carries the revision of the deletion. */
export async function remove(registry: Registry, over: Entry, storage: Storage): Promise<CommitOutcome> {
  const outcome = await registry.store.write({
    type: 'delete',
    key: over.key,
    expectedRevision: over.revision,
    attachment: null,
  });
  switch (outcome.kind) {
    case 'committed':
      return {
        kind: 'committed',
        entry: {
          ...over,
          revision: outcome.revision,
          bytes: bytesAtRevision(over.bytes, over.revision, outcome.revision),
          converted: null,
        },
      };
    case 'missing':
      return { kind: 'raced', current: null };
    case 'exists':
    case 'conflict':
      return { kind: 'raced', current: recordEntry(storage, outcome.current) };
  }
}

/** What a dry run answers: the object as it would stand, at the revision of what it would replace. */
export function dryRunEntry(storage: Storage, object: KubeObject, over: Entry | null): Entry {
  const { namespace = '', name = '' } = object.metadata;
  const key = over?.key ?? storageKey(storage, namespace, name);
  return entryOf(storage, key, storedValue(storage, object), over?.revision ?? 0, extractOf(storage, object));
}

function recordEntry(storage: Storage, record: StoredRecord): Entry {
  const live = storage.cache.get(record.key);
  if (live !== undefined && live.revision === record.modRevision) return live;
  return entryOf(storage, record.key, record.value, record.modRevision, null);
}
