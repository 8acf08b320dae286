/** The writing half of the embedded engine: compare-and-set, revisions, group commit, compaction. */
import type { Clock } from '../base/clock.ts';
import { invariant, type Stop } from '../base/invariant.ts';
import type { Backend, LogRecord } from './backend.ts';
import type { Delete, Put, Revision, StoredRecord, StoreEvent, WriteOutcome } from './engine.ts';
import { StoreClosedError, StoreFullError } from './errors.ts';
import type { Expiry } from './expiry.ts';
import { addVersion, hasUnneeded, type KeyIndex, type KeyState, removeVersion, takeUnneeded } from './key-index.ts';
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
  submit(operation: Put | Delete, writer: Writer): void;
  /** Deletes a key whose newest version's time has come. */
  expire(state: KeyState): void;
  compact(revision: Revision): Promise<void>;
  /** Resolves when everything submitted is durable and answered. */
  close(): Promise<void>;
}

/** Who waits for a write. */
export interface Writer {
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: StoreFullError) => void;
}

interface PendingWrite extends LogRecord {
  readonly operation: Put | Delete;
  readonly state: KeyState;
  readonly previousMod: Revision;
  readonly previousCreate: Revision;
  readonly previousExpiresAtMs: number;
  readonly writer: Writer;
  /** Later writes that this one made fail: told once it is durable. */
  followers: Follower[] | null;
}

interface Follower {
  readonly operation: Put | Delete;
  readonly writer: Writer;
  readonly outcome: WriteOutcome;
}

/** Of what the store itself writes. */
const nobody: Writer = { resolve: () => {}, reject: () => {} };

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
  /** Revisions whose records the next transaction removes; the index has forgotten them. */
  dropping: readonly Revision[];
  /** Since a commit found no room, until the deletes in it are on disk: puts are refused with it. */
  full: StoreFullError | null;
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

/** How long deletes wait for room on the disk before they are tried again. */
const fullRetryMs = 2000;

export function createCommits(options: CommitOptions): Commits {
  const core: Core = {
    ...options,
    assigned: options.newest,
    durable: options.newest,
    compacted: options.backend.compacted,
    compactedOnDisk: options.backend.compacted,
    dropping: [],
    full: null,
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
    submit: (operation, writer) => submit(core, operation, writer),
    expire(state) {
      if (core.stopped) return;
      enqueue(core, state, { type: 'delete', key: state.key, expectedRevision: state.mod, attachment: null }, nobody);
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

function submit(core: Core, operation: Put | Delete, writer: Writer): void {
  if (core.stopped) throw new StoreClosedError();
  const state = core.index.keys.get(operation.key);
  const current = state === undefined || state.create === 0 ? 0 : state.mod;
  if (current !== operation.expectedRevision || (current === 0 && operation.type === 'delete')) {
    refuse(core, state, operation, writer);
    return;
  }
  if (operation.type === 'put') {
    if (core.full !== null) throw core.full;
    const reason = core.backend.take(operation.value.length);
    if (reason !== null) throw new StoreFullError(reason);
  }
  enqueue(core, state, operation, writer);
}

function refuse(core: Core, state: KeyState | undefined, operation: Put | Delete, writer: Writer): void {
  const pending = state !== undefined && state.mod > core.durable ? pendingAt(core, state.mod) : null;
  let outcome: WriteOutcome = { kind: 'missing' };
  if (state !== undefined && state.create !== 0) {
    const value = pending === null ? core.backend.value(state.mod) : pending.value;
    invariant(value !== null, `store: the value of ${state.key} at revision ${state.mod} is gone`);
    const current: StoredRecord = { key: state.key, value, modRevision: state.mod, createRevision: state.create };
    outcome = { kind: operation.expectedRevision === 0 ? 'exists' : 'conflict', current };
  }
  if (pending === null) {
    writer.resolve(outcome);
    return;
  }
  pending.followers ??= [];
  pending.followers.push({ operation, writer, outcome });
}

function pendingAt({ inFlight, queue }: Core, revision: Revision): PendingWrite {
  const isInFlight = inFlight !== null && inFlight.length > 0 && revision <= inFlight[inFlight.length - 1]!.revision;
  const batch = isInFlight ? inFlight : queue;
  const write = batch[revision - (batch[0]?.revision ?? 0)];
  invariant(write?.revision === revision, `store: revision ${revision} is not pending`);
  return write;
}

function enqueue(core: Core, state: KeyState | undefined, operation: Put | Delete, writer: Writer): void {
  const isPut = operation.type === 'put';
  const previousMod = state === undefined || state.create === 0 ? 0 : state.mod;
  const previousCreate = state === undefined ? 0 : state.create;
  const previousExpiresAtMs = state === undefined ? 0 : state.expiresAtMs;
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
    operation,
    state: added,
    previousMod,
    previousCreate,
    previousExpiresAtMs,
    writer,
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
  if (core.dropping.length === 0) core.dropping = takeUnneeded(index, compacted, dropCountMax);
  core.backend
    .commit(batch, core.dropping, compacted)
    .then(() => {
      core.compactedOnDisk = compacted;
      core.dropping = [];
      core.full = null;
      core.inFlight = null;
      if (batch.length > 0) answer(core, batch);
      settle(core);
    })
    .catch((error: unknown) => {
      if (error instanceof StoreFullError && !core.closing) {
        takeBack(core, batch, error);
        return;
      }
      core.stopped = true;
      core.stop(new Error(`the store failed after revision ${core.durable}: ${String(error)}`, { cause: error }));
      settle(core);
    });
}

/** No room, and nothing was written: puts are refused, deletes tried again, at once when puts were in their way. */
function takeBack(core: Core, batch: readonly PendingWrite[], error: StoreFullError): void {
  const writes = [...batch, ...core.queue];
  const hadPuts = batch.some(({ type }) => type === 'put');
  core.queue = [];
  core.full = error;
  for (const { state, previousExpiresAtMs } of writes.toReversed()) {
    removeVersion(core.index, state, previousExpiresAtMs);
    core.expiry.add(state);
  }
  core.assigned = core.durable;
  // Nothing may be on its way while `inFlight` holds the next transaction back.
  core.inFlight = [];
  for (const { operation, writer, followers } of writes) {
    if (operation.type === 'put') core.backend.untake(operation.value.length);
    redo(core, operation, writer, error);
    for (const follower of followers ?? []) redo(core, follower.operation, follower.writer, error);
  }
  const goOn = (): void => {
    core.inFlight = null;
    if (core.queue.length === 0 && !hasCompacting(core)) core.full = null;
    settle(core);
  };
  if (hadPuts) goOn();
  else core.clock.setTimer(fullRetryMs, goOn);
}

function redo(core: Core, operation: Put | Delete, writer: Writer, error: StoreFullError): void {
  if (operation.type === 'put') writer.reject(error);
  else submit(core, operation, writer);
}

function answer(core: Core, batch: readonly PendingWrite[]): void {
  core.durable = batch[batch.length - 1]!.revision;
  core.subscriptions.publish(eventsOf(core, batch), core.durable);
  for (const write of batch) {
    write.writer.resolve({ kind: 'committed', revision: write.revision });
    if (write.followers !== null) for (const { writer, outcome } of write.followers) writer.resolve(outcome);
  }
}

function eventsOf({ backend }: Core, batch: readonly PendingWrite[]): StoreEvent[] {
  return batch.map((write) =>
    makeEvent(backend, write, write.value, write.previousMod, write.previousCreate, write.operation.attachment),
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

function hasCompacting({ compactedOnDisk, compacted, dropping, index }: Core): boolean {
  return compactedOnDisk < compacted || dropping.length > 0 || hasUnneeded(index, compacted);
}
