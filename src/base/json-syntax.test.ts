import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSyntaxError } from './json-syntax.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['{"a', 'unexpected end of JSON input'],
  ['[1', 'unexpected end of JSON input'],
  ['tru', "invalid character ' ' in literal true (expecting 'e')"],
  ['-', "invalid character ' ' in numeric literal"],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['{x', "invalid character 'x' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['-a', "invalid character 'a' in numeric literal"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['1ex', "invalid character 'x' in exponent of numeric literal"],
  ['01', "invalid character '1' after top-level value"],
  ['trux', "invalid character 'x' in literal true (expecting 'e')"],
  ['{}x', "invalid character 'x' after top-level value"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ['\\', "invalid character '\\\\' looking for beginning of value"],
  ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  ['\u0001', "invalid character '\\x01' looking for beginning of value"],
  ['[[[[]]]]', "invalid character '[' exceeded max depth"],
];

test('errors are worded as by Go', () => {
  for (const [text, error] of CASES) assert.equal(jsonSyntaxError(text, 3), error, text);
});

test('what JSON.parse accepts has no error, and the other way round', () => {
  const texts = [
    '{}',
    '[]',
    ' [ 1 , -0.5e+3 , "\\u00e9\\n" , null , true , false , {"a":{"b":[]}} ] ',
    '"x"',
    '0',
    '-0',
    '1E5',
  ];
  for (const text of [...texts, ...CASES.map(([text]) => text)]) {
    let parses = true;
    try {
      JSON.parse(text);
    } catch {
      parses = false;
    }
    assert.equal(jsonSyntaxError(text, 100) === null, parses, text);
  }
});

test('depth costs no stack', () => {
  const deep = '['.repeat(200_000);
  assert.equal(jsonSyntaxError(deep, 1_000_000), 'unexpected end of JSON input');
});
