import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../meta/status.ts';
import { compileType } from './compile.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';
import { typeTable } from './types.ts';

const podSpec = compileType(typeTable(), 'io.k8s.api.core.v1.PodSpec');
const meta = compileType(typeTable(), 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
const deploymentSpec = compileType(typeTable(), 'io.k8s.api.apps.v1.DeploymentSpec');

function patched(type: typeof podSpec, object: object, patch: unknown): unknown {
  const before = structuredClone([object, patch]);
  const result = strategicMergePatch(type, object, patch);
  assert.deepEqual([object, patch], before);
  return result;
}

function refused(type: typeof podSpec, object: object, patch: unknown): [number, string] {
  try {
    strategicMergePatch(type, object, patch);
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return [error.code, error.message];
  }
  throw new assert.AssertionError({ message: 'nothing thrown' });
}

const spec = {
  containers: [
    { name: 'a', image: '1' },
    { name: 'b', image: '1' },
  ],
  restartPolicy: 'Always',
};

test('lists of objects merge by key, the items of the patch in their order', () => {
  assert.deepEqual(patched(podSpec, spec, { containers: [{ name: 'b', image: '2' }] }), {
    containers: [
      { name: 'a', image: '1' },
      { name: 'b', image: '2' },
    ],
    restartPolicy: 'Always',
  });
  assert.deepEqual(patched(podSpec, spec, { containers: [{ name: 'c' }, { name: 'a', image: null, tty: true }] }), {
    containers: [{ name: 'c' }, { name: 'a', tty: true }, { name: 'b', image: '1' }],
    restartPolicy: 'Always',
  });
});

test('$patch deletes and replaces items, objects and lists', () => {
  assert.deepEqual(patched(podSpec, spec, { containers: [{ name: 'a', $patch: 'delete' }, { name: 'c' }] }), {
    containers: [{ name: 'c' }, { name: 'b', image: '1' }],
    restartPolicy: 'Always',
  });
  assert.deepEqual(patched(podSpec, spec, { containers: [{ $patch: 'replace' }, { name: 'c' }] }), {
    containers: [{ name: 'c' }],
    restartPolicy: 'Always',
  });
  assert.deepEqual(patched(podSpec, spec, { $patch: 'replace', containers: [] }), { containers: [] });
  assert.deepEqual(patched(meta, { labels: { a: '1' }, name: 'n' }, { labels: { $patch: 'delete' } }), {
    labels: {},
    name: 'n',
  });
  assert.deepEqual(patched(meta, { name: 'n' }, { labels: { $patch: 'delete' } }), { name: 'n' });
});

test('$setElementOrder puts merged lists in order', () => {
  const order = [{ name: 'b' }, { name: 'c' }, { name: 'a' }];
  assert.deepEqual(patched(podSpec, spec, { '$setElementOrder/containers': order, containers: [{ name: 'c' }] }), {
    containers: [{ name: 'b', image: '1' }, { name: 'c' }, { name: 'a', image: '1' }],
    restartPolicy: 'Always',
  });
  assert.deepEqual(patched(meta, { finalizers: ['a', 'x', 'b'] }, { '$setElementOrder/finalizers': ['b', 'a'] }), {
    finalizers: ['x', 'b', 'a'],
  });
  assert.deepEqual(patched(meta, {}, { '$setElementOrder/finalizers': ['b', 'a'], finalizers: ['b', 'a'] }), {
    finalizers: ['b', 'a'],
  });
});

test('lists of scalars add, and lose by $deleteFromPrimitiveList', () => {
  assert.deepEqual(patched(meta, { finalizers: ['a', 'b'] }, { finalizers: ['c', 'a'] }), {
    finalizers: ['c', 'a', 'b'],
  });
  assert.deepEqual(patched(meta, { finalizers: ['a', 'b'] }, { '$deleteFromPrimitiveList/finalizers': ['a', 'z'] }), {
    finalizers: ['b'],
  });
  assert.deepEqual(patched(meta, {}, { '$deleteFromPrimitiveList/finalizers': ['a'] }), {});
});

test('$retainKeys drops what it does not list', () => {
  const object = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, replicas: 1 };
  assert.deepEqual(patched(deploymentSpec, object, { strategy: { $retainKeys: ['type'], type: 'Recreate' } }), {
    strategy: { type: 'Recreate' },
    replicas: 1,
  });
  assert.deepEqual(refused(deploymentSpec, object, { strategy: { $retainKeys: [], type: 'Recreate' } }), [
    400,
    'invalid patch format of retainKeys',
  ]);
});

test('lists without a patch strategy are replaced, maps merge', () => {
  const object = { containers: [{ name: 'a', command: ['x', 'y'] }], nodeSelector: { a: '1', b: '1' } };
  assert.deepEqual(
    patched(podSpec, object, { containers: [{ name: 'a', command: ['z'] }], nodeSelector: { a: null, c: '1' } }),
    {
      containers: [{ name: 'a', command: ['z'] }],
      nodeSelector: { b: '1', c: '1' },
    },
  );
});

test('new values lose their nulls and directives; types may change', () => {
  assert.deepEqual(
    patched(podSpec, {}, { containers: [{ name: 'a', image: null, env: [{ name: 'x', $patch: 'delete' }] }] }),
    {
      containers: [{ name: 'a', env: [] }],
    },
  );
  assert.deepEqual(patched(podSpec, { nodeName: 'a' }, { nodeName: 5, odd: true }), { nodeName: 5, odd: true });
});

test('patches that make no sense are refused in upstream’s words', () => {
  assert.deepEqual(refused(podSpec, spec, []), [
    400,
    'json: cannot unmarshal array into Go value of type map[string]interface {}',
  ]);
  assert.deepEqual(refused(podSpec, spec, { containers: [{ image: 'x' }] }), [
    500,
    'map: map[image:x] does not contain declared merge key: name',
  ]);
  assert.deepEqual(refused(podSpec, spec, { $patch: 'odd', a: 1 }), [
    500,
    'unknown patch type: odd in map: map[$patch:odd a:1]',
  ]);
  assert.deepEqual(refused(podSpec, spec, { containers: [{ $patch: 'merge', name: 'a' }] }), [
    500,
    'merging lists cannot yet be specified in the patch',
  ]);
  assert.deepEqual(refused(podSpec, spec, { '$setElementOrder/odd': [] }), [
    500,
    'unable to find api field in struct PodSpec for the json field "odd"',
  ]);
  assert.deepEqual(refused(podSpec, spec, { $setElementOrder: [] }), [
    400,
    'invalid patch format of setElementOrder list',
  ]);
  assert.deepEqual(refused(meta, { finalizers: ['a'] }, { finalizers: [{}] })[0], 500);
});

test('hostile keys are keys', () => {
  const patch = JSON.parse('{"labels":{"__proto__":"x","constructor":"y"},"__proto__":{"polluted":true}}') as unknown;
  assert.equal(
    JSON.stringify(strategicMergePatch(meta, { labels: { a: '1' } }, patch)),
    '{"labels":{"a":"1","__proto__":"x","constructor":"y"},"__proto__":{"polluted":true}}',
  );
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('an item named again and again is merged in place, its lists within a limit', () => {
  const limits = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`r${i}`, '1']));
  const object = { containers: [{ name: 'a', resources: { limits } }] };
  const again = (count: number, change: (i: number) => object) => ({
    containers: Array.from({ length: count }, (_, i) => ({ name: 'a', ...change(i) })),
  });
  let copies = 0;
  const counted = new Proxy(limits, {
    ownKeys: (target) => {
      copies++;
      return Reflect.ownKeys(target);
    },
  });
  const merged = strategicMergePatch(
    podSpec,
    { containers: [{ name: 'a', resources: { limits: counted } }] },
    again(500, (i) => ({ resources: { limits: { x: `${i}` } } })),
  );
  assert.equal(copies, 1);
  assert.deepEqual(merged, { containers: [{ name: 'a', resources: { limits: { ...limits, x: '499' } } }] });
  const env = Array.from({ length: 1000 }, (_, i) => ({ name: `e${i}`, value: '1' }));
  const repeated = again(2000, () => ({ env: [{ name: 'e1', value: '2' }] }));
  assert.equal(refused(podSpec, { containers: [{ name: 'a', env }] }, repeated)[0], 413);
  assert.deepEqual(
    patched(
      podSpec,
      object,
      again(3, (i) => ({ args: [`${i}`], env: [{ name: 'e', value: `${i}` }] })),
    ),
    { containers: [{ name: 'a', resources: { limits }, args: ['2'], env: [{ name: 'e', value: '2' }] }] },
  );
});
