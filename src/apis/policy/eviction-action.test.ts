import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { PodDisruptionBudgetStatus } from '../../generated/interfaces.ts';
import type { KubeObject } from '../../meta/object.ts';
import { createTestRegistry, TEST_USER, type TestClient, type TestRegistry } from '../../registry/test-registry.ts';
import { pods as podBehavior } from '../core/pods.ts';
import { createEvictionActions } from './eviction-action.ts';
import { podDisruptionBudgets } from './poddisruptionbudgets.ts';

let kit: TestRegistry;
let pods: TestClient;
let budgets: TestClient;

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: { '/pods': podBehavior, 'policy/poddisruptionbudgets': podDisruptionBudgets },
    actions: (registry, table) => new Map(Object.entries(createEvictionActions(registry, table))),
  });
  pods = kit.on('/v1/pods', 'default');
  budgets = kit.on('policy/v1/poddisruptionbudgets', 'default');
  await run('a');
});
after(() => kit.close());

async function run(name: string): Promise<void> {
  const spec = { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] };
  await pods.create({ metadata: { name, labels: { app: 'web' } }, spec });
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  await pods.patch(name, 'merge', { status }, { subresource: 'status' });
}

async function budget(disruptionsAllowed: number): Promise<void> {
  await budgets.create({ metadata: { name: 'b' }, spec: { selector: { matchLabels: { app: 'web' } } } });
  const status = { observedGeneration: 1, disruptionsAllowed, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 };
  await budgets.patch('b', 'merge', { status }, { subresource: 'status' });
}

async function statusOf(name: string): Promise<PodDisruptionBudgetStatus> {
  return (await budgets.get(name))['status'] as PodDisruptionBudgetStatus;
}

async function evict(name: string, fields: object = {}, dryRun = false): Promise<KubeObject> {
  const action = kit.registry.actions.get('/pods/eviction') ?? assert.fail();
  return action({ user: TEST_USER, namespace: 'default', name, object: { metadata: { name }, ...fields }, dryRun });
}

function conditionsOf(pod: KubeObject): string[] {
  return (pod['status'] as { conditions: { type: string }[] }).conditions.map((condition) => condition.type);
}

test('without a budget the pod is told why, and deleted gracefully', async () => {
  assert.deepEqual(await evict('a'), { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  const pod = await pods.get('a');
  assert.equal(pod.metadata.deletionGracePeriodSeconds, 30);
  assert.deepEqual(conditionsOf(pod), ['Ready', 'DisruptionTarget']);
});

test('a budget pays for each eviction until nothing is left', async () => {
  await run('c');
  await budget(1);
  await evict('a', { deleteOptions: { gracePeriodSeconds: 0 } });
  assert.equal(await pods.find('a'), null);
  const { disruptionsAllowed, disruptedPods } = await statusOf('b');
  assert.deepEqual([disruptionsAllowed ?? 0, Object.keys(disruptedPods ?? {})], [0, ['a']]);
  await assert.rejects(evict('c'), {
    code: 429,
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
  });
  assert.deepEqual(conditionsOf(await pods.get('c')), ['Ready']);
});

test('evictions at once never overdraw a budget', async () => {
  for (const name of ['c', 'd', 'e']) await run(name);
  await budget(2);
  const outcomes = await Promise.allSettled(['a', 'c', 'd', 'e'].map((name) => evict(name)));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 2);
  assert.equal((await statusOf('b')).disruptionsAllowed ?? 0, 0);
});

test('a dry run spends and deletes nothing', async () => {
  await budget(1);
  const before = kit.registry.store.currentRevision();
  await evict('a', {}, true);
  await evict('a', { deleteOptions: { dryRun: ['All'] } });
  assert.equal(kit.registry.store.currentRevision(), before);
});

test('preconditions are met before the budget pays', async () => {
  await budget(1);
  await assert.rejects(evict('a', { deleteOptions: { preconditions: { uid: 'other' } } }), { code: 409 });
  await assert.rejects(evict('a', { deleteOptions: { preconditions: { resourceVersion: '1' } } }), { code: 409 });
  assert.equal((await statusOf('b')).disruptionsAllowed, 1);
  const { resourceVersion } = (await pods.get('a')).metadata;
  await evict('a', { deleteOptions: { preconditions: { resourceVersion } } });
  assert.ok((await pods.get('a')).metadata.deletionTimestamp);
});

test('an eviction must name its pod, which must be there', async () => {
  await assert.rejects(evict('a', { metadata: { name: 'x' } }), {
    code: 400,
    message: 'name in URL does not match name in Eviction object',
  });
  await assert.rejects(evict('x'), { code: 404, message: 'pods "x" not found' });
});
