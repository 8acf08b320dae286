import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turnFor } from './turns.ts';

test('only long work gives turns away', async () => {
  assert.equal(turnFor(10_000), null);
  let others = 0;
  setImmediate(() => others++);
  await turnFor(1_000_000);
  assert.equal(others, 1);
});
