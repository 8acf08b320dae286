/** The reading half of the embedded engine: values and ranges at any revision kept, and events of history. */
import { invariant } from '../base/invariant.ts';
import type { Backend } from './backend.ts';
import type { Commits } from './commits.ts';
import type { Engine, Page, RangeOptions, ReadOutcome, Revision, StoredRecord, StoreEvent } from './engine.ts';
import { createAt, type KeyIndex, type KeyState, modAt } from './key-index.ts';
import { makeEvent } from './store-event.ts';

export interface ReadOptions {
  readonly backend: Backend;
  readonly index: KeyIndex;
  readonly commits: Pick<Commits, 'durable' | 'compacted'>;
  /** Throws StoreClosedError. */
  readonly assertOpen: () => void;
}

/** Records read per turn of the event loop. */
const rangeChunkLength = 1000;

export function createReads(options: ReadOptions): Pick<Engine, 'get' | 'range'> {
  const { backend, index, commits, assertOpen } = options;
  return {
    async get(key, revision) {
      assertOpen();
      const at = revision === 0 ? commits.durable() : revision;
      const refusal = refusalOf(options, at);
      if (refusal !== null) return refusal;
      const state = index.keys.get(key);
      return { kind: 'ok', revision: at, value: state === undefined ? null : recordAt(backend, state, at) };
    },
    range: (asked) => range(options, asked),
  };
}

async function range(options: ReadOptions, asked: RangeOptions): Promise<ReadOutcome<Page>> {
  options.assertOpen();
  const revision = asked.revision === 0 ? options.commits.durable() : asked.revision;
  const refusal = refusalOf(options, revision);
  if (refusal !== null) return refusal;
  const { states, count } = visibleStates(options.index, asked, revision);
  const records: StoredRecord[] = [];
  for (const state of states) {
    if (records.length > 0 && records.length % rangeChunkLength === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      options.assertOpen();
      const lost = refusalOf(options, revision);
      if (lost !== null) return lost;
    }
    records.push(recordAt(options.backend, state, revision)!);
  }
  return { kind: 'ok', revision, value: { records, more: count > records.length, count } };
}

/** The event of a revision that was not compacted; null when its key is not under `prefix`. */
export function eventAt(backend: Backend, index: KeyIndex, revision: Revision, prefix: string): StoreEvent | null {
  const head = backend.head(revision);
  invariant(head !== null, `store: revision ${revision} is gone from the log`);
  if (!head.key.startsWith(prefix)) return null;
  const state = index.keys.get(head.key);
  const previousMod = state === undefined ? 0 : modAt(state, revision - 1);
  const previousCreate = state === undefined ? 0 : createAt(state, revision - 1);
  return makeEvent(backend, head, backend.value(revision), previousMod, previousCreate, null);
}

/** null: the revision can be read. */
function refusalOf({ commits }: ReadOptions, revision: Revision): Exclude<ReadOutcome<never>, { kind: 'ok' }> | null {
  if (revision > commits.durable()) return { kind: 'future', current: commits.durable() };
  if (revision < commits.compacted()) return { kind: 'compacted', oldest: commits.compacted() };
  return null;
}

function visibleStates(
  { keys }: KeyIndex,
  { start, end, limit }: RangeOptions,
  revision: Revision,
): { states: KeyState[]; count: number } {
  const states: KeyState[] = [];
  let count = 0;
  keys.visit(start, end === '' ? null : end, (state) => {
    if (modAt(state, revision) === 0) return true;
    count++;
    if (limit === 0 || states.length < limit) states.push(state);
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
