import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from './yaml.ts';
import { yamlOf } from './yaml-write.ts';

test('objects are written as upstream writes them', () => {
  const object = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'a', labels: {}, annotations: { x: 'yes', y: '12', z: '' } },
    spec: { containers: [{ name: 'c', args: ['--a', 'b: c', '- d'], ports: [] }, {}], deep: [[1, [2]], 1.5] },
    status: null,
    text: 'one\n  two\n\nthree',
    on: true,
  };
  assert.equal(
    yamlOf(object),
    `apiVersion: v1
kind: Pod
metadata:
  annotations:
    x: "yes"
    "y": "12"
    z: ""
  labels: {}
  name: a
"on": true
spec:
  containers:
  - args:
    - --a
    - 'b: c'
    - '- d'
    name: c
    ports: []
  - {}
  deep:
  - - 1
    - - 2
  - 1.5
status: null
text: |-
  one
    two

  three
`,
  );
});

test('documents that are no mapping', () => {
  assert.equal(yamlOf('x'), 'x\n');
  assert.equal(yamlOf([]), '[]\n');
  assert.equal(yamlOf([1, { a: [{ b: null }] }]), '- 1\n- a:\n  - b: null\n');
});

test('scalars are quoted only when they must be', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain text', 'plain text'],
    ['it\'s "q"', 'it\'s "q"'],
    ['a,b', 'a,b'],
    ['<<', '<<'],
    ['true', '"true"'],
    ['~', '"~"'],
    ['1e3', '"1e3"'],
    ['1:30', '"1:30"'],
    ['2024-01-01T00:00:00Z', '"2024-01-01T00:00:00Z"'],
    ['*a', "'*a'"],
    ['a: b', "'a: b'"],
    ['a:', "'a:'"],
    ['a #b', "'a #b'"],
    [' a', "' a'"],
    ["'", "''''"],
    ['---', "'---'"],
    ['a\tb', '"a\\tb"'],
    ['😀\u0001', '"\\U0001F600\\x01"'],
    ['\ufeffa', '"\\uFEFF\\x61"'],
    ['a \nb', '"a \\nb"'],
    ['\n', '|2+\n'],
    [' a\nb', '|2-\n   a\n  b'],
    ['a\n\n', '|+\n  a\n'],
  ];
  for (const [text, written] of cases) assert.equal(yamlOf({ k: text }), `k: ${written}\n`, JSON.stringify(text));
});

test('long lines are folded at 80 columns', () => {
  const words =
    'aaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc dddddddddddddddddddddddd eeeeeeeeeeeeeeee fffff';
  assert.equal(
    yamlOf({ long: words }),
    'long: aaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc dddddddddddddddddddddddd\n  eeeeeeeeeeeeeeee fffff\n',
  );
  assert.equal(
    yamlOf({ q: `x: ${words}` }),
    "q: 'x: aaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc dddddddddddddddddddddddd\n  eeeeeeeeeeeeeeee fffff'\n",
  );
});

test('members are in natural order, and odd names are written out', () => {
  assert.equal(yamlOf({ a10: 1, a2: 1, Z: 1, '1': 1, '': 1 }), '"": 1\n"1": 1\nZ: 1\na2: 1\na10: 1\n');
  assert.equal(yamlOf({ 'two\nlines': { a: 1 } }), '? |-\n  two\n  lines\n: a: 1\n');
});

test('numbers are written as Go does', () => {
  assert.equal(
    yamlOf([1, -2.5, 1e21, 1e-7, 1234567.5, 123456789012]),
    '- 1\n- -2.5\n- 1e+21\n- 1e-07\n- 1.2345675e+06\n- 123456789012\n',
  );
});

test('what is written is read back', async () => {
  const texts = [
    '',
    ' ',
    'a',
    'no',
    '0',
    '-',
    '?',
    ':',
    '#',
    "'",
    '"',
    '\\',
    '\n',
    ' \n ',
    'a\n b\n',
    '\t',
    'é',
    '😀',
    '|',
    '>',
    '%',
    '@',
    '`',
    '{',
    '[',
    '!',
    '&',
    '*',
  ];
  const value = {
    list: texts,
    map: Object.fromEntries(texts.map((text, i) => [text, i])),
    nested: [[texts], { x: [{}] }],
  };
  assert.deepEqual((await parseYaml(Buffer.from(yamlOf(value)))).value, value);
});
