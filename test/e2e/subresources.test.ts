/** What is done to an object beside it: binding, evicting, resizing, debugging, approving, finalizing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi, type Json } from '../support/api.ts';
import { MANIFESTS } from './manifests.ts';

const PODS = '/api/v1/namespaces/default/pods';
const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

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

const pod = (name: string, spec: Json = {}, labels: Json = {}): Promise<Json> =>
  api.ok('POST', PODS, { metadata: { name, labels }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });

describe('binding', () => {
  const binding = (name: string) => ({ metadata: { name }, target: { kind: 'Node', name: 'node-1' } });

  it('places a pod once', async () => {
    await pod('bound');
    const answer = await api.post(`${PODS}/bound/binding`, binding('bound'));
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(answer.json, SUCCESS);
    const { spec, status } = await api.ok('GET', `${PODS}/bound`);
    assert.equal(spec.nodeName, 'node-1');
    const scheduled = status.conditions.find((condition: Json) => condition.type === 'PodScheduled');
    assert.equal(scheduled.status, 'True');
    const again = await api.post(`${PODS}/bound/binding`, binding('bound'));
    assert.equal(again.status, 409);
    assert.equal(
      again.json.message,
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "node-1"',
    );
  });

  it('comes by the old way as well', async () => {
    await pod('old-way');
    const answer = await api.post('/api/v1/namespaces/default/bindings', binding('old-way'));
    assert.equal(answer.status, 201, answer.text);
    assert.equal((await api.ok('GET', `${PODS}/old-way`)).spec.nodeName, 'node-1');
  });

  it('needs a pod', async () => {
    assert.equal((await api.post(`${PODS}/absent/binding`, binding('absent'))).status, 404);
  });
});

describe('eviction', () => {
  const eviction = (name: string) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });

  it('removes a pod that no budget guards', async () => {
    await pod('free');
    const answer = await api.post(`${PODS}/free/eviction`, eviction('free'));
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(answer.json, SUCCESS);
    assert.equal((await api.get(`${PODS}/free`)).status, 404);
  });

  it('waits for its budget', async () => {
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    await pod('guarded', { nodeName: 'n' }, { app: 'guarded' });
    await api.patch('merge', `${PODS}/guarded/status`, {
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
    await api.ok('POST', budgets, {
      metadata: { name: 'guard' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } },
    });
    const status = { currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, observedGeneration: 1 };
    await api.patch('merge', `${budgets}/guard/status`, { status: { ...status, disruptionsAllowed: 0 } });
    const refused = await api.post(`${PODS}/guarded/eviction`, eviction('guarded'));
    assert.equal(refused.status, 429);
    assert.equal(refused.json.reason, 'TooManyRequests');
    assert.equal(refused.json.message, "Cannot evict pod as it would violate the pod's disruption budget.");
    assert.deepEqual(refused.json.details.causes, [
      { reason: 'DisruptionBudget', message: 'The disruption budget guard needs 1 healthy pods and has 1 currently' },
    ]);
    await api.patch('merge', `${budgets}/guard/status`, { status: { ...status, disruptionsAllowed: 1 } });
    assert.equal((await api.post(`${PODS}/guarded/eviction`, eviction('guarded'))).status, 201);
    const after = await api.ok('GET', `${budgets}/guard`);
    assert.equal(after.status.disruptionsAllowed, 0);
    assert.ok(after.status.disruptedPods.guarded);
    // On a node it goes gracefully.
    assert.ok((await api.ok('GET', `${PODS}/guarded`)).metadata.deletionTimestamp);
    await api.ok('DELETE', `${PODS}/guarded?gracePeriodSeconds=0`);
  });
});

describe('pods', () => {
  it('get ephemeral containers, and keep them', async () => {
    await pod('debugged');
    const added = await api.patch('strategic', `${PODS}/debugged/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'debug', image: 'i' }] },
    });
    assert.equal(added.status, 200, added.text);
    assert.equal(added.json.spec.ephemeralContainers[0].name, 'debug');
    const removed = await api.patch('merge', `${PODS}/debugged/ephemeralcontainers`, {
      spec: { ephemeralContainers: null },
    });
    assert.equal(removed.status, 422);
    const direct = await api.patch('strategic', `${PODS}/debugged`, {
      spec: { ephemeralContainers: [{ name: 'more', image: 'i' }] },
    });
    assert.equal(direct.status, 422);
  });

  it('are resized in place', async () => {
    const resources = (cpu: string) => ({ requests: { cpu }, limits: { cpu } });
    await pod('sized', { containers: [{ name: 'c', image: 'i', resources: resources('1') }] });
    const answer = await api.patch('strategic', `${PODS}/sized/resize`, {
      spec: { containers: [{ name: 'c', resources: resources('2') }] },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.spec.containers[0].resources, resources('2'));
    assert.equal((await api.patch('merge', `${PODS}/sized`, { spec: { nodeSelector: { a: 'b' } } })).status, 422);
  });

  it('go gracefully from a node, at once without one', async () => {
    await pod('here', { nodeName: 'n', terminationGracePeriodSeconds: 7 });
    const marked = await api.ok('DELETE', `${PODS}/here`);
    assert.equal(marked.kind, 'Pod');
    assert.equal(marked.metadata.deletionGracePeriodSeconds, 7);
    assert.equal((await api.ok('GET', `${PODS}/here`)).metadata.deletionTimestamp, marked.metadata.deletionTimestamp);
    const shorter = await api.ok('DELETE', `${PODS}/here?gracePeriodSeconds=2`);
    assert.equal(shorter.metadata.deletionGracePeriodSeconds, 2);
    await api.ok('DELETE', `${PODS}/here?gracePeriodSeconds=0`);
    assert.equal((await api.get(`${PODS}/here`)).status, 404);
    await pod('nowhere');
    await api.ok('DELETE', `${PODS}/nowhere`);
    assert.equal((await api.get(`${PODS}/nowhere`)).status, 404);
  });

  it('that are not there have no logs', async () => {
    const answer = await api.get(`${PODS}/absent/log`);
    assert.equal(answer.status, 404);
    assert.equal(answer.json.message, 'pods "absent" not found');
  });
});

describe('certificate signing requests', () => {
  it('are approved beside their status', async () => {
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const made = await api.ok('POST', path, {
      metadata: { name: 'csr' },
      ...MANIFESTS['certificates.k8s.io/v1/certificatesigningrequests']!.body,
    });
    assert.equal(made.spec.username, 'kubernetes-admin');
    const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'tested' };
    const wrong = await api.patch('merge', `${path}/csr/status`, { status: { conditions: [condition] } });
    assert.equal(wrong.status, 422, wrong.text);
    const approved = await api.patch('merge', `${path}/csr/approval`, { status: { conditions: [condition] } });
    assert.equal(approved.status, 200, approved.text);
    assert.equal(approved.json.status.conditions[0].type, 'Approved');
    assert.ok(approved.json.status.conditions[0].lastUpdateTime);
  });
});

describe('owners', () => {
  const MAPS = '/api/v1/namespaces/default/configmaps';

  it('may be deleted before what they own, by wish', async () => {
    await api.ok('POST', MAPS, { metadata: { name: 'owner' } });
    const answer = await api.delete(`${MAPS}/owner?propagationPolicy=Foreground`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.metadata.finalizers, ['foregroundDeletion']);
    await api.patch('merge', `${MAPS}/owner`, { metadata: { finalizers: null } });
    assert.equal((await api.get(`${MAPS}/owner`)).status, 404);
  });

  it('are deleted together by what a selector finds', async () => {
    for (const name of ['x1', 'x2', 'x3']) {
      await api.ok('POST', MAPS, { metadata: { name, labels: { go: name === 'x3' ? 'no' : 'yes' } } });
    }
    const answer = await api.delete(`${MAPS}?labelSelector=go%3Dyes`);
    assert.equal(answer.status, 200);
    assert.deepEqual(
      answer.json.items.map((item: Json) => item.metadata.name),
      ['x1', 'x2'],
    );
    const left = await api.ok('GET', `${MAPS}?labelSelector=go`);
    assert.deepEqual(
      left.items.map((item: Json) => item.metadata.name),
      ['x3'],
    );
  });

  it('are deleted only as they were seen', async () => {
    const made = await api.ok('POST', MAPS, { metadata: { name: 'seen' } });
    const wrong = await api.delete(`${MAPS}/seen`, { preconditions: { resourceVersion: '1' } });
    assert.equal(wrong.status, 409);
    const right = { preconditions: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion } };
    assert.equal((await api.delete(`${MAPS}/seen`, right)).status, 200);
  });
});
