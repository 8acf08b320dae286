/**
 * The embedded engine: all of the store's semantics over a backend that only keeps a log.
 *
 * Group commit: a write is checked and takes its revision in the turn it is made, against the newest state, durable or
 * not. While one transaction is on its way to the disk, further writes gather for the next. When it is durable, in one
 * turn and in revision order, its events are delivered and then its writers answered. A failed commit stops the
 * process: what was promised cannot be kept, and what was checked against it is wrong.
 */
import type { Clock } from '../base/clock.ts';
import { invariant, type Stop } from '../base/invariant.ts';
import type { Backend } from './backend.ts';
import { createCommits } from './commits.ts';
import type { Engine, Page, RangeOptions, ReadOutcome, Revision, StoredRecord, StoreEvent } from './engine.ts';
import { StoreClosedError } from './errors.ts';
import { createExpiry } from './expiry.ts';
import { addVersion, createAt, createKeyIndex, type KeyIndex, type KeyState, modAt } from './key-index.ts';
import { assertKey } from './keys.ts';
import { makeEvent } from './store-event.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface EmbeddedOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly stop: Stop;
}

/** Records read per turn of the event loop. */
const rangeChunkLength = 1000;

export function createEmbeddedEngine({ backend, clock, stop }: EmbeddedOptions): Engine {
  const index = createKeyIndex();
  const newest = loadIndex(index, backend);
  const subscriptions = createSubscriptions({
    durable: () => commits.durable(),
    compacted: () => commits.compacted(),
    eventAt: (revision, prefix) => historyEvent(backend, index, revision, prefix),
  });
  const expiry = createExpiry(clock, (state) => commits.expire(state));
  const commits = createCommits({ backend, index, clock, stop, newest, expiry, subscriptions });
  let closing: Promise<void> | null = null;
  index.keys.visit('', null, (state) => {
    expiry.add(state);
    return true;
  });

  /** null: the revision can be read. */
  function unreadable(revision: Revision): Exclude<ReadOutcome<never>, { kind: 'ok' }> | null {
    if (revision > commits.durable()) return { kind: 'future', current: commits.durable() };
    if (revision < commits.compacted()) return { kind: 'compacted', oldest: commits.compacted() };
    return null;
  }

  async function range(options: RangeOptions): Promise<ReadOutcome<Page>> {
    if (closing !== null) throw new StoreClosedError();
    const revision = options.revision === 0 ? commits.durable() : options.revision;
    const refusal = unreadable(revision);
    if (refusal !== null) return refusal;
    const { states, count } = visibleStates(index, options, revision);
    const records: StoredRecord[] = [];
    for (const state of states) {
      if (records.length > 0 && records.length % rangeChunkLength === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        if (closing !== null) throw new StoreClosedError();
        const lost = unreadable(revision);
        if (lost !== null) return lost;
      }
      records.push(recordAt(backend, state, revision)!);
    }
    return { kind: 'ok', revision, value: { records, more: count > records.length, count } };
  }

  return {
    name: backend.name,
    write: (operation) =>
      new Promise((resolve) => {
        if (closing !== null) throw new StoreClosedError();
        assertKey(operation.key);
        commits.submit(operation, resolve);
      }),
    async get(key, revision) {
      if (closing !== null) throw new StoreClosedError();
      const at = revision === 0 ? commits.durable() : revision;
      const refusal = unreadable(at);
      if (refusal !== null) return refusal;
      const state = index.keys.get(key);
      return { kind: 'ok', revision: at, value: state === undefined ? null : recordAt(backend, state, at) };
    },
    range,
    watch(prefix, after, sink) {
      if (closing !== null) throw new StoreClosedError();
      return subscriptions.watch(prefix, after, sink);
    },
    currentRevision: () => commits.durable(),
    compactedRevision: () => commits.compacted(),
    compact: (revision) => (closing === null ? commits.compact(revision) : Promise.reject(new StoreClosedError())),
    sizeBytes: () => backend.sizeBytes(),
    close() {
      closing ??= (async () => {
        expiry.close();
        await commits.close();
        subscriptions.close();
        await backend.close();
      })();
      return closing;
    },
  };
}

/** Returns the newest revision. */
function loadIndex(index: KeyIndex, backend: Backend): Revision {
  // A compacted delete leaves no record: the revision must not go back behind it.
  let newest = backend.compacted;
  backend.load(({ revision, key, createRevision, expiresAtMs }) => {
    addVersion(index, index.keys.get(key), key, revision, createRevision, expiresAtMs);
    newest = Math.max(newest, revision);
  });
  return newest;
}

function visibleStates(
  index: KeyIndex,
  options: RangeOptions,
  revision: Revision,
): { states: KeyState[]; count: number } {
  const states: KeyState[] = [];
  let count = 0;
  index.keys.visit(options.start, options.end === '' ? null : options.end, (state) => {
    if (modAt(state, revision) === 0) return true;
    count++;
    if (options.limit === 0 || states.length < options.limit) states.push(state);
    return true;
  });
  return { states, count };
}

function recordAt(backend: Backend, state: KeyState, revision: Revision): StoredRecord | null {
  const modRevision = modAt(state, revision);
  if (modRevision === 0) return null;
  const value = backend.value(modRevision);
  invariant(value !== null, `store: the value of ${state.key} at revision ${modRevision} is gone`);
  return { key: state.key, value, modRevision, createRevision: createAt(state, revision) };
}

function historyEvent(backend: Backend, index: KeyIndex, revision: Revision, prefix: string): StoreEvent | null {
  const head = backend.head(revision);
  invariant(head !== null, `store: revision ${revision} is gone from the log`);
  if (!head.key.startsWith(prefix)) return null;
  const state = index.keys.get(head.key);
  const previousMod = state === undefined ? 0 : modAt(state, revision - 1);
  const previousCreate = state === undefined ? 0 : createAt(state, revision - 1);
  return makeEvent(backend, head, backend.value(revision), previousMod, previousCreate, null);
}
