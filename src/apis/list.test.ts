import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { resourceList } from '../schema/resources.ts';
import { BEHAVIORS, CONVERSIONS } from './list.ts';
import { CONTEXT } from './test-support.ts';

/** Subresources whose body is the object itself; the others are actions, connections or scale. */
const SAME_BODY = ['status', 'finalize', 'approval', 'resize', 'ephemeralcontainers'];

test('every stored resource has a behaviour with what is published of it', () => {
  for (const row of resourceList().resources) {
    if (row.storage === null) continue;
    const key = `${row.group}/${row.plural}`;
    const behavior = BEHAVIORS[key];
    assert.ok(behavior !== undefined, key);
    const names = row.subresources.map((subresource) => subresource.name);
    assert.equal(behavior.deleteReturnsObject, row.storage.deleteReturns === 'object', key);
    assert.deepEqual(
      Object.keys(behavior.subresources).sort(),
      names.filter((name) => SAME_BODY.includes(name)).sort(),
      key,
    );
    assert.equal(behavior.scale !== null, names.includes('scale'), key);
    assert.equal(behavior.resetFields.includes('status'), names.includes('status'), key);
    if (behavior.indexLabel !== null) assert.ok(behavior.fieldLabels?.[behavior.indexLabel] !== undefined, key);
  }
});

test('conversions are of served versions', () => {
  const served = new Set(resourceList().resources.map((row) => `${row.group}/${row.version}/${row.plural}`));
  for (const key of Object.keys(CONVERSIONS)) assert.ok(served.has(key), key);
});

test('hostile objects are refused, never a crash', () => {
  const hostile = JSON.parse(
    '{"metadata":{"name":"","labels":{"__proto__":"a","constructor":"b"},"annotations":{"__proto__":"x"}},"spec":{},"data":{"__proto__":"a","constructor":"b"},"status":{}}',
  ) as KubeObject;
  for (const [key, behavior] of Object.entries(BEHAVIORS)) {
    const object = structuredClone(hostile);
    behavior.setDefaults?.(object);
    behavior.prepareForCreate?.(object, CONTEXT);
    assert.ok(Array.isArray(behavior.validate?.(object, CONTEXT) ?? []), key);
    behavior.warnings?.(object, null);
    assert.equal(behavior.printer.cells(object, CONTEXT.nowMs).length, behavior.printer.columns.length, key);
  }
  assert.equal(({} as Record<string, unknown>)['a'], undefined);
});
