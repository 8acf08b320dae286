import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningCharactersMax, warningCutCharacters } from '../base/limits.ts';
import { Warnings, warningHeaders } from './warning.ts';

test('a warning is kept once, and none beyond what headers hold', () => {
  const warnings = new Warnings();
  for (let i = 0; i < 100_000; i++) {
    warnings.add(`${i % 50_000} ${'x'.repeat(300)}`);
    warnings.add('0');
  }
  assert.equal(warnings.texts.length, Math.ceil((warningCharactersMax - 1) / warningCutCharacters) + 1);
  assert.equal(warningHeaders(warnings.texts).length, warnings.texts.length);
});
