/** That the checks can fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkState, checkWatch, type Found } from './check.ts';
import { createLedger, type Ledger, type Owned } from './load.ts';

const found = (name: string, revision: number, value: string): Found => ({
  name,
  uid: `uid of ${name}`,
  revision,
  value,
  whole: true,
});

function ledgerOf(acknowledged: Found | null, pending: Owned['pending'] = null, revision = 0): Ledger {
  const ledger = createLedger();
  ledger.revision = revision;
  ledger.objects.set('a', { path: '/a', acknowledged, pending });
  return ledger;
}

test('what was acknowledged, or a write under way, is accepted', () => {
  const a = found('a', 5, 'one');
  assert.deepEqual(checkState(ledgerOf(a), [a], 9), []);
  assert.deepEqual(checkState(ledgerOf(a, { value: 'two' }), [found('a', 7, 'two')], 9), []);
  assert.deepEqual(checkState(ledgerOf(a, { value: null }), [], 9), []);
  assert.deepEqual(checkState(ledgerOf(null, { value: 'one' }), [a], 9), []);
  assert.deepEqual(checkState(ledgerOf(null), [], 9), []);
});

test('lost, stale, foreign, come back, cut off, and gone back are found', () => {
  const a = found('a', 5, 'one');
  const problems = (ledger: Ledger, state: Found[], revision = 9): number => checkState(ledger, state, revision).length;
  assert.equal(problems(ledgerOf(a), []), 1);
  assert.equal(problems(ledgerOf(a), [found('a', 4, 'zero')]), 1);
  assert.equal(problems(ledgerOf(a, { value: 'two' }), [found('a', 5, 'two')]), 1);
  assert.equal(problems(ledgerOf(a), [{ ...a, uid: 'other' }]), 1);
  assert.equal(problems(ledgerOf(null), [a]), 1);
  assert.equal(problems(ledgerOf(a), [a, found('b', 6, 'one')]), 1);
  assert.equal(problems(ledgerOf(a), [{ ...a, whole: false }]), 1);
  assert.equal(problems(ledgerOf(a), [a], 4), 1);
  assert.equal(problems(ledgerOf(a, null, 12), [a], 9), 1);
});

test('a resumed watch with a gap or a repetition is found', () => {
  const start = new Map([['a', 1]]);
  const event = (type: string, name: string, revision: number) => ({ type, name, revision, value: '' });
  const before = [event('MODIFIED', 'a', 2), event('ADDED', 'b', 3)];
  const after = [event('DELETED', 'a', 4), event('MODIFIED', 'b', 5)];
  const state = [found('b', 5, '')];
  assert.deepEqual(checkWatch(before, after, start, state), []);
  assert.notDeepEqual(checkWatch(before, [event('ADDED', 'b', 3), ...after], start, state), []);
  assert.notDeepEqual(checkWatch(before, after.slice(1), start, state), []);
  assert.notDeepEqual(checkWatch(before, after.slice(0, 1), start, state), []);
  assert.notDeepEqual(checkWatch(before.slice(0, 1), after, start, state), []);
  assert.notDeepEqual(checkWatch(before, after, start, [...state, found('c', 4, '')]), []);
});
