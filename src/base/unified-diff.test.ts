import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from './unified-diff.ts';

const numbers = (count: number, changed: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: count }, (_, i) => changed[i] ?? `line ${i}`).join('\n');

test('equal texts have no difference', () => {
  assert.equal(unifiedDiff('a\nb', 'a\nb'), '');
});

test('a hunk holds three lines on each side and says where it stands', () => {
  const diff = unifiedDiff(numbers(20), numbers(20, { 10: 'changed' }));
  assert.equal(diff, '@@ -8,7 +8,7 @@\n line 7\n line 8\n line 9\n-line 10\n+changed\n line 11\n line 12\n line 13\n');
});

test('near changes share a hunk, far ones do not', () => {
  const hunks = (changed: Record<number, string>) =>
    unifiedDiff(numbers(40), numbers(40, changed))
      .split('\n')
      .filter((line) => line.startsWith('@@'));
  assert.deepEqual(hunks({ 5: 'x', 12: 'y' }), ['@@ -3,14 +3,14 @@']);
  assert.deepEqual(hunks({ 5: 'x', 13: 'y' }), ['@@ -3,7 +3,7 @@', '@@ -11,7 +11,7 @@']);
});

test('what is added and what is taken away', () => {
  assert.equal(unifiedDiff('a', 'a\nb'), '@@ -1 +1,2 @@\n a\n+b\n');
  assert.equal(unifiedDiff('a\nb\nc', 'a\nc'), '@@ -1,3 +1,2 @@\n a\n-b\n c\n');
});

test('lines that stand everywhere do not align long texts', () => {
  const filler = Array.from({ length: 300 }, () => 'same').join('\n');
  // All of it is popular: nothing is found equal.
  assert.ok(unifiedDiff(`x\n${filler}`, `${filler}\ny`).startsWith('@@ -1,301 +1,301 @@\n-x\n-same\n'));
});

test('texts of a few hundred thousand lines cost no more than their pairs', () => {
  const many = (seed: number) => Array.from({ length: 100_000 }, (_, i) => String((i * seed) % 1000)).join('\n');
  assert.ok(unifiedDiff(many(7), many(11)).length <= 512 * 1024);
});
