/** A bounded part of `npm run fuzz`, the same each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failure, fuzz } from './fuzz.ts';

test('no object of any kind makes the server panic, however it is spoiled', async () => {
  const failures: Failure[] = [];
  const done = await fuzz({
    seed: 20_260_101,
    only: /./,
    growth: 60,
    everywhere: [],
    changesPerKind: 40,
    goOn: (round) => round < 2,
    report: (failure) => failures.push(failure),
  });
  assert.deepEqual(failures.slice(0, 3), []);
  // It reaches every kind, and a good part of what it sends is taken, so that what comes after validation is met as well.
  assert.ok(done.kinds >= 90, String(done.kinds));
  assert.ok(done.accepted > done.questions / 20, JSON.stringify(done));
});

test('every place of a pod is looked at', async () => {
  const failures: Failure[] = [];
  const done = await fuzz({
    seed: 1,
    only: /^v1\/pods$/,
    growth: 100,
    everywhere: ['null'],
    changesPerKind: 0,
    goOn: (round) => round < 1,
    report: (failure) => failures.push(failure),
  });
  assert.deepEqual(failures.slice(0, 3), []);
  assert.ok(done.questions > 2000, String(done.questions));
});
