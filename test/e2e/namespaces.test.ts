/** Namespaces: what they hold goes with them, and nothing enters what is going. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi, type Json } from '../support/api.ts';

let keelson: Keelson;
let api: Api;

before(async () => {
  keelson = await startKeelson();
  api = createApi(keelson);
});
after(async () => {
  api.close();
  await keelson.stop();
});

const at = (name: string): string => `/api/v1/namespaces/${name}`;
const make = (name: string): Promise<Json> => api.ok('POST', '/api/v1/namespaces', { metadata: { name } });

async function gone(path: string): Promise<void> {
  for (let left = 200; (await api.get(path)).status !== 404; left--) {
    assert.ok(left > 0, `${path} is still there`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

it('begins active, with its label and finalizer', async () => {
  const { metadata, spec, status } = await make('fresh');
  assert.deepEqual(metadata.labels, { 'kubernetes.io/metadata.name': 'fresh' });
  assert.deepEqual(spec, { finalizers: ['kubernetes'] });
  assert.deepEqual(status, { phase: 'Active' });
});

it('goes with everything in it', async () => {
  await make('full');
  for (let i = 0; i < 30; i++) await api.ok('POST', `${at('full')}/configmaps`, { metadata: { name: `c${i}` } });
  await api.ok('POST', `${at('full')}/secrets`, { metadata: { name: 's' } });
  await api.ok('POST', `${at('full')}/pods`, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  await api.ok('POST', '/apis/coordination.k8s.io/v1/namespaces/full/leases', { metadata: { name: 'l' } });
  const answer = await api.delete(at('full'));
  assert.equal(answer.status, 200);
  assert.equal(answer.json.kind, 'Namespace');
  assert.equal(answer.json.status.phase, 'Terminating');
  assert.ok(answer.json.metadata.deletionTimestamp);
  await gone(at('full'));
  await make('full');
  for (const list of [`${at('full')}/configmaps`, `${at('full')}/secrets`, `${at('full')}/pods`]) {
    assert.deepEqual((await api.ok('GET', list)).items, [], list);
  }
});

it('waits for finalizers of what it holds, and says so', async () => {
  await make('held');
  await api.ok('POST', `${at('held')}/configmaps`, {
    metadata: { name: 'held', finalizers: ['example.com/hold'] },
  });
  await api.ok('DELETE', at('held'));
  let conditions: Json[] = [];
  for (let left = 100; left > 0 && conditions.length === 0; left--) {
    const { status } = await api.ok('GET', at('held'));
    conditions = (status.conditions ?? []).filter((condition: Json) => condition.status === 'True');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const messages = Object.fromEntries(conditions.map(({ type, message }) => [type, message]));
  assert.equal(
    messages['NamespaceContentRemaining'],
    'Some resources are remaining: configmaps. has 1 resource instances',
  );
  assert.equal(
    messages['NamespaceFinalizersRemaining'],
    'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  );
  const refused = await api.post(`${at('held')}/configmaps`, { metadata: { name: 'late' } });
  assert.equal(refused.status, 403);
  assert.deepEqual(refused.json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace held because it is being terminated',
    reason: 'Forbidden',
    details: {
      name: 'late',
      kind: 'configmaps',
      causes: [
        { reason: 'NamespaceTerminating', message: 'namespace held is being terminated', field: 'metadata.namespace' },
      ],
    },
    code: 403,
  });
  const released = await api.patch('merge', `${at('held')}/configmaps/held`, { metadata: { finalizers: null } });
  assert.equal(released.status, 200, released.text);
  await gone(at('held'));
});

it('waits for finalizers of its own', async () => {
  await make('own');
  await api.patch('merge', at('own'), { metadata: { finalizers: ['example.com/hold'] } });
  await api.ok('DELETE', at('own'));
  for (let left = 100; ; left--) {
    const { spec } = await api.ok('GET', at('own'));
    if (spec.finalizers === undefined) break;
    assert.ok(left > 0, 'the content is gone');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await api.patch('json', at('own'), [{ op: 'remove', path: '/metadata/finalizers' }]);
  await gone(at('own'));
});

it('is finalized by hand', async () => {
  const made = await make('manual');
  made.spec.finalizers.push('example.com/mine');
  const held = await api.ok('PUT', `${at('manual')}/finalize`, made);
  assert.deepEqual(held.spec.finalizers, ['kubernetes', 'example.com/mine']);
  await api.ok('DELETE', at('manual'));
  for (let left = 100; ; left--) {
    const current = await api.ok('GET', at('manual'));
    if (current.spec.finalizers.length === 1) {
      current.spec.finalizers = [];
      const answer = await api.put(`${at('manual')}/finalize`, current);
      assert.equal(answer.status, 200, answer.text);
      break;
    }
    assert.ok(left > 0);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await gone(at('manual'));
});

it('of the system cannot go', async () => {
  for (const name of ['default', 'kube-system', 'kube-public']) {
    assert.equal((await api.delete(at(name))).status, 403, name);
  }
});

it('must be there for what is in it', async () => {
  const answer = await api.post(`${at('nowhere')}/pods`, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  assert.equal(answer.status, 404);
  assert.equal(answer.json.message, 'namespaces "nowhere" not found');
  assert.deepEqual((await api.ok('GET', `${at('nowhere')}/pods`)).items, []);
});
