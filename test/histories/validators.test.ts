/** That each validator can fail: a sound history, and for each promise what would break it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { History, Read, Scope, Seen, Session, State, Write } from './history.ts';
import { assemble } from './truth.ts';
import { chainsOf, VALIDATORS } from './validators.ts';

const ALL: Scope = { resource: 'configmaps', namespace: '', name: '', tier: '', node: '', phase: '' };

const state = (name: string, uid: string, revision: number, tier = 'gold'): State => ({
  key: `configmaps/h0/${name}`,
  uid,
  revision,
  tier,
  node: '',
  phase: '',
  value: `value ${revision}`,
});

const x10 = state('x', 'x1', 10);
const y11 = state('y', 'y1', 11);
const x12 = state('x', 'x1', 12, 'silver');
const x15 = { ...x12, revision: 15 };
const x17 = state('x', 'x2', 17);

/** Each write takes one millisecond, one after the other. */
function writes(): Write[] {
  const made: Pick<Write, 'verb' | 'key' | 'expected' | 'outcome'>[] = [
    { verb: 'create', key: x10.key, expected: 0, outcome: { kind: 'written', state: x10 } },
    { verb: 'create', key: y11.key, expected: 0, outcome: { kind: 'written', state: y11 } },
    { verb: 'update', key: x10.key, expected: 10, outcome: { kind: 'written', state: x12 } },
    { verb: 'update', key: x10.key, expected: 10, outcome: { kind: 'conflict' } },
    { verb: 'create', key: x10.key, expected: 0, outcome: { kind: 'exists' } },
    { verb: 'delete', key: x10.key, expected: 12, outcome: { kind: 'deleted', uid: 'x1' } },
    { verb: 'patch', key: x10.key, expected: 0, outcome: { kind: 'missing' } },
    { verb: 'create', key: x10.key, expected: 0, outcome: { kind: 'written', state: x17 } },
  ];
  return made.map((write, i) => {
    const value = write.outcome.kind === 'written' ? write.outcome.state.value : '';
    return { ...write, value, sentMs: i * 10, answeredMs: i * 10 + 1 };
  });
}

function reads(): Read[] {
  return [
    list(12, [x12], [y11], 35),
    list(17, [x17, y11], [], 75),
    { kind: 'get', key: x12.key, asked: '', state: x12, sentMs: 36, answeredMs: 37 },
    { kind: 'get', key: x12.key, asked: '', state: null, sentMs: 61, answeredMs: 62 },
  ];
}

function list(revision: number, first: readonly State[], second: readonly State[], sentMs: number): Read {
  const pages = [first, ...(second.length === 0 ? [] : [second])].map((items) => ({ revision, items }));
  return { kind: 'list', scope: ALL, asked: '', pages, sentMs, answeredMs: sentMs + 1 };
}

const added = (of: State): Seen => ({ type: 'ADDED', state: of });
const modified = (of: State): Seen => ({ type: 'MODIFIED', state: of });
const deleted = (of: State): Seen => ({ type: 'DELETED', state: of });
const bookmark = (revision: number, initialEnd = false): Seen => ({ type: 'BOOKMARK', revision, initialEnd });

function resumed(): Session[] {
  return [
    { after: 5, seen: [added(x10), added(y11), modified(x12)] },
    { after: 12, seen: [deleted(x15), bookmark(16)] },
    { after: 16, seen: [added(x17)] },
  ];
}

const fromPresent: Session[] = [
  { after: 0, seen: [added(x12)] },
  { after: 0, seen: [added(y11), added(x12), bookmark(12, true), deleted(x15), bookmark(15), added(x17)] },
];
const gold: Session[] = [{ after: 5, seen: [added(x10), added(y11), deleted({ ...x10, revision: 12 }), added(x17)] }];

function history(change: Partial<History> & { sessions?: Session[] } = {}): History {
  const { sessions = resumed(), ...rest } = change;
  return {
    initial: [],
    writes: writes(),
    reads: reads(),
    watches: [
      { name: 'all', scope: ALL, sessions },
      { name: 'present', scope: ALL, sessions: fromPresent },
      { name: 'gold', scope: { ...ALL, tier: 'gold' }, sessions: gold },
    ],
    settledRevision: 100,
    ...rest,
  };
}

function broken(given: History): string[] {
  const truth = assemble(given);
  return Object.entries(VALIDATORS).flatMap(([promise, validate]) => {
    return validate(given, truth).length > 0 ? [promise] : [];
  });
}

const PROMISES = Object.keys(VALIDATORS);
const [ORDER, ONCE, COMPLETE, RESUMED, BOOKMARKS, LISTS, FRESH, REVISIONS, KEPT, REFUSED] = PROMISES;

function breaks(given: History, promise: string | undefined): void {
  assert.ok(broken(given).includes(promise ?? ''), `${promise} holds; broken: ${broken(given).join('; ')}`);
}

function withWrite(index: number, change: Partial<Write>): History {
  return history({ writes: writes().map((write, i) => (i === index ? { ...write, ...change } : write)) });
}

test('a sound history keeps all promises', () => {
  assert.deepEqual(broken(history()), []);
  assert.equal(PROMISES.length, 10);
});

test('sessions that broke off within their initial events start no chain', () => {
  const chains = chainsOf({ name: '', scope: ALL, sessions: fromPresent });
  assert.deepEqual(
    chains.map(({ after, last }) => ({ after, last })),
    [{ after: 12, last: true }],
  );
});

test('order: an event before an earlier one, and a bookmark that goes back', () => {
  const [first, ...others] = resumed();
  breaks(history({ sessions: [{ after: 5, seen: first!.seen.toReversed() }, ...others] }), ORDER);
  breaks(history({ sessions: [first!, { after: 12, seen: [deleted(x15), bookmark(14)] }] }), ORDER);
  breaks(history({ sessions: [{ after: 10, seen: [added(x10)] }] }), ORDER);
});

test('uniqueness: an event in two sessions, an object twice at the start', () => {
  const [first, second, third] = resumed();
  const again = { ...second!, seen: [modified(x12), ...second!.seen] };
  breaks(history({ sessions: [first!, again, third!] }), ONCE);
  breaks(history({ sessions: [{ after: 0, seen: [added(x12), added(x12)] }] }), ONCE);
});

test('completeness: an event too few, too many, of another type or content', () => {
  const [first, second, third] = resumed();
  breaks(history({ sessions: [first!, second!] }), COMPLETE);
  breaks(history({ sessions: [{ after: 5, seen: [added(x10), modified(x12)] }, second!, third!] }), COMPLETE);
  breaks(history({ sessions: [first!, second!, { after: 16, seen: [modified(x17)] }] }), COMPLETE);
  breaks(history({ sessions: [first!, second!, { after: 16, seen: [added({ ...x17, value: 'other' })] }] }), COMPLETE);
  breaks(history({ sessions: [{ after: 0, seen: [added(x12), bookmark(12, true)] }] }), COMPLETE);
  const silver = [{ name: 'silver', scope: { ...ALL, tier: 'silver' }, sessions: gold }];
  breaks(history({ watches: [...history().watches, ...silver] }), COMPLETE);
});

test('resumption: a gap, a repetition', () => {
  const [first, second, third] = resumed();
  breaks(history({ sessions: [first!, { after: 12, seen: [added(x17)] }] }), RESUMED);
  breaks(history({ sessions: [first!, { after: 12, seen: [modified(x12), ...second!.seen] }, third!] }), RESUMED);
});

test('bookmarks: one that is ahead of an event still to come', () => {
  const [first] = resumed();
  const ahead = { after: 12, seen: [bookmark(16), deleted(x15), added(x17)] };
  breaks(history({ sessions: [first!, ahead] }), BOOKMARKS);
});

test('lists: a missing item, a foreign one, an old state, pages of two revisions, an item twice', () => {
  const withList = (read: Read): History => history({ reads: [read] });
  breaks(withList(list(12, [x12], [], 80)), LISTS);
  breaks(withList(list(16, [x12, y11], [], 80)), LISTS);
  breaks(withList(list(12, [x10, y11], [], 80)), LISTS);
  breaks(withList(list(12, [x12, y11], [y11], 80)), LISTS);
  const twoRevisions = { ...list(12, [x12], [y11], 80), pages: [12, 13].map((revision) => ({ revision, items: [] })) };
  breaks(withList(twoRevisions as Read), LISTS);
});

test('freshness: a list or get that does not know what was acknowledged', () => {
  breaks(history({ reads: [list(12, [x12, y11], [], 75)] }), FRESH);
  const get = (of: State | null, sentMs: number): Read => ({
    kind: 'get',
    key: x10.key,
    asked: '',
    state: of,
    sentMs,
    answeredMs: sentMs + 1,
  });
  breaks(history({ reads: [get(x10, 25)] }), FRESH);
  breaks(history({ reads: [get(x12, 55)] }), FRESH);
  breaks(history({ reads: [get(null, 25)] }), FRESH);
  breaks(history({ reads: [get({ ...x12, tier: 'other' }, 25)] }), FRESH);
});

test('revisions: one given twice, one that goes back', () => {
  breaks(withWrite(2, { outcome: { kind: 'written', state: { ...x12, revision: 11 } } }), REVISIONS);
  breaks(withWrite(0, { sentMs: 100, answeredMs: 101 }), REVISIONS);
});

test('acknowledged writes: a lost update, another content, a create over what is there, a delete nobody saw', () => {
  breaks(withWrite(2, { expected: 9 }), KEPT);
  breaks(withWrite(2, { value: 'other' }), KEPT);
  breaks(withWrite(2, { verb: 'create', expected: 0 }), KEPT);
  breaks(withWrite(5, { expected: 10 }), KEPT);
  breaks(withWrite(5, { outcome: { kind: 'deleted', uid: 'y1' } }), KEPT);
  breaks(withWrite(5, { outcome: { kind: 'missing' } }), KEPT);
  const late = { after: 12, seen: [deleted({ ...x15, revision: 14 })] };
  breaks(history({ sessions: [resumed()[0]!, late] }), KEPT);
});

test('refusals: a conflict without another write, exists or missing without reason', () => {
  breaks(withWrite(3, { expected: 17 }), REFUSED);
  breaks(withWrite(3, { expected: 12, answeredMs: 31 }), REFUSED);
  breaks(withWrite(4, { key: 'configmaps/h0/z' }), REFUSED);
  breaks(withWrite(6, { key: y11.key }), REFUSED);
});
