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
  submit(operation: Put | Delete, resolve: Resolve): void;
  /** Deletes a key whose newest version's time has come. */
  expire(state: KeyState): void;
  compact(revision: Revision): Promise<void>;
  /** Resolves when everything submitted is durable and answered. */
  close(): Promise<void>;
}

type Resolve = (outcome: WriteOutcome) => void;

interface PendingWrite extends LogRecord {
  readonly attachment: unknown;
  readonly previousMod: Revision;
  readonly previousCreate: Revision;
  /** null: nobody waits. */
  readonly resolve: Resolve | null;
  /** Refusals of later writes because of this one, told once it is durable. */
  followers: (() => void)[] | null;
}

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
}

interface Core extends CommitOptions {
  /** The newest revision taken. */
  assigned: Revision;
  /** The newest revision on disk; what is between waits in `inFlight` and `queue`, without gaps. */
  durable: Revision;
  compacted: Revision;
  compactedOnDisk: Revision;
  queue: PendingWrite[];
  inFlight: PendingWrite[] | null;
  flushScheduled: boolean;
  stopped: boolean;
  closing: boolean;
  waiters: Waiter[];
}

/** One transaction's records; the rest waits for the next. */
const batchLengthMax = 2000;
/** Superseded records removed along with one transaction: about a millisecond. */
const dropCountMax = 256;

/** How long a transaction waits for room on the disk before it is tried again. */
const fullRetryMs = 2000;

export function createCommits(options: CommitOptions): Commits {
  const core: Core = {
    ...options,
    assigned: options.newest,
    durable: options.newest,
    compacted: options.backend.compacted,
    compactedOnDisk: options.backend.compacted,
    queue: [],
    inFlight: null,
    flushScheduled: false,
    stopped: false,
    closing: false,
    waiters: [],
  };
  // A compaction that the last process did not finish.
  if (hasCompacting(core)) schedule(core);
  return {
    durable: () => core.durable,
    compacted: () => core.compacted,
    submit: (operation, resolve) => submit(core, operation, resolve),
    expire(state) {
      if (core.stopped) return;
      enqueue(core, state, { type: 'delete', key: state.key, expectedRevision: state.mod, attachment: null }, null);
    },
    compact(revision) {
      if (revision > core.durable) {
        return Promise.reject(new RangeError(`cannot compact revision ${revision}: the store is at ${core.durable}`));
      }
      core.compacted = Math.max(core.compacted, revision);
      return until(core, () => core.stopped || !hasCompacting(core) || (core.closing && isDrained(core)));
    },
    close() {
      core.closing = true;
      return until(core, () => isDrained(core));
    },
  };
}

function submit(core: Core, operation: Put | Delete, resolve: Resolve): void {
  if (core.stopped) throw new StoreClosedError();
  const state = core.index.keys.get(operation.key);
  const current = state === undefined || state.create === 0 ? 0 : state.mod;
  if (current !== operation.expectedRevision || (current === 0 && operation.type === 'delete')) {
    refuse(core, state, operation.expectedRevision, resolve);
    return;
  }
  const full = operation.type === 'put' ? core.backend.take(operation.value.length) : null;
  if (full !== null) throw new StoreFullError(full);
  enqueue(core, state, operation, resolve);
}

function refuse(core: Core, state: KeyState | undefined, expected: Revision, resolve: Resolve): void {
  const pending = state !== undefined && state.mod > core.durable ? pendingAt(core, state.mod) : null;
  let outcome: WriteOutcome = { kind: 'missing' };
  if (state !== undefined && state.create !== 0) {
    const value = pending === null ? core.backend.value(state.mod) : pending.value;
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

function pendingAt({ inFlight, queue }: Core, revision: Revision): PendingWrite {
  const isInFlight = inFlight !== null && inFlight.length > 0 && revision <= inFlight[inFlight.length - 1]!.revision;
  const batch = isInFlight ? inFlight : queue;
  const write = batch[revision - (batch[0]?.revision ?? 0)];
  invariant(write?.revision === revision, `store: revision ${revision} is not pending`);
  return write;
}

function enqueue(
  core: Core,
  state: KeyState | undefined,
  operation: Put | Delete,
  resolve: PendingWrite['resolve'],
): void {
  const isPut = operation.type === 'put';
  const previousMod = state === undefined || state.create === 0 ? 0 : state.mod;
  const previousCreate = state === undefined ? 0 : state.create;
  const revision = ++core.assigned;
  const createRevision = isPut ? (previousMod === 0 ? revision : previousCreate) : 0;
  const ttlSeconds = isPut ? operation.ttlSeconds : null;
  const expiresAtMs = ttlSeconds === null ? 0 : Math.ceil(core.clock.now() + ttlSeconds * 1000);
  const added = addVersion(core.index, state, operation.key, revision, createRevision, expiresAtMs);
  core.expiry.add(added);
  core.queue.push({
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
  schedule(core);
}

function schedule(core: Core): void {
  if (core.flushScheduled || core.inFlight !== null || core.stopped) return;
  core.flushScheduled = true;
  // Not at once: the other writes of this turn are to share the transaction.
  setImmediate(flush, core);
}

function flush(core: Core): void {
  const { queue, compacted, index } = core;
  core.flushScheduled = false;
  if (queue.length === 0 && (core.closing || !hasCompacting(core))) {
    settle(core);
    return;
  }
  const batch = queue.length <= batchLengthMax ? queue : queue.slice(0, batchLengthMax);
  core.queue = queue.length <= batchLengthMax ? [] : queue.slice(batchLengthMax);
  core.inFlight = batch;
  commit(core, batch, takeUnneeded(index, compacted, dropCountMax), compacted);
}

function commit(core: Core, batch: PendingWrite[], dropped: readonly Revision[], compacted: Revision): void {
  core.backend
    .commit(batch, dropped, compacted)
    .then(() => {
      core.compactedOnDisk = compacted;
      core.inFlight = null;
      if (batch.length > 0) answer(core, batch);
      settle(core);
    })
    .catch((error: unknown) => {
      if (error instanceof StoreFullError && !core.closing) {
        // Nothing was written, and nobody was told anything: it waits for room, as do those who wait for it.
        core.clock.setTimer(fullRetryMs, () => commit(core, batch, dropped, compacted));
        return;
      }
      core.stopped = true;
      core.stop(new Error(`the store failed after revision ${core.durable}: ${String(error)}`, { cause: error }));
      settle(core);
    });
}

function answer(core: Core, batch: readonly PendingWrite[]): void {
  core.durable = batch[batch.length - 1]!.revision;
  core.subscriptions.publish(eventsOf(core, batch), core.durable);
  for (const write of batch) {
    write.resolve?.({ kind: 'committed', revision: write.revision });
    if (write.followers !== null) for (const follow of write.followers) follow();
  }
}

function eventsOf({ backend }: Core, batch: readonly PendingWrite[]): StoreEvent[] {
  return batch.map((write) =>
    makeEvent(backend, write, write.value, write.previousMod, write.previousCreate, write.attachment),
  );
}

/** After a commit: goes on, and tells those whose wait is over. */
function settle(core: Core): void {
  if (core.queue.length > 0 || (hasCompacting(core) && !core.closing)) schedule(core);
  if (core.waiters.length === 0) return;
  const settled = core.waiters.filter((waiter) => waiter.isDone());
  core.waiters = core.waiters.filter((waiter) => !settled.includes(waiter));
  for (const waiter of settled) waiter.resolve();
}

function until(core: Core, isDone: () => boolean): Promise<void> {
  if (isDone()) return Promise.resolve();
  schedule(core);
  return new Promise((resolve) => core.waiters.push({ isDone, resolve }));
}

function isDrained({ stopped, queue, inFlight }: Core): boolean {
  return stopped || (queue.length === 0 && inFlight === null);
}

function hasCompacting({ compactedOnDisk, compacted, index }: Core): boolean {
  return compactedOnDisk < compacted || hasUnneeded(index, compacted);
}
