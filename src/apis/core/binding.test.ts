import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../generated/interfaces.ts';
import type { Stored } from '../behavior.ts';
import { bindPod } from './binding.ts';

const NOW = '2024-01-02T03:04:05Z';

function pod(fields: Partial<Stored<Pod>> = {}): Stored<Pod> {
  return { metadata: { name: 'p', uid: 'u', labels: { a: 'b' } }, spec: { containers: [] }, ...fields };
}

test('a binding names the node and marks the pod scheduled', () => {
  const object = pod({ status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } });
  const metadata = { name: 'p', annotations: { x: 'y' }, labels: { 'topology.kubernetes.io/zone': 'z', other: 'o' } };
  bindPod(object, { metadata, target: { kind: 'Node', name: 'n' } }, NOW);
  assert.equal(object.spec?.nodeName, 'n');
  assert.deepEqual(object.metadata.annotations, { x: 'y' });
  assert.deepEqual(object.metadata.labels, { 'topology.kubernetes.io/zone': 'z', a: 'b' });
  assert.deepEqual(object.status?.conditions, [{ type: 'PodScheduled', status: 'True', lastTransitionTime: NOW }]);
});

test('a pod is bound once, and not while it is gated or going', () => {
  const cases: [Partial<Stored<Pod>>, RegExp][] = [
    [
      { spec: { containers: [], nodeName: 'm' } },
      /^Operation cannot be fulfilled on pods\/binding "p": pod p is already assigned to node "m"$/,
    ],
    [{ metadata: { name: 'p', deletionTimestamp: NOW } }, /pod p is being deleted, cannot be assigned to a host$/],
    [{ spec: { containers: [], schedulingGates: [{ name: 'g' }] } }, /pod p has non-empty \.spec\.schedulingGates$/],
  ];
  for (const [fields, message] of cases) {
    assert.throws(() => bindPod(pod(fields), { metadata: { name: 'p' }, target: { name: 'n' } }, NOW), {
      code: 409,
      message,
    });
  }
  assert.throws(() => bindPod(pod(), { metadata: { name: 'p', uid: 'v' }, target: { name: 'n' } }, NOW), { code: 409 });
  assert.throws(() => bindPod(pod(), { metadata: { name: 'p' }, target: { kind: 'Pod' } }, NOW), {
    code: 422,
    message:
      'Binding "p" is invalid: [target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", target.name: Required value]',
  });
});
