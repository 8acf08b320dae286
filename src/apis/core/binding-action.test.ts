import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { createTestRegistry, TEST_USER, type TestClient, type TestRegistry } from '../../registry/test-registry.ts';
import { createBindingActions } from './binding-action.ts';
import { pods as behavior } from './pods.ts';

let kit: TestRegistry;
let pods: TestClient;

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: { '/pods': behavior },
    actions: (registry, table) => new Map(Object.entries(createBindingActions(registry, table))),
  });
  pods = kit.on('/v1/pods', 'default');
  await pods.create({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
});
after(() => kit.close());

async function bind(path: string, name: string, node: string, dryRun = false): Promise<KubeObject> {
  const action = kit.registry.actions.get(path) ?? assert.fail(path);
  const object = { metadata: { name: 'p' }, target: { kind: 'Node', name: node } };
  return action({ user: TEST_USER, namespace: 'default', name, object, dryRun });
}

test('a binding puts the pod on its node and answers Success', async () => {
  const before = await pods.get('p');
  const answer = await bind('/pods/binding', 'p', 'n1');
  assert.deepEqual(answer, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  const pod = await pods.get('p');
  assert.equal((pod['spec'] as { nodeName?: string }).nodeName, 'n1');
  assert.deepEqual(pod.metadata.managedFields, before.metadata.managedFields);
  await assert.rejects(bind('/pods/binding', 'p', 'n2'), {
    code: 409,
    message: 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
  });
});

test('of racing schedulers one wins', async () => {
  const outcomes = await Promise.allSettled(['n1', 'n2', 'n3'].map((node) => bind('/bindings', '', node)));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
});

test('a binding must name its pod, which must be there', async () => {
  await assert.rejects(bind('/pods/binding', 'q', 'n1'), {
    code: 400,
    message: 'name in URL does not match name in Binding object',
  });
  await pods.delete('p');
  await assert.rejects(bind('/bindings', '', 'n1'), { code: 404, message: 'pods "p" not found' });
});

test('a dry run binds nothing', async () => {
  const before = await pods.get('p');
  await bind('/pods/binding', 'p', 'n1', true);
  assert.deepEqual(await pods.get('p'), before);
});
