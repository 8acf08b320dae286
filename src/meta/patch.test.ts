import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyJsonPatch, unknownJsonPatchFields } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { StatusError } from './status.ts';

function errorOf(action: () => unknown): StatusError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing thrown' });
}

/** Patches a copy, and checks that neither operand changed. */
function json(document: object, ...patch: unknown[]): object {
  const before = structuredClone([document, patch]);
  const result = applyJsonPatch(document, patch);
  assert.deepEqual([document, patch], before);
  return result;
}

test('JSON patch: the operations of RFC 6902', () => {
  const document = { a: { b: [1, 2, 3] }, c: 'x' };
  const cases: [object, unknown][] = [
    [
      { op: 'add', path: '/a/b/1', value: 9 },
      { a: { b: [1, 9, 2, 3] }, c: 'x' },
    ],
    [
      { op: 'add', path: '/a/b/-', value: null },
      { a: { b: [1, 2, 3, null] }, c: 'x' },
    ],
    [
      { op: 'add', path: '/a/b/-1', value: 9 },
      { a: { b: [1, 2, 3, 9] }, c: 'x' },
    ],
    [
      { op: 'add', path: '/d', value: {} },
      { a: { b: [1, 2, 3] }, c: 'x', d: {} },
    ],
    [
      { op: 'remove', path: '/a/b/0' },
      { a: { b: [2, 3] }, c: 'x' },
    ],
    [
      { op: 'remove', path: '/a/b/-1' },
      { a: { b: [1, 2] }, c: 'x' },
    ],
    [
      { op: 'replace', path: '/c', value: 'y' },
      { a: { b: [1, 2, 3] }, c: 'y' },
    ],
    [
      { op: 'replace', path: '/new', value: 'y' },
      { a: { b: [1, 2, 3] }, c: 'x', new: 'y' },
    ],
    [{ op: 'replace', path: '', value: { z: 1 } }, { z: 1 }],
    [{ op: 'move', from: '/c', path: '/a/c' }, { a: { b: [1, 2, 3], c: 'x' } }],
    [
      { op: 'copy', from: '/a', path: '/d' },
      { a: { b: [1, 2, 3] }, c: 'x', d: { b: [1, 2, 3] } },
    ],
    [{ op: 'test', path: '/a', value: { b: [1, 2, 3] } }, document],
    [{ op: 'test', path: '/nope', value: null }, document],
  ];
  for (const [operation, result] of cases)
    assert.deepEqual(json(document, operation), result, JSON.stringify(operation));
});

test('JSON patch: later operations see what earlier ones made', () => {
  const value = { y: 1 };
  const result = json(
    { a: { x: 1 } },
    { op: 'add', path: '/b', value },
    { op: 'add', path: '/b/z', value: 2 },
    { op: 'copy', from: '/a', path: '/c' },
    { op: 'replace', path: '/a/x', value: 5 },
    { op: 'add', path: '/~1~0', value: [] },
    { op: 'add', path: '/__proto__', value: { polluted: true } },
  );
  assert.equal(
    JSON.stringify(result),
    '{"a":{"x":5},"b":{"y":1,"z":2},"c":{"x":1},"/~":[],"__proto__":{"polluted":true}}',
  );
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('JSON patch: what does not apply is a 422 without detail', () => {
  const cases = [
    { op: 'remove', path: '/x' },
    { op: 'remove', path: '/constructor' },
    { op: 'remove', path: '/l/5' },
    { op: 'add', path: '/l/x', value: 1 },
    { op: 'add', path: '/x/y', value: 1 },
    { op: 'add', path: '', value: {} },
    { op: 'replace', path: '/l/9', value: 1 },
    { op: 'replace', path: '', value: 1 },
    { op: 'test', path: '/s', value: 'other' },
    { op: 'move', from: '/x', path: '/y' },
    { op: 'move', path: '/y' },
    { op: 'copy', from: '/x/y', path: '/y' },
    { op: 'odd', path: '/s' },
    { op: 'add', value: 1 },
  ];
  for (const operation of cases) {
    const error = errorOf(() => json({ l: [1], s: 's' }, operation));
    assert.equal(error.code, 422, JSON.stringify(operation));
    assert.equal(error.message, 'the server rejected our request due to an error in our request');
  }
});

test('JSON patch: what is no patch is a 400, too many operations a 413', () => {
  assert.equal(
    errorOf(() => applyJsonPatch({}, {})).message,
    'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  );
  assert.equal(
    errorOf(() => applyJsonPatch({}, [{ op: 1 }])).message,
    'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
  );
  const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: null }));
  const error = errorOf(() => applyJsonPatch({}, many));
  assert.equal(error.code, 413);
  assert.match(error.message, /The allowed maximum operations in a JSON patch is 10000, got 10001/);
  assert.deepEqual(unknownJsonPatchFields([{ op: 'test', foo: 1 }]), ['json patch unknown field "[0].foo"']);
});

test('JSON patch: copies cannot grow without end', () => {
  const bombs = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
  assert.equal(errorOf(() => json({ a: ['x'.repeat(1000)] }, ...bombs)).code, 422);
});

test('merge patch: RFC 7386', () => {
  const cases: [object, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1, null] }, { a: [1, null] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: [{ b: null, c: 1 }] }, { a: [{ c: 1 }] }],
  ];
  for (const [document, patch, result] of cases) {
    const before = structuredClone([document, patch]);
    assert.deepEqual(applyMergePatch(document, patch), result);
    assert.deepEqual([document, patch], before);
  }
});

test('merge patch: shares what it does not touch, and refuses what is no object', () => {
  const document = { a: { x: 1 }, b: { y: 1 } };
  const result = applyMergePatch(document, { a: { x: 2 } }) as typeof document;
  assert.equal(result.b, document.b);
  assert.equal(applyMergePatch(document, { a: { x: 1 }, c: null }), document);
  assert.equal(
    errorOf(() => applyMergePatch({}, [])).message,
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  );
  assert.equal(errorOf(() => applyMergePatch({}, null)).message, 'Invalid JSON Patch');
});

test('merge patch: hostile keys and depth', () => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown;
  assert.equal(JSON.stringify(applyMergePatch({}, patch)), JSON.stringify(patch));
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as unknown;
  assert.equal(errorOf(() => applyMergePatch({}, deep)).message, 'exceeded max depth');
});
