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

test('which kinds count changes, and which must be told the version that a change was made from', () => {
  const kinds = Object.entries(BEHAVIORS);
  const having = (test: (behavior: (typeof kinds)[number][1]) => boolean) =>
    kinds.flatMap(([key, behavior]) => (test(behavior) ? [key] : []));
  const counting = new Set(having(({ generation }) => generation !== 'none'));
  for (const key of ['apps/daemonsets', 'batch/jobs', '/pods', 'networking.k8s.io/ingresses']) {
    assert.ok(counting.has(key), key);
  }
  for (const key of ['autoscaling/horizontalpodautoscalers', 'storage.k8s.io/csidrivers', '/services', '/nodes']) {
    assert.ok(!counting.has(key), key);
  }
  const conditional = new Set(having(({ allowUnconditionalUpdate }) => !allowUnconditionalUpdate));
  for (const key of ['policy/poddisruptionbudgets', 'coordination.k8s.io/leases', 'node.k8s.io/runtimeclasses']) {
    assert.ok(conditional.has(key), key);
  }
  for (const resource of ['flowschemas', 'prioritylevelconfigurations']) {
    assert.ok(!conditional.has(`flowcontrol.apiserver.k8s.io/${resource}`), resource);
  }
});

test('an update is judged by the rules of a create too, each told as often as upstream has it judged', () => {
  const rows: [string, KubeObject, number][] = [
    ['batch/jobs', { metadata: { name: 'a' }, spec: { parallelism: -1 } }, 2],
    ['/nodes', { metadata: { name: 'a' }, spec: { taints: [{ key: 'k', effect: 'x' }] } }, 2],
    ['/persistentvolumes', { metadata: { name: 'a' }, spec: { persistentVolumeReclaimPolicy: 'x' } }, 2],
  ];
  for (const [key, object, times] of rows) {
    const behavior = BEHAVIORS[key];
    behavior?.setDefaults?.(object);
    const problems = (behavior?.validateUpdate?.(object, object, CONTEXT) ?? []).map(({ field }) => field);
    const of = ['spec.parallelism', 'metadata.taints[0].effect', 'spec.persistentVolumeReclaimPolicy'];
    const told = problems.filter((field) => of.includes(field));
    assert.equal(told.length, times, `${key}: ${problems.join(' ')}`);
  }
});

test('what is behind a gate that is off, or left out, is not filled in', () => {
  const set: KubeObject = {
    metadata: { name: 'a' },
    spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } },
  };
  const sets = BEHAVIORS['apps/statefulsets'];
  sets?.setDefaults?.(set);
  sets?.prepareForCreate?.(set, CONTEXT);
  const { updateStrategy } = set['spec'] as { updateStrategy: unknown };
  assert.deepEqual(updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  const volume: KubeObject = { metadata: { name: 'a' }, spec: { claimRef: { name: 'c' } } };
  BEHAVIORS['/persistentvolumes']?.setDefaults?.(volume);
  assert.deepEqual((volume['spec'] as { claimRef: unknown }).claimRef, { name: 'c' });
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
