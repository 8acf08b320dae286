/**
 * The seam between Keelson and what keeps its state: revisions over bytes. An engine never sees an object.
 *
 * The semantics are etcd's, so that etcd is one more engine: one global revision counter, multi-version values,
 * compare-and-set on one key's mod revision, watch from a revision, compaction. Other processes may write to the same
 * store; a write's revision is known only when its commit returns.
 */

/** One global, strictly increasing counter: a positive safe integer. 0 means "none". */
export type Revision = number;

/** A stored value. Keys are upstream's etcd keys (`/registry/pods/<namespace>/<name>`), compared by UTF-8 bytes. */
export interface StoredRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly modRevision: Revision;
  readonly createRevision: Revision;
}

/** One change of one key. Every revision has exactly one event. */
export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: Revision;
  /** The new value; null for a delete. */
  readonly value: Buffer | null;
  /** Where the key's life began: the event's own revision for a creation; for a delete that of the life ended. */
  readonly createRevision: Revision;
  /** The value that this event replaced or removed; null when the key was created or the engine no longer has it. */
  readonly previous: StoredRecord | null;
  /** What the writer of this very process gave with the write (never stored); null for events of other writers or of history. */
  readonly attachment: unknown;
}

export interface Put {
  readonly type: 'put';
  readonly key: string;
  readonly value: Buffer;
  /** The key's mod revision that the write was computed from; 0: the key must not exist. */
  readonly expectedRevision: Revision;
  /** Seconds after which the key is deleted by the store, counted anew at each put; null: never. */
  readonly ttlSeconds: number | null;
  readonly attachment: unknown;
}

export interface Delete {
  readonly type: 'delete';
  readonly key: string;
  readonly expectedRevision: Revision;
  readonly attachment: unknown;
}

export type WriteOutcome =
  /** Durable, visible to reads and delivered to watches of this process. */
  | { readonly kind: 'committed'; readonly revision: Revision }
  /** `expectedRevision` was 0 and the key exists. */
  | { readonly kind: 'exists'; readonly current: StoredRecord }
  /** The key exists at another revision. The current record is durable. */
  | { readonly kind: 'conflict'; readonly current: StoredRecord }
  /** `expectedRevision` was not 0 and the key does not exist. */
  | { readonly kind: 'missing' };

export type ReadOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly revision: Revision }
  /** The asked revision was compacted; `oldest` is the first that can still be read. */
  | { readonly kind: 'compacted'; readonly oldest: Revision }
  /** The asked revision does not exist yet. */
  | { readonly kind: 'future'; readonly current: Revision };

export interface RangeOptions {
  /** First key, inclusive. */
  readonly start: string;
  /** Last key, exclusive; '': no limit. */
  readonly end: string;
  /** 0: the latest state. */
  readonly revision: Revision;
  /** 0: no limit. */
  readonly limit: number;
}

export interface Page {
  readonly records: readonly StoredRecord[];
  /** There are further records after the last one. */
  readonly more: boolean;
  /** Records in the range at or after the first one returned, all pages together. */
  readonly count: number;
}

export interface EventSink {
  /** Consecutive events under the prefix, in revision order. Called from 'watch' never before `watch` has returned. */
  events(events: readonly StoreEvent[]): void;
  /** Everything under the prefix up to this revision has been delivered (also called when other prefixes moved on). */
  progress(revision: Revision): void;
  /** The stream cannot go on. compacted: `after` (or the place reached) is older than the history kept. */
  ended(reason: 'compacted' | 'closed'): void;
}

export interface Subscription {
  cancel(): void;
}

export interface Engine {
  readonly name: 'lmdb' | 'memory' | 'etcd';
  write(operation: Put | Delete): Promise<WriteOutcome>;
  get(key: string, revision: Revision): Promise<ReadOutcome<StoredRecord | null>>;
  range(options: RangeOptions): Promise<ReadOutcome<Page>>;
  /**
   * Every event with a revision above `after` whose key starts with `prefix`, once, in order, of all writers.
   * Embedded engines deliver live events in the turn in which the commit became durable, before `write` resolves.
   */
  watch(prefix: string, after: Revision, sink: EventSink): Subscription;
  /** A revision not older than any write acknowledged (by any process) before the call. Immediate in embedded engines. */
  currentRevision(): Revision | Promise<Revision>;
  compactedRevision(): Revision;
  /** Forgets what only revisions up to and including this one need. Reads at this revision itself still work. */
  compact(revision: Revision): Promise<void>;
  /** Bytes on disk (or in memory) for metrics. */
  sizeBytes(): Promise<number>;
  /** Resolves when everything acknowledged is on disk and nothing more will be delivered. */
  close(): Promise<void>;
}
