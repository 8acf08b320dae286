import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trimCharacter, trimEndCharacter } from './trim.ts';

test('takes one character off both ends, or off the end alone', () => {
  for (const [text, both, end] of [
    ['', '', ''],
    ['   ', '', ''],
    ['a', 'a', 'a'],
    ['  a b  ', 'a b', '  a b'],
    ['\ta\t ', '\ta\t', '\ta\t'],
  ] as const) {
    assert.equal(trimCharacter(text, ' '), both);
    assert.equal(trimEndCharacter(text, ' '), end);
  }
});
