/** The store as the rest of the server sees it: writes, and one watch cache per resource. */
import { invariant } from '../base/invariant.ts';
import type { CacheOptions, ResourceCache } from './cache.ts';
import type { Delete, Engine, Put, Revision, WriteOutcome } from './engine.ts';
import { createResourceCache } from './resource-cache.ts';

export interface StoreOptions {
  readonly engine: Engine;
  /** Events each cache keeps in memory, up to both limits. */
  readonly windowEventsMax?: number;
  readonly windowBytesMax?: number;
}

export interface Store {
  readonly engine: Engine;
  write(operation: Put | Delete): Promise<WriteOutcome>;
  currentRevision(): Revision | Promise<Revision>;
  /** A cache for all keys under `prefix`. At most one at a time for a prefix: its `close` frees the prefix. */
  cacheFor<E>(
    prefix: string,
    toEntry: CacheOptions<E>['toEntry'],
    indexOf: CacheOptions<E>['indexOf'],
  ): ResourceCache<E>;
  /** Ends all watches, then closes the engine; what was submitted before is still committed and answered. */
  close(): Promise<void>;
}

export const windowEventsMaxDefault = 4096;
export const windowBytesMaxDefault = 8 * 1024 * 1024;

export function createStore(options: StoreOptions): Store {
  const { engine, windowEventsMax = windowEventsMaxDefault, windowBytesMax = windowBytesMaxDefault } = options;
  const closers = new Map<string, () => void>();
  return {
    engine,
    write: (operation) => engine.write(operation),
    currentRevision: () => engine.currentRevision(),
    cacheFor(prefix, toEntry, indexOf) {
      invariant(!closers.has(prefix), `there is a cache of ${prefix} already`);
      const cache = createResourceCache({ engine, prefix, toEntry, indexOf, windowEventsMax, windowBytesMax });
      closers.set(prefix, cache.close);
      return {
        ...cache,
        close() {
          if (closers.get(prefix) === cache.close) closers.delete(prefix);
          cache.close();
        },
      };
    },
    async close() {
      for (const close of closers.values()) close();
      closers.clear();
      await engine.close();
    },
  };
}
