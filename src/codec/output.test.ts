import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prettyJson } from './pretty.ts';
import { warningHeaders } from './warning.ts';

test('indented JSON has the same members and numbers', () => {
  const compact = '{"10":1.0,"2":[1,{"a":{}},[]],"s":"a,b:{}[]\\"\\n","e":[],"n":null}\n';
  const expected =
    '{\n  "10": 1.0,\n  "2": [\n    1,\n    {\n      "a": {}\n    },\n    []\n  ],\n  "s": "a,b:{}[]\\"\\n",\n  "e": [],\n  "n": null\n}';
  assert.equal(prettyJson(Buffer.from(compact)).toString(), expected);
  assert.equal(prettyJson(Buffer.from('"é"')).toString(), '"é"');
  const value = { a: [1, [2, [3]], { b: 'x' }], c: 'y' };
  assert.equal(prettyJson(Buffer.from(JSON.stringify(value))).toString(), JSON.stringify(value, null, 2));
});

test('warnings are quoted and sent as UTF-8', () => {
  assert.deepEqual(warningHeaders(['say "a\\b"', '', 'tab\there', 'lone \ud800']), ['299 - "say \\"a\\\\b\\""']);
  assert.equal(Buffer.from(warningHeaders(['é'])[0]!, 'latin1').toString(), '299 - "é"');
});

test('warnings over the budget are all cut, and the last ones dropped', () => {
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(300, 'x'));
  const headers = warningHeaders(texts);
  assert.equal(headers.length, 16);
  assert.ok(headers.every((header) => header.length === 256 + '299 - ""'.length));
  assert.equal(warningHeaders(texts.slice(0, 13))[0]!.length, 300 + '299 - ""'.length);
});
