import type { Revision } from './engine.ts';

/** What an embedded engine keeps of one change. */
export interface LogHead {
  readonly revision: Revision;
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Where the key's life began; 0 for a delete. */
  readonly createRevision: Revision;
  /** Wall time in milliseconds at which the key is to be deleted; 0: never. */
  readonly expiresAtMs: number;
}

export interface LogRecord extends LogHead {
  /** null for a delete */
  readonly value: Buffer | null;
}

/**
 * Where an embedded engine keeps its log: one record per revision. All semantics (index, history, watches, expiry) are
 * the engine's; a backend only keeps records and makes them durable.
 */
export interface Backend {
  readonly name: 'lmdb' | 'memory';
  /** The revision up to which history was forgotten; 0: never. */
  readonly compacted: Revision;
  /** Every record kept, in revision order. Called once, first. */
  load(visit: (head: LogHead) => void): void;
  /**
   * One transaction; resolves when it is on disk. Not called again before it is settled. A StoreFullError: nothing was
   * written, the disk has no room.
   */
  commit(records: readonly LogRecord[], dropped: readonly Revision[], compacted: Revision): Promise<void>;
  /** A durable record; null when it was dropped. */
  head(revision: Revision): LogHead | null;
  /** The value of a durable put; null when it was dropped. */
  value(revision: Revision): Buffer | null;
  /** Why a value of so many bytes cannot be taken now, as one line; null: it can, and is about to be. */
  take(valueBytes: number): string | null;
  /** A value that was taken is not going to be committed. */
  untake(valueBytes: number): void;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}
