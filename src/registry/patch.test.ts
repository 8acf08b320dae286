import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { createTestRegistry, type TestClient, type TestRegistry, testBehavior } from './test-registry.ts';

let kit: TestRegistry;
let maps: TestClient;
let workloads: TestClient;

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: {
      '/configmaps': testBehavior(),
      '/persistentvolumes': testBehavior(),
      'apps/deployments': testBehavior({ generation: 'spec', resetFields: ['status'] }),
    },
  });
  maps = kit.on('/v1/configmaps', 'default');
  workloads = kit.on('apps/v1/deployments', 'default');
});
after(() => kit.close());

function error(code: number, message: string | RegExp) {
  return { code, message };
}

function deployment(image: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'c', image }] } } },
  };
}

function containersOf(object: KubeObject): { name: string; image?: string }[] {
  const { spec } = object as unknown as { spec: { template: { spec: { containers: { name: string }[] } } } };
  return spec.template.spec.containers;
}

const map = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });

test('each patch type changes what it says', async () => {
  await maps.create({ metadata: { name: 'a' }, data: { k: '1', l: '2' } });
  const merged = await maps.patch('a', 'merge', { data: { k: null, m: '3' } });
  assert.deepEqual(merged['data'], { l: '2', m: '3' });
  const json = await maps.patch('a', 'json', [
    { op: 'test', path: '/data/l', value: '2' },
    { op: 'replace', path: '/data/l', value: '4' },
  ]);
  assert.deepEqual(json['data'], { l: '4', m: '3' });
  await workloads.create(deployment('nginx'));
  const strategic = await workloads.patch('web', 'strategic', {
    spec: { template: { spec: { containers: [{ name: 'side', image: 'fluentd' }] } } },
  });
  assert.deepEqual(
    containersOf(strategic).map((container) => container.name),
    ['side', 'c'],
  );
  await assert.rejects(maps.patch('b', 'merge', {}), error(404, 'configmaps "b" not found'));
});

test('a patch leaves the stored object as it was until it is written', async () => {
  await maps.create({ metadata: { name: 'a', labels: { x: 'y' } }, data: { k: '1' } });
  await maps.patch('a', 'merge', { metadata: { labels: { x: 'z' } } }, { dryRun: true });
  assert.deepEqual((await maps.get('a')).metadata.labels, { x: 'y' });
});

test('a patch with a version must meet that version', async () => {
  const created = await maps.create({ metadata: { name: 'a' } });
  await maps.patch('a', 'merge', { data: { k: '1' } });
  const stale = { metadata: { resourceVersion: created.metadata.resourceVersion }, data: { k: '2' } };
  await assert.rejects(maps.patch('a', 'merge', stale), error(409, /the object has been modified/));
});

test('a patch whose result is no object of the kind is invalid', async () => {
  await workloads.create(deployment('nginx'));
  await assert.rejects(
    workloads.patch('web', 'merge', { spec: { replicas: 'two' } }),
    error(
      422,
      /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32$/,
    ),
  );
  await assert.rejects(
    workloads.patch('web', 'strategic', { spec: { replicas: 'two' } }),
    error(422, /patch: Invalid value: "map\[spec:map\[replicas:two\]\]": /),
  );
  await assert.rejects(
    workloads.patch('web', 'merge', { spec: { replica: 2 } }, { fieldValidation: 'Strict' }),
    error(422, /strict decoding error: unknown field \\?"spec.replica\\?"/),
  );
});

test('unknown fields of a patch are warned of, those of a JSON patch too', async () => {
  await maps.create({ metadata: { name: 'a' } });
  const warnings: string[] = [];
  await maps.patch('a', 'merge', { foo: 1 }, { warnings });
  await maps.patch('a', 'json', [{ op: 'add', path: '/immutable', value: true, foo: 1 }], { warnings });
  assert.deepEqual(warnings, ['unknown field "foo"', 'json patch unknown field "[0].foo"']);
});

test('apply creates, owns, takes away, and refuses what others own', async () => {
  const created = await maps.patch('a', 'apply', map({ k: '1', l: '2' }), { fieldManager: 'one' });
  assert.equal(created.metadata.managedFields?.[0]?.operation, 'Apply');
  const less = await maps.patch('a', 'apply', map({ k: '1' }), { fieldManager: 'one' });
  assert.deepEqual(less['data'], { k: '1' });
  await assert.rejects(maps.patch('a', 'apply', map({ k: '9' }), { fieldManager: 'two' }), {
    ...error(409, 'Apply failed with 1 conflict: conflict with "one": .data.k'),
  });
  const forced = await maps.patch('a', 'apply', map({ k: '9' }), { fieldManager: 'two', force: true });
  assert.deepEqual(forced['data'], { k: '9' });
  const again = await maps.patch('a', 'apply', map({ k: '9' }), { fieldManager: 'two' });
  assert.deepEqual(again, forced);
});

test('applies that race to create all count', async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      maps.patch('a', 'apply', map({ [`k${i}`]: 'v' }), { fieldManager: `manager-${i}` }),
    ),
  );
  assert.equal(Object.keys((await maps.get('a'))['data'] as object).length, 10);
});

test('apply refuses another object, and what the schema does not declare', async () => {
  await assert.rejects(
    maps.patch('a', 'apply', { ...map({}), metadata: { name: 'a', uid: 'u' } }),
    error(
      409,
      'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid u, and no existing object was found',
    ),
  );
  await assert.rejects(
    maps.patch('a', 'apply', { ...map({}), foo: 1 }, { fieldValidation: 'Ignore' }),
    error(500, 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .foo: field not declared in schema'),
  );
  const wrong = deployment('nginx');
  Object.assign(containersOf(wrong as unknown as KubeObject)[0] ?? {}, { imag: 'x', image: 1 });
  await assert.rejects(
    workloads.patch('web', 'apply', wrong),
    error(
      500,
      [
        'failed to create typed patch object (/web; apps/v1, Kind=Deployment): errors:',
        '  .spec.template.spec.containers[name="c"].image: expected string, got 1',
        '  .spec.template.spec.containers[name="c"].imag: field not declared in schema',
      ].join('\n'),
    ),
  );
  assert.equal(await maps.find('a'), null);
});

test('an applier does not own what the strategy resets', async () => {
  const applied = await workloads.patch('web', 'apply', { ...deployment('nginx'), status: { replicas: 1 } });
  assert.equal(applied.metadata.managedFields?.[0]?.fieldsV1?.['f:status'], undefined);
});

test('a granular field is owned member by member though its type is atomic', async () => {
  const volumes = kit.on('/v1/persistentvolumes');
  const created = await volumes.create({ metadata: { name: 'v' }, spec: { claimRef: { name: 'c', namespace: 'n' } } });
  assert.deepEqual(created.metadata.managedFields?.[0]?.fieldsV1, {
    'f:spec': { 'f:claimRef': { '.': {}, 'f:name': {}, 'f:namespace': {} } },
  });
});

test('what a patch or apply leaves without a name is refused', async () => {
  await maps.create({ metadata: { name: 'a' }, data: { k: '1' } });
  const nameless = error(400, 'the name of the object (a based on URL) was undeterminable: name must be provided');
  for (const path of ['', '/metadata', '/metadata/name', '/apiVersion']) {
    const patch = path === '' ? [{ op: 'replace', path, value: {} }] : [{ op: 'remove', path }];
    await assert.rejects(maps.patch('a', 'json', patch), nameless, path);
  }
  for (const patch of [
    { metadata: null },
    { metadata: { name: null } },
    { metadata: { name: '' } },
    { apiVersion: null },
  ])
    await assert.rejects(maps.patch('a', 'merge', patch), nameless, JSON.stringify(patch));
  for (const patch of [{ $patch: 'delete' }, { $patch: 'replace', data: {} }, { metadata: null }])
    await assert.rejects(maps.patch('a', 'strategic', patch), nameless, JSON.stringify(patch));
  const { apiVersion, kind } = map({});
  const undetermined = error(400, 'the name of the object (b based on URL) was undeterminable: name must be provided');
  for (const metadata of [{ generateName: 'a' }, {}, null]) {
    await assert.rejects(maps.patch('b', 'apply', { apiVersion, kind, metadata }), undetermined);
    await maps.patch('a', 'apply', { apiVersion, kind, metadata });
  }
  await maps.patch('a', 'merge', { kind: null, data: { k: '2' } });
  await maps.patch('a', 'strategic', { apiVersion: null, data: { k: '3' } });
  assert.deepEqual((await maps.get('a'))['data'], { k: '3' });
});
