/** The writing half of the embedded engine: compare-and-set, revisions, group commit, compaction. */
import type { Clock } from '../base/clock.ts';
import { invariant, type Stop } from '../base/invariant.ts';
import type { Backend, LogRecord } from './backend.ts';
import type { Delete, Put, Revision, StoredRecord, StoreEvent, WriteOutcome } from './engine.ts';
import { StoreClosedError, StoreFullError } from './errors.ts';
import type { Expiry } from './expiry.ts';
import { addVersion, hasUnneeded, type KeyIndex, type KeyState, takeUnneeded } from './key-index.ts';
import { makeEvent } from './store-event.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface CommitOptions {
  readonly backend: Backend;
  readonly index: KeyIndex;
  readonly clock: Clock;
  readonly stop: Stop;
  /** The newest revision on disk. */
  readonly newest: Revision;
  readonly expiry: Expiry;
  readonly subscriptions: Subscriptions;
}

export interface Commits {
  durable(): Revision;
  compacted(): Revision;
  /** Throws, having changed nothing, when the operation cannot be taken. */
  submit(operation: Put | Delete, resolve: (outcome: WriteOutcome) => void): void;
  /** Deletes a key whose newest version's time has come. */
  expire(state: KeyState): void;
  compact(revision: Revision): Promise<void>;
  /** Resolves when everything submitted is durable and answered. */
  close(): Promise<void>;
}

interface PendingWrite extends LogRecord {
  readonly attachment: unknown;
  readonly previousMod: Revision;
  readonly previousCreate: Revision;
  readonly resolve: ((outcome: WriteOutcome) => void) | null;
  /** Refusals of later writes because of this one, told once it is durable. */
  followers: (() => void)[] | null;
}

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
}

/** One transaction's records; the rest waits for the next. */
const batchLengthMax = 2000;
/** Superseded records removed along with one transaction: about a millisecond. */
const dropCountMax = 256;

export function createCommits(options: CommitOptions): Commits {
  const { backend, index, clock, stop, expiry, subscriptions } = options;
  let assigned = options.newest;
  let durable = options.newest;
  let compacted = backend.compacted;
  let compactedOnDisk = backend.compacted;
  let queue: PendingWrite[] = [];
  let inFlight: PendingWrite[] | null = null;
  let flushScheduled = false;
  let stopped = false;
  let closing = false;
  let waiters: Waiter[] = [];
  if (hasCompacting()) schedule();

  function schedule(): void {
    if (flushScheduled || inFlight !== null || stopped) return;
    flushScheduled = true;
    // Not at once: the other writes of this turn are to share the transaction.
    setImmediate(flush);
  }

  function hasCompacting(): boolean {
    return compactedOnDisk < compacted || hasUnneeded(index, compacted);
  }

  function flush(): void {
    flushScheduled = false;
    if (queue.length === 0 && (closing || !hasCompacting())) {
      settle();
      return;
    }
    const batch = queue.length <= batchLengthMax ? queue : queue.slice(0, batchLengthMax);
    queue = queue.length <= batchLengthMax ? [] : queue.slice(batchLengthMax);
    inFlight = batch;
    const compactedNow = compacted;
    backend
      .commit(batch, takeUnneeded(index, compacted, dropCountMax), compactedNow)
      .then(() => {
        compactedOnDisk = compactedNow;
        inFlight = null;
        if (batch.length > 0) answer(batch);
        settle();
      })
      .catch((error: unknown) => {
        stopped = true;
        stop(new Error(`the store failed after revision ${durable}: ${String(error)}`, { cause: error }));
        settle();
      });
  }

  function answer(batch: readonly PendingWrite[]): void {
    durable = batch[batch.length - 1]!.revision;
    subscriptions.publish(batch.map(eventOf), durable);
    for (const write of batch) {
      write.resolve?.({ kind: 'committed', revision: write.revision });
      if (write.followers !== null) for (const follow of write.followers) follow();
    }
  }

  /** After a commit: goes on, and tells those whose wait is over. */
  function settle(): void {
    if (queue.length > 0 || (hasCompacting() && !closing)) schedule();
    if (waiters.length === 0) return;
    const settled = waiters.filter((waiter) => waiter.isDone());
    waiters = waiters.filter((waiter) => !settled.includes(waiter));
    for (const waiter of settled) waiter.resolve();
  }

  function until(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    schedule();
    return new Promise((resolve) => waiters.push({ isDone, resolve }));
  }

  function isDrained(): boolean {
    return stopped || (queue.length === 0 && inFlight === null);
  }

  function eventOf(write: PendingWrite): StoreEvent {
    return makeEvent(backend, write, write.value, write.previousMod, write.previousCreate, write.attachment);
  }

  function pendingAt(revision: Revision): PendingWrite {
    const batch = inFlight !== null && revision < inFlight[0]!.revision + inFlight.length ? inFlight : queue;
    const write = batch[revision - (batch[0]?.revision ?? 0)];
    invariant(write?.revision === revision, `store: revision ${revision} is not pending`);
    return write;
  }

  function refuse(state: KeyState | undefined, expected: Revision, resolve: (outcome: WriteOutcome) => void): void {
    const pending = state !== undefined && state.mod > durable ? pendingAt(state.mod) : null;
    let outcome: WriteOutcome = { kind: 'missing' };
    if (state !== undefined && state.create !== 0) {
      const value = pending === null ? backend.value(state.mod) : pending.value;
      invariant(value !== null, `store: the value of ${state.key} at revision ${state.mod} is gone`);
      const current: StoredRecord = { key: state.key, value, modRevision: state.mod, createRevision: state.create };
      outcome = { kind: expected === 0 ? 'exists' : 'conflict', current };
    }
    if (pending === null) {
      resolve(outcome);
      return;
    }
    pending.followers ??= [];
    pending.followers.push(() => resolve(outcome));
  }

  function enqueue(state: KeyState | undefined, operation: Put | Delete, resolve: PendingWrite['resolve']): void {
    const isPut = operation.type === 'put';
    const previousMod = state === undefined || state.create === 0 ? 0 : state.mod;
    const previousCreate = state === undefined ? 0 : state.create;
    const revision = ++assigned;
    const createRevision = isPut ? (previousMod === 0 ? revision : previousCreate) : 0;
    const ttlSeconds = isPut ? operation.ttlSeconds : null;
    const expiresAtMs = ttlSeconds === null ? 0 : Math.ceil(clock.now() + ttlSeconds * 1000);
    const added = addVersion(index, state, operation.key, revision, createRevision, expiresAtMs);
    expiry.add(added);
    queue.push({
      revision,
      type: operation.type,
      key: added.key,
      createRevision,
      expiresAtMs,
      value: isPut ? operation.value : null,
      attachment: operation.attachment,
      previousMod,
      previousCreate,
      resolve,
      followers: null,
    });
    schedule();
  }

  return {
    durable: () => durable,
    compacted: () => compacted,
    submit(operation, resolve) {
      if (stopped) throw new StoreClosedError();
      const state = index.keys.get(operation.key);
      const current = state === undefined || state.create === 0 ? 0 : state.mod;
      if (current !== operation.expectedRevision || (current === 0 && operation.type === 'delete')) {
        refuse(state, operation.expectedRevision, resolve);
        return;
      }
      const full = operation.type === 'put' ? backend.full() : null;
      if (full !== null) throw new StoreFullError(full);
      enqueue(state, operation, resolve);
    },
    expire(state) {
      if (stopped) return;
      const operation: Delete = { type: 'delete', key: state.key, expectedRevision: state.mod, attachment: null };
      enqueue(state, operation, null);
    },
    compact(revision) {
      if (revision > durable) {
        return Promise.reject(new RangeError(`cannot compact revision ${revision}: the store is at ${durable}`));
      }
      compacted = Math.max(compacted, revision);
      return until(() => stopped || !hasCompacting() || (closing && isDrained()));
    },
    close() {
      closing = true;
      return until(isDrained);
    },
  };
}
