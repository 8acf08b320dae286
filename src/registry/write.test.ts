import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { StatusError } from '../meta/status.ts';
import type { WriteHooks } from './hooks.ts';
import { createTestRegistry, type TestClient, type TestRegistry, testBehavior } from './test-registry.ts';

interface Workload extends KubeObject {
  spec?: { replicas?: number; paused?: boolean; template?: object };
  status?: object;
}

const status = {
  prepareForUpdate(object: KubeObject, old: KubeObject) {
    object['spec'] = old['spec'];
  },
  validateUpdate: null,
  resetFields: ['spec'],
};

const deployments = testBehavior({
  generation: 'spec',
  resetFields: ['status'],
  setDefaults(object: Workload) {
    object.spec ??= {};
    object.spec.replicas ??= 1;
  },
  prepareForCreate: (object) => delete object['status'],
  prepareForUpdate(object, old) {
    if (old['status'] === undefined) delete object['status'];
    else object['status'] = old['status'];
  },
  subresources: { status },
});

let seen: string[] = [];
const hooks: WriteHooks = {
  async beforeWrite(object, old, { dryRun }) {
    if (dryRun) return null;
    const name = object.metadata.name ?? '';
    seen.push(old === null ? `create ${name}` : `update ${name}`);
    return {
      commit: async () => void seen.push('commit'),
      rollback: async () => void seen.push('rollback'),
    };
  },
  afterDelete: async (object) => void seen.push(`deleted ${object.metadata.name}`),
};

let kit: TestRegistry;
let maps: TestClient;
let workloads: TestClient;

beforeEach(async () => {
  await kit?.close();
  seen = [];
  kit = createTestRegistry({
    behaviors: {
      '/configmaps': testBehavior(),
      '/secrets': testBehavior(),
      'apps/deployments': deployments,
      'coordination.k8s.io/leases': testBehavior({ allowUnconditionalUpdate: false, allowCreateOnUpdate: true }),
    },
    hooks: () => new Map([['/secrets', hooks]]),
  });
  maps = kit.on('/v1/configmaps', 'default');
  workloads = kit.on('apps/v1/deployments', 'default');
});
after(() => kit.close());

function error(code: number, message: string | RegExp) {
  return { code, message };
}

const CONFLICT =
  'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again';

test('a created object gets its uid, time, revision and owner', async () => {
  const created = await maps.create({ metadata: { name: 'a' }, data: { k: 'v' } });
  assert.match(created.metadata.uid ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(created.metadata.creationTimestamp, '2024-01-02T03:04:05Z');
  assert.equal(created.metadata.namespace, 'default');
  assert.equal(created.metadata.resourceVersion, String(kit.registry.store.currentRevision()));
  assert.deepEqual(created.metadata.managedFields?.[0]?.fieldsV1, { 'f:data': { '.': {}, 'f:k': {} } });
  assert.deepEqual(await maps.get('a'), created);
  await assert.rejects(maps.create({ metadata: { name: 'a' } }), error(409, 'configmaps "a" already exists'));
});

test('a name is generated, and another one when it is taken', async () => {
  const [one, two] = [
    await maps.create({ metadata: { generateName: 'a-' } }),
    await maps.create({ metadata: { generateName: 'a-' } }),
  ];
  assert.match(one?.metadata.name ?? '', /^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.notEqual(one?.metadata.name, two?.metadata.name);
  kit = Object.assign(kit, {
    registry: Object.assign(kit.registry, { random: { ...kit.registry.random, below: () => 0 } }),
  });
  await maps.create({ metadata: { generateName: 'b-' } });
  await assert.rejects(maps.create({ metadata: { generateName: 'b-' } }), {
    ...error(409, /configmaps "b-bbbbb" already exists, the server was not able to generate a unique name/),
    reason: 'AlreadyExists',
  });
});

test('what does not belong to a new object is refused or dropped', async () => {
  await assert.rejects(
    maps.create({ metadata: { name: 'a', resourceVersion: '3' } }),
    error(400, 'resourceVersion should not be set on objects to be created'),
  );
  await assert.rejects(
    maps.create({ metadata: { name: 'a', namespace: 'other' } }),
    error(400, 'the namespace of the provided object does not match the namespace sent on the request'),
  );
  const created = await maps.create({
    metadata: { name: 'a', uid: 'mine', deletionTimestamp: '2024-01-01T00:00:00Z', generation: 7 },
  });
  assert.notEqual(created.metadata.uid, 'mine');
  assert.equal(created.metadata.deletionTimestamp, undefined);
  assert.equal(created.metadata.generation, undefined);
});

test('an update is checked against the version it was made from, and unconditional without one', async () => {
  const created = await maps.create({ metadata: { name: 'a' }, data: { k: '1' } });
  const updated = await maps.update({ ...created, data: { k: '2' } });
  assert.notEqual(updated.metadata.resourceVersion, created.metadata.resourceVersion);
  await assert.rejects(maps.update({ ...created, data: { k: '3' } }), error(409, CONFLICT));
  const unconditional = await maps.update({ metadata: { name: 'a' }, data: { k: '4' } });
  assert.equal(unconditional.metadata.uid, created.metadata.uid);
  assert.equal(unconditional.metadata.creationTimestamp, created.metadata.creationTimestamp);
  const leases = kit.on('coordination.k8s.io/v1/leases', 'default');
  await leases.create({ metadata: { name: 'l' } });
  await assert.rejects(
    leases.update({ metadata: { name: 'l' } }),
    error(
      422,
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ),
  );
});

test('an update that changes nothing writes nothing', async () => {
  const created = await maps.create({ metadata: { name: 'a' }, data: { k: '1' } });
  kit.clock.advance(60_000);
  assert.deepEqual(await maps.update(created), created);
  assert.deepEqual(await maps.patch('a', 'merge', { data: { k: '1' } }), created);
  assert.equal(String(kit.registry.store.currentRevision()), created.metadata.resourceVersion);
});

test('an update of what is gone is not found, or a conflict when it names a uid; some kinds are created', async () => {
  await assert.rejects(maps.update({ metadata: { name: 'a' } }), error(404, 'configmaps "a" not found'));
  await assert.rejects(maps.update({ metadata: { name: 'a', uid: 'u' } }), error(404, 'configmaps "a" not found'));
  const leases = kit.on('coordination.k8s.io/v1/leases', 'default');
  await assert.rejects(
    leases.update({ metadata: { name: 'l', uid: 'u' } }),
    error(409, /leases.* "l": StorageError: invalid object, Code: 4, .*UID in precondition: u, UID in object meta: $/),
  );
  const written = await leases.write({ metadata: { name: 'l', resourceVersion: '9' } });
  assert.equal(written.created, true);
});

test('what only the server decides cannot be changed', async () => {
  const created = await maps.create({ metadata: { name: 'a' } });
  await assert.rejects(
    maps.update({ ...created, metadata: { ...created.metadata, deletionTimestamp: '2024-01-02T03:04:05Z' } }),
    error(422, /metadata.deletionTimestamp: Invalid value: "2024-01-02T03:04:05Z": field is immutable/),
  );
  await assert.rejects(
    maps.patch('a', 'merge', { metadata: { uid: 'x' } }),
    error(422, /metadata.uid: Invalid value: "x": field is immutable/),
  );
  const kept = await maps.update({
    ...created,
    metadata: { ...created.metadata, creationTimestamp: '2020-01-01T00:00:00Z', generation: 5 },
  });
  assert.deepEqual(kept, created);
});

test('the generation counts changes of the spec, as Go compares it', async () => {
  const created = await workloads.create({ metadata: { name: 'a' }, spec: {}, status: { replicas: 3 } });
  assert.equal(created.metadata.generation, 1);
  assert.equal(created['status'] === undefined || Object.keys(created['status'] as object).length === 0, true);
  const labelled = await workloads.patch('a', 'merge', { metadata: { labels: { x: 'y' } } });
  assert.equal(labelled.metadata.generation, 1);
  // Go writes `template: {metadata, spec}` whether it is there or not.
  const zero = await workloads.patch('a', 'merge', { spec: { paused: false, template: { metadata: {} } } });
  assert.equal(zero.metadata.generation, 1);
  const scaled = await workloads.patch('a', 'merge', { spec: { replicas: 2 } });
  assert.equal(scaled.metadata.generation, 2);
  const reported = await workloads.patch(
    'a',
    'merge',
    { spec: { replicas: 9 }, status: { replicas: 2 } },
    { subresource: 'status' },
  );
  assert.equal(reported.metadata.generation, 2);
  assert.equal((reported as Workload).spec?.replicas, 2);
  assert.deepEqual(reported.metadata.managedFields?.find((entry) => entry.subresource === 'status')?.fieldsV1, {
    'f:status': { 'f:replicas': {} },
  });
});

test('annotations count for some kinds, but not when the status is written', async () => {
  const counting = createTestRegistry({
    behaviors: { 'apps/deployments': testBehavior({ generation: 'spec-or-annotations', subresources: { status } }) },
  });
  const client = counting.on('apps/v1/deployments', 'default');
  await client.create({ metadata: { name: 'a' }, spec: {} });
  const annotated = (to: string) => ({ metadata: { annotations: { x: to } } });
  const reported = await client.patch('a', 'merge', annotated('1'), { subresource: 'status' });
  assert.equal(reported.metadata.generation, 1);
  assert.equal((await client.patch('a', 'merge', annotated('2'))).metadata.generation, 2);
  await counting.close();
});

test('racing writes lose nothing: a patch is made anew, an unconditional update wins', async () => {
  await maps.create({ metadata: { name: 'a' } });
  await Promise.all(Array.from({ length: 20 }, (_, i) => maps.patch('a', 'merge', { data: { [`k${i}`]: 'v' } })));
  const { data } = (await maps.get('a')) as KubeObject & { data: object };
  assert.equal(Object.keys(data).length, 20);
});

test('a dry run answers and leaves nothing', async () => {
  const before = kit.registry.store.currentRevision();
  const dry = await maps.create({ metadata: { name: 'a' }, data: { k: 'v' } }, { dryRun: true });
  assert.ok(dry.metadata.uid);
  assert.equal(dry.metadata.resourceVersion, undefined);
  assert.equal(await maps.find('a'), null);
  assert.equal(kit.registry.store.currentRevision(), before);
  const created = await maps.create({ metadata: { name: 'a' } });
  await assert.rejects(maps.create({ metadata: { name: 'a' } }, { dryRun: true }), error(409, /already exists/));
  const changed = await maps.patch('a', 'merge', { data: { k: 'v' } }, { dryRun: true });
  assert.deepEqual(changed['data'], { k: 'v' });
  assert.equal((await maps.delete('a', { dryRun: true })).gone, true);
  assert.deepEqual(await maps.get('a'), created);
});

test('hooks see each write to its end', async () => {
  const secrets = kit.on('/v1/secrets', 'default');
  await secrets.create({ metadata: { name: 's', finalizers: ['example.com/f'] } });
  await assert.rejects(secrets.create({ metadata: { name: 's' } }));
  assert.deepEqual(seen, ['create s', 'commit', 'create s', 'rollback']);
  await secrets.create({ metadata: { name: 'dry' } }, { dryRun: true });
  await assert.rejects(secrets.patch('s', 'merge', { metadata: { labels: { '?': '' } } }));
  await secrets.delete('s');
  seen = [];
  // The update that takes the last finalizer off is a deletion.
  await secrets.patch('s', 'merge', { metadata: { finalizers: null } });
  assert.deepEqual(seen, ['update s', 'commit', 'deleted s']);
  await secrets.create({ metadata: { name: 's' } });
  await secrets.delete('s');
  assert.deepEqual(seen.slice(3), ['create s', 'commit', 'deleted s']);
});

test('rules that throw refuse the object, and leave their bug to be told', async () => {
  const bug = new TypeError('Cannot read properties of null');
  const throws = () => {
    throw bug;
  };
  for (const rules of [{ setDefaults: throws }, { prepareForCreate: throws }, { validate: throws }]) {
    const spoiled = createTestRegistry({ behaviors: { 'apps/deployments': testBehavior(rules) } });
    await assert.rejects(spoiled.on('apps/v1/deployments', 'default').create({ metadata: { name: 'a' } }), (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.code, 422);
      assert.match(error.message, /^Deployment.apps "a" is invalid: metadata: Internal error: the rules of this kind/);
      assert.equal(error.cause, bug);
      return true;
    });
    await spoiled.close();
  }
});
