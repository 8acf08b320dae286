import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  escapeFieldValue,
  fieldSelectorText,
  matchesFields,
  parseFieldSelector,
  requiredFieldValue,
} from './fields.ts';

test('field selectors are read', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['metadata.name=a', 'metadata.name=a'],
    ['metadata.name==a', 'metadata.name=a'],
    ['b!=2,a=1', 'a=1,b!=2'],
    [',a=1,', 'a=1'],
    ['a=', 'a='],
    ['a=x\\,y\\=z\\\\', 'a=x\\,y\\=z\\\\'],
    ['=', ''],
  ];
  for (const [text, normalized] of cases) assert.equal(fieldSelectorText(parseFieldSelector(text)), normalized, text);
  assert.deepEqual(parseFieldSelector('a=x\\,y'), [{ field: 'a', operator: '=', value: 'x,y' }]);
});

test('all requirements must hold', () => {
  const requirements = parseFieldSelector('a=1,b!=2');
  assert.equal(
    matchesFields(requirements, (field) => (field === 'a' ? '1' : '')),
    true,
  );
  assert.equal(
    matchesFields(requirements, (field) => (field === 'a' ? '1' : '2')),
    false,
  );
  assert.equal(requiredFieldValue(requirements, 'a'), '1');
  assert.equal(requiredFieldValue(requirements, 'b'), undefined);
});

test('errors are upstream texts', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ];
  for (const [text, message] of cases) assert.throws(() => parseFieldSelector(text), { message, code: 400 }, text);
});

test('any value can be escaped', () => {
  const value = 'a,b=c\\d😀';
  assert.equal(parseFieldSelector(`x=${escapeFieldValue(value)}`)[0]!.value, value);
});
