import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenLimitRelation } from './limits.ts';

test('the limits fit each other', () => {
  assert.equal(brokenLimitRelation(), null);
});
