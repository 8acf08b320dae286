/**
 * Which revisions each key has: the multi-version index of an embedded engine, in memory. It runs ahead of the disk:
 * readers ask for the state at the newest durable revision, compare-and-set looks at the newest of all.
 */
import { invariant } from '../base/invariant.ts';
import { Ring } from '../base/ring.ts';
import { SortedMap } from '../base/sorted-map.ts';
import type { Backend } from './backend.ts';
import type { Revision } from './engine.ts';

/** One key that exists or existed within the history kept. */
export interface KeyState {
  readonly key: string;
  /** The newest revision. */
  mod: Revision;
  /** The create revision; 0: the newest revision deleted the key. */
  create: Revision;
  expiresAtMs: number;
  /** Older versions, oldest first, as pairs of mod and create (0: a delete); the first `olderStart` items are gone. */
  older: Revision[] | null;
  olderStart: number;
}

interface Superseding {
  readonly state: KeyState;
  readonly revision: Revision;
}

export interface KeyIndex {
  readonly keys: SortedMap<KeyState>;
  /** Changes that made older versions (or, as deletes, themselves) unneeded once history moves past them. */
  readonly superseding: Ring<Superseding>;
}

export function createKeyIndex(): KeyIndex {
  return { keys: new SortedMap(), superseding: new Ring() };
}

/** Fills an empty index from a backend's log. Returns the newest revision. */
export function loadIndex(index: KeyIndex, backend: Pick<Backend, 'compacted' | 'load'>): Revision {
  // A compacted delete leaves no record: the revision must not go back behind it.
  let newest = backend.compacted;
  backend.load(({ revision, key, createRevision, expiresAtMs }) => {
    addVersion(index, index.keys.get(key), key, revision, createRevision, expiresAtMs);
    newest = Math.max(newest, revision);
  });
  return newest;
}

/** Adds the next version of a key; revisions come in order. */
export function addVersion(
  index: KeyIndex,
  state: KeyState | undefined,
  key: string,
  mod: Revision,
  create: Revision,
  expiresAtMs: number,
): KeyState {
  if (state === undefined) {
    const added: KeyState = { key, mod, create, expiresAtMs, older: null, olderStart: 0 };
    index.keys.set(key, added);
    if (create === 0) index.superseding.push({ state: added, revision: mod });
    return added;
  }
  if (state.older === null) state.older = [state.mod, state.create];
  else state.older.push(state.mod, state.create);
  state.mod = mod;
  state.create = create;
  state.expiresAtMs = expiresAtMs;
  index.superseding.push({ state, revision: mod });
  return state;
}

/** Takes back the newest version of a key, the newest of all: no reader has seen it. `expiresAtMs`: of the one before. */
export function removeVersion({ keys, superseding }: KeyIndex, state: KeyState, expiresAtMs: number): void {
  if (superseding.length > 0 && superseding.at(superseding.length - 1).revision === state.mod) superseding.pop();
  const { older } = state;
  if (older === null) {
    keys.delete(state.key);
    state.mod = 0;
    state.create = 0;
    state.expiresAtMs = 0;
    return;
  }
  state.create = older.pop()!;
  state.mod = older.pop()!;
  state.expiresAtMs = expiresAtMs;
  if (older.length === state.olderStart) setOlderStart(state, older.length);
}

/** The key's mod revision as of `revision`; 0 when it did not exist then. */
export function modAt(state: KeyState, revision: Revision): Revision {
  if (state.mod <= revision) return state.create === 0 ? 0 : state.mod;
  const at = olderAt(state, revision);
  return at < 0 || state.older![at + 1] === 0 ? 0 : state.older![at]!;
}

/** The key's create revision as of `revision`; 0 when it did not exist then. */
export function createAt(state: KeyState, revision: Revision): Revision {
  if (state.mod <= revision) return state.create;
  const at = olderAt(state, revision);
  return at < 0 ? 0 : state.older![at + 1]!;
}

/**
 * Takes what `superseding` changes up to `revision` made unneeded, for at most `countMax` changes. Returns the revisions
 * whose records may go. Everything visible at `revision` or later stays.
 */
export function takeUnneeded(index: KeyIndex, revision: Revision, countMax: number): Revision[] {
  const dropped: Revision[] = [];
  for (let count = 0; count < countMax && hasUnneeded(index, revision); count++) {
    const change = index.superseding.shift()!;
    dropOlder(change.state, change.revision, dropped);
    dropDelete(index, change.state, change.revision, dropped);
  }
  return dropped;
}

export function hasUnneeded(index: KeyIndex, revision: Revision): boolean {
  return index.superseding.length > 0 && index.superseding.at(0).revision <= revision;
}

function dropOlder(state: KeyState, revision: Revision, dropped: Revision[]): void {
  const { older } = state;
  if (older === null) return;
  let start = state.olderStart;
  while (start < older.length && older[start]! < revision) {
    dropped.push(older[start]!);
    start += 2;
  }
  setOlderStart(state, start);
}

/** A delete is needed only to hide what was before it: once that is gone, so is the delete. */
function dropDelete(index: KeyIndex, state: KeyState, revision: Revision, dropped: Revision[]): void {
  if (state.older !== null && state.older[state.olderStart] === revision) {
    if (state.older[state.olderStart + 1] !== 0) return;
    dropped.push(revision);
    setOlderStart(state, state.olderStart + 2);
  } else if (state.mod === revision && state.create === 0) {
    invariant(state.older === null, `key index: ${state.key} has versions before its first`);
    dropped.push(revision);
    index.keys.delete(state.key);
  }
}

/** Forgets the front without moving the rest each time: a key written a million times must not cost its square. */
function setOlderStart(state: KeyState, start: number): void {
  const older = state.older!;
  if (start === older.length) {
    state.older = null;
    state.olderStart = 0;
  } else if (start > 64 && start > older.length >>> 1) {
    state.older = older.slice(start);
    state.olderStart = 0;
  } else {
    state.olderStart = start;
  }
}

/** Where in `older` the newest version not above `revision` stands; -1: there is none. */
function olderAt(state: KeyState, revision: Revision): number {
  const { older } = state;
  if (older === null) return -1;
  let low = state.olderStart >>> 1;
  let high = older.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (older[middle * 2]! <= revision) low = middle + 1;
    else high = middle;
  }
  return low > state.olderStart >>> 1 ? (low - 1) * 2 : -1;
}
