import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldsV1 } from '../meta/object.ts';
import { changedFields } from './changed-fields.ts';
import { compileType, DEDUCED, structType } from './compile.ts';
import { deepEqual, equalValues } from './equal.ts';
import { compareElements, pathText } from './field-element.ts';
import { fieldsOf } from './fields-of.ts';
import {
  difference,
  forEachPath,
  hasPath,
  intersection,
  normalSet,
  recursiveDifference,
  setOfPaths,
  union,
  unionOf,
} from './fieldset.ts';
import { typeTable } from './types.ts';

const A: FieldsV1 = { 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:b': { 'f:z': {} } };
const B: FieldsV1 = { 'f:a': { 'f:x': {} }, 'f:c': {} };

test('sets unite, part and meet; parents and children are members of their own', () => {
  assert.deepEqual(union(A, B), { 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:b': { 'f:z': {} }, 'f:c': {} });
  assert.deepEqual(union({ 'f:a': {} }, { 'f:a': { 'f:x': {} } }), { 'f:a': { '.': {}, 'f:x': {} } });
  assert.deepEqual(difference(A, B), { 'f:a': { '.': {}, 'f:y': {} }, 'f:b': { 'f:z': {} } });
  assert.deepEqual(difference({ 'f:a': { 'f:x': {} } }, { 'f:a': {} }), { 'f:a': { 'f:x': {} } });
  assert.deepEqual(difference({ 'f:a': { '.': {}, 'f:x': {} } }, { 'f:a': { 'f:x': {} } }), { 'f:a': {} });
  assert.deepEqual(recursiveDifference(A, { 'f:a': {}, 'f:b': { 'f:q': {} } }), { 'f:b': { 'f:z': {} } });
  assert.deepEqual(intersection(A, B), { 'f:a': { 'f:x': {} } });
  assert.deepEqual(intersection(A, {}), {});
  assert.equal(difference(A, { 'f:q': {} }), A);
  assert.ok(hasPath(A, ['f:a']) && hasPath(A, ['f:b', 'f:z']) && !hasPath(A, ['f:b']) && !hasPath(A, []));
  assert.deepEqual(setOfPaths(['status', 'metadata.labels']), { 'f:metadata': { 'f:labels': {} }, 'f:status': {} });
});

test('elements have upstream’s order', () => {
  const ordered = [
    'f:A',
    'f:a',
    'f:aa',
    'f:\uffff',
    'f:😀',
    'k:{"name":"a"}',
    'k:{"name":"a b"}',
    'k:{"name":"b\\""}',
    'k:{"port":9}',
    'k:{"port":10,"protocol":"TCP"}',
    'k:{"port":10,"protocol":"UDP"}',
    'v:2',
    'v:10',
    'v:"a"',
    'v:true',
    'i:0',
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(Math.sign(compareElements(a, b)), Math.sign(i - j), `${a} and ${b}`);
    }
  }
});

test('trees of clients become canonical or are refused', () => {
  const given = { 'k:{ "b":1,"a":"x"}': {}, 'f:b': { '.': {} }, 'f:a': {}, 'v:"x"': { 'f:q': {} }, 'q:future': {} };
  assert.equal(
    JSON.stringify(normalSet(given)),
    '{"f:a":{},"f:b":{},"k:{\\"a\\":\\"x\\",\\"b\\":1}":{},"v:\\"x\\"":{"f:q":{}}}',
  );
  for (const bad of [{ a: {} }, { 'v:{': {} }, { 'k:[]': {} }, { 'i:x': {} }, { 'f:a': 1 }, []]) {
    assert.throws(() => normalSet(bad), SyntaxError, JSON.stringify(bad));
  }
});

test('paths read as upstream writes them', () => {
  assert.equal(
    pathText(['f:spec', 'k:{"containerPort":80,"protocol":"TCP"}', 'f:x', 'v:"a\\nb"', 'i:3']),
    '.spec[containerPort=80,protocol="TCP"].x[="a\\nb"][3]',
  );
  const paths: string[] = [];
  forEachPath(A, (path) => paths.push(pathText(path)));
  assert.deepEqual(paths, ['.a', '.a.x', '.a.y', '.b.z']);
});

test('values without a schema are granular in their objects only', () => {
  const type = structType({ typeName: '', goName: 'v1.Widget', atomic: false, element: DEDUCED });
  const before = { kind: 'Widget', spec: { a: 1, list: [1], gone: {} } };
  const after = { kind: 'Widget', spec: { a: 1, list: [2], more: { b: null } } };
  assert.deepEqual(changedFields(type, before, after), {
    changed: { 'f:spec': { 'f:list': {}, 'f:more': { '.': {}, 'f:b': {} } } },
    removed: { 'f:spec': { 'f:gone': {} } },
  });
  assert.deepEqual(fieldsOf(type, { spec: { a: 1, empty: {}, list: [{}] } }), {
    'f:spec': { '.': {}, 'f:a': {}, 'f:empty': {}, 'f:list': {} },
  });
});

test('changes of atomic parts are changes of the whole', () => {
  const service = compileType(typeTable(), 'io.k8s.api.core.v1.Service');
  const of = (selector: object) => ({ spec: { selector } });
  assert.deepEqual(changedFields(service, of({ a: '1' }), of({ a: '2' })), {
    changed: { 'f:spec': { 'f:selector': {} } },
    removed: null,
  });
  assert.deepEqual(changedFields(service, of({ a: '1' }), { spec: {} }), {
    changed: null,
    removed: { 'f:spec': { 'f:selector': {} } },
  });
});

test('what Go writes for an absent field equals its absence', () => {
  const pod = compileType(typeTable(), 'io.k8s.api.core.v1.Pod');
  const bare = { spec: { containers: [{ name: 'a' }] } };
  const written = { metadata: {}, spec: { containers: [{ name: 'a', resources: {} }] }, status: {} };
  assert.ok(equalValues(pod, bare, written) && equalValues(pod, written, bare));
  assert.ok(!deepEqual(bare, written));
  assert.ok(!equalValues(pod, bare, { spec: { containers: [{ name: 'b' }] } }));
  assert.deepEqual(changedFields(pod, bare, written), { changed: null, removed: null });
  assert.ok(deepEqual({ a: [1, { b: undefined }] }, { a: [1, {}] }) && !deepEqual({ a: [] }, { a: {} }));
  assert.ok(!deepEqual({}, JSON.parse('{"constructor":1}')) && !deepEqual({ toString: 1 }, {}));
});

test('numbers in keys and values are ordered as numbers', () => {
  const order = ['-2', '-1', '0', '9', '9.5', '10', '19', '20', '100', '1e+21'];
  for (const text of [
    (n: string) => `v:${n}`,
    (n: string) => `k:{"p":${n},"q":"x"}`,
    (n: string) => `k:{"a1":"b1","p":${n}}`,
  ]) {
    const shuffled = order.map(text).sort();
    assert.deepEqual(shuffled.sort(compareElements), order.map(text));
  }
});

test('the union of many sets is that of one after the other', () => {
  const sets = Array.from({ length: 7 }, (_, i) => setOfPaths([`a.b${i % 3}`, `c${i}`]));
  assert.deepEqual(unionOf(sets), sets.reduce(union));
  assert.deepEqual(unionOf([]), {});
});
