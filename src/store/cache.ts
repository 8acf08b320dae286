/**
 * The watch cache's contract: every live entry of one resource and a window of its events in memory, fed by the engine's
 * events in the turn of their commit. Gets, lists and watches are served from here.
 *
 * `E` is what the layer above makes of a stored value (its wire bytes, labels, selectable fields); the store looks into
 * none of it.
 */
import type { Engine, Revision } from './engine.ts';

export interface CacheOptions<E> {
  readonly engine: Engine;
  /** `/registry/pods/` */
  readonly prefix: string;
  /** Makes an entry from a stored value, or from the attachment of a write of this process when that is not null. */
  readonly toEntry: (
    key: string,
    value: Buffer,
    revision: Revision,
    createRevision: Revision,
    attachment: unknown,
  ) => E;
  /**
   * The index that a watch or list may be narrowed by besides the key (pods: node name); null: none. Returns '' for
   * entries that are in no bucket.
   */
  readonly indexOf: ((entry: E) => string) | null;
  /** Events kept in memory: the newest ones up to both limits. Older ones are read from the engine. */
  readonly windowEventsMax: number;
  readonly windowBytesMax: number;
}

export interface CacheEvent<E> {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: Revision;
  /** null for a delete */
  readonly entry: E | null;
  /** The entry replaced or removed; null for a creation. */
  readonly previous: E | null;
  /** Encoded frames, kept by the layer above so that each is made once for all watchers. */
  memo: unknown;
}

/** What a watcher or list wants: all under a key prefix, one key, or one bucket of the index under a key prefix. */
export interface Scope {
  /** `/registry/pods/` or `/registry/pods/<namespace>/` or a whole key */
  readonly prefix: string;
  /** True when `prefix` is one whole key. */
  readonly exact: boolean;
  /** A bucket of the index; null: any. */
  readonly index: string | null;
}

export interface CacheSink<E> {
  /** Consecutive events of the scope, in order. False: hold the rest until `resume` is called on the watcher. */
  deliver(events: readonly CacheEvent<E>[]): boolean;
  /** The watch cannot go on: history is gone (`oldest`: first revision still there) or the cache closed. */
  ended(reason: { kind: 'compacted'; oldest: Revision } | { kind: 'closed' }): void;
}

/** A watcher that does not keep up costs this cursor, never a queue. */
export interface CacheWatcher {
  /** Everything of the scope up to this revision has been delivered. */
  revision(): Revision;
  resume(): void;
  cancel(): void;
}

export interface Snapshot<E> {
  /** Entries in key order. A consistent state: later writes do not change it. */
  readonly entries: readonly E[];
  readonly revision: Revision;
}

export interface ResourceCache<E> {
  /** Null when loaded; otherwise wait for it (the first use of a resource loads it). */
  ready(): Promise<void> | null;
  /** The revision this cache reflects; grows also when other resources are written. */
  revision(): Revision;
  /** Null when the cache already reflects `revision`. */
  waitFor(revision: Revision): Promise<void> | null;
  get(key: string): E | undefined;
  list(scope: Scope): Snapshot<E>;
  /** Entries of the scope, without building a list. */
  count(scope: Scope): number;
  /** Events of the scope after this revision. A bucket scope sees an entry that moves between buckets in both. */
  watch(scope: Scope, after: Revision, sink: CacheSink<E>): CacheWatcher;
  watcherCount(): number;
  close(): void;
}
