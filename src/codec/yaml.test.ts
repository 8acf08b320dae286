import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeError } from './decode-error.ts';
import { parseJsonAsYaml, parseYaml } from './yaml.ts';

async function value(text: string): Promise<unknown> {
  return (await parseYaml(Buffer.from(text))).value;
}

async function errorOf(text: string | Buffer): Promise<string> {
  try {
    await parseYaml(Buffer.from(text));
    return '';
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return error.message;
  }
}

test('scalars mean what they mean in YAML 1.1', async () => {
  const text = `
yes: y
off: off
int: 1_000
hex: 0x1f
octal: 010
octal2: 0o10
binary: 0b101
notOctal: 08
float: 1.5e3
dot: .5
null: ~
empty:
date: 2001-12-14
base60: 12:30:45
quoted: "12"
tagged: !!str 12
tagged2: !!int "3"
bytes: !!binary aGk=
own: !thing x
`;
  assert.deepEqual(await value(text.replace('null: ~\n', '')), {
    true: true,
    false: false,
    int: 1000,
    hex: 31,
    octal: 8,
    octal2: 8,
    binary: 5,
    notOctal: 8,
    float: 1500,
    dot: 0.5,
    empty: null,
    date: '2001-12-14',
    base60: '12:30:45',
    quoted: '12',
    tagged: '12',
    tagged2: 3,
    bytes: 'hi',
    own: 'x',
  });
  assert.match(await errorOf(text), /^unsupported map key of type/);
});

test('structure', async () => {
  assert.deepEqual(await value('a:\n- x\n- v: 1\n  z: [1, {b: c}]\nt: |\n  one\n  two\nf: >-\n  one\n  two\n'), {
    a: ['x', { v: 1, z: [1, { b: 'c' }] }],
    t: 'one\ntwo\n',
    f: 'one two',
  });
  assert.deepEqual(await value('1: a\n1.5: b\n? k\n: v\n'), { 1: 'a', 1.5: 'b', k: 'v' });
  assert.deepEqual(await value('a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\ne: *x\n'), {
    a: { b: 1 },
    c: { b: 1, d: 2 },
    e: { b: 1 },
  });
  assert.deepEqual(await value('a: 1\n---\nb: [\n'), { a: 1 });
  assert.equal(await value(''), null);
});

test('expanded aliases do not share what they stand for', async () => {
  const { a, b } = (await value('a: &x {k: v}\nb: *x\n')) as { a: object; b: object };
  assert.notEqual(a, b);
});

test('names like the prototype are members', async () => {
  const object = (await value('__proto__: {polluted: 1}\na: &x {__proto__: 2}\nb: {<<: *x}\n')) as { b: object };
  assert.deepEqual(Object.keys(object), ['__proto__', 'a', 'b']);
  assert.deepEqual(Object.keys(object.b), ['__proto__']);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('JSON is parsed as JSON, even with tabs that YAML would refuse', async () => {
  const parsed = await parseYaml(Buffer.from('{\n\t"a": 1,\n\t"a": 2}'));
  assert.deepEqual(parsed, { value: { a: 2 }, text: '{\n\t"a": 1,\n\t"a": 2}', duplicates: [] });
  assert.equal(parseJsonAsYaml(Buffer.from('{a: 1}')), null);
  assert.deepEqual(await value('{a: 1}'), { a: 1 });
});

test('duplicate members are told with their line, and the last one counts', async () => {
  const parsed = await parseYaml(Buffer.from('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n'));
  assert.deepEqual(parsed.value, { a: 3, b: { c: 2 } });
  assert.deepEqual(parsed.duplicates, ['line 4: key "c" already set in map', 'line 5: key "a" already set in map']);
});

test('errors', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a: 1\nb: @', 'yaml: line 2: found character that cannot start any token'],
    ['a: *y', "yaml: unknown anchor 'y' referenced"],
    ['a: &x [*x]', "yaml: anchor 'x' value contains itself"],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: !!int x', 'yaml: cannot decode !!str `x` as a !!int'],
    ['<<: 1', 'yaml: map merge requires map or sequence of maps as the value'],
    ['? [a]\n: b', 'yaml: invalid map key: a member cannot be named by a map or a sequence'],
  ];
  for (const [text, message] of cases) assert.equal(await errorOf(text), message, text);
  assert.match(await errorOf(Buffer.from([0x61, 0x3a, 0x20, 0xff])), /^yaml: /);
});

test('hostile documents are refused', async () => {
  const bomb = Array.from(
    { length: 8 },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? 'x,x,x,x,x,x'
          : Array(9)
              .fill(`*a${i - 1}`)
              .join(',')
      }]`,
  );
  assert.equal(await errorOf(bomb.join('\n')), 'yaml: document contains excessive aliasing');
  assert.match(await errorOf('['.repeat(20_000)), /^yaml: /);
  assert.match(await errorOf('- '.repeat(20_000)), /^yaml: /);
  // Each of these has thousands of errors, of which the first is told.
  assert.match(await errorOf(`a: ${'"x" '.repeat(20_000)}`), /^yaml: did not find expected node content$/);
});

test('what is nested too deep is refused as soon as it is seen to be', async () => {
  const deep = ['[', '{a: ', '- ', '? '].map((opening) => opening.repeat(20_000));
  for (const text of deep) await assert.rejects(parseYaml(Buffer.from(text)), /exceeded max depth/, text.slice(0, 4));
});
