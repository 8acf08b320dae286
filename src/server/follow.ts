/** Keeps something in memory equal to a stored resource: first all of it, then each change, in the turn of its commit. */
import type { Logger } from '../base/logger.ts';
import type { Entry } from '../registry/entry.ts';
import { type Resource, storageOf } from '../registry/resource.ts';
import type { CacheWatcher } from '../store/cache.ts';

export interface Followed {
  put(entry: Entry): void;
  /** `entry`: as it was. */
  remove(entry: Entry): void;
}

/** Resolves when all of it was put; the cache must be there for as long as the server runs. `what`: in the log. */
export async function follow(resource: Resource, what: string, logger: Logger, followed: Followed): Promise<void> {
  const { cache, prefix } = storageOf(resource);
  await cache.ready();
  const scope = { prefix, exact: false, index: null };
  const { entries, revision } = cache.list(scope);
  for (const entry of entries) followed.put(entry);
  const watcher: CacheWatcher = cache.watch(scope, revision, {
    deliver(events) {
      for (const { entry, previous } of events) {
        if (entry !== null) followed.put(entry);
        else if (previous !== null) followed.remove(previous);
      }
      return true;
    },
    ended(reason) {
      if (reason.kind !== 'compacted') return;
      logger.error(null, `the watch of ${what} fell behind`, { resource: resource.name, from: watcher.revision() });
    },
  });
}
