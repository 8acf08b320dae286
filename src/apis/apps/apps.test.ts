import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import type { Behavior } from '../../registry/definition.ts';
import { CONTEXT, createErrors, objectOf, updateErrors } from '../test-support.ts';
import { appsBehaviors } from './index.ts';

type Json = Record<string, unknown>;
const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
const SELECTOR = { matchLabels: { app: 'a' } };

function kind(name: string): Behavior {
  const found = appsBehaviors[`apps/${name}`];
  assert.ok(found !== undefined, name);
  return found;
}

function workload(name: string, spec: Json = {}): KubeObject {
  const object = objectOf({ spec: { selector: SELECTOR, template: TEMPLATE, ...spec } });
  kind(name).setDefaults?.(object);
  kind(name).prepareForCreate?.(object, CONTEXT);
  return object;
}

const WORKLOADS = ['deployments', 'replicasets', 'statefulsets', 'daemonsets'];

test('valid workloads pass, and survive an update without a change', () => {
  for (const name of WORKLOADS) {
    const object = workload(name);
    assert.deepEqual(createErrors(kind(name), object), [], name);
    assert.deepEqual(updateErrors(kind(name), structuredClone(object), object), [], name);
  }
});

test('defaults of rollouts', () => {
  const deployment = workload('deployments')['spec'] as Json;
  assert.equal(deployment['replicas'], 1);
  assert.equal(deployment['progressDeadlineSeconds'], 600);
  assert.equal(deployment['revisionHistoryLimit'], 10);
  assert.deepEqual(deployment['strategy'], {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
  });
  const stateful = workload('statefulsets', { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] })[
    'spec'
  ] as Json;
  assert.deepEqual(stateful['updateStrategy'], { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  assert.deepEqual(stateful['volumeClaimTemplates'], [
    {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      metadata: { name: 'd' },
      spec: { volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    },
  ]);
  const daemon = workload('daemonsets');
  assert.deepEqual((daemon['spec'] as Json)['updateStrategy'], {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
  });
  assert.deepEqual(daemon.metadata.annotations, { 'deprecated.daemonset.template.generation': '1' });
});

test('mistakes are refused in upstream words', () => {
  for (const name of WORKLOADS) {
    const behavior = kind(name);
    const mismatch = createErrors(behavior, workload(name, { selector: { matchLabels: { app: 'b' } } }));
    assert.ok(
      mismatch.includes(
        'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
      ),
      name,
    );
    const missing = createErrors(behavior, workload(name, { selector: undefined }));
    assert.ok(missing.includes('spec.selector: Required value'), name);
    const never = { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } };
    const restarts = createErrors(behavior, workload(name, { template: never }));
    assert.ok(
      restarts.includes('spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'),
      name,
    );
  }
  const cases: [string, Json, string][] = [
    ['deployments', { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['deployments', { selector: {} }, 'spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    [
      'deployments',
      { template: { metadata: TEMPLATE.metadata, spec: {} } },
      'spec.template.spec.containers: Required value',
    ],
    [
      'deployments',
      { progressDeadlineSeconds: 5, minReadySeconds: 5 },
      'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
    ],
    [
      'deployments',
      { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
    [
      'deployments',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'deployments',
      { strategy: { type: 'Odd' } },
      'spec.strategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'statefulsets',
      { podManagementPolicy: 'Odd' },
      "spec.podManagementPolicy: Invalid value: \"Odd\": must be 'OrderedReady' or 'Parallel'",
    ],
    [
      'daemonsets',
      { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ],
  ];
  for (const [name, spec, expected] of cases) {
    const found = createErrors(kind(name), workload(name, spec));
    assert.ok(found.includes(expected), `${expected}\n  in ${found.join('\n     ')}`);
  }
});

test('selectors, and most of a stateful set, are immutable', () => {
  const relabeled = { ...TEMPLATE, metadata: { labels: { app: 'a', tier: 'x' } } };
  for (const name of ['deployments', 'replicasets', 'daemonsets']) {
    const changed = workload(name, { selector: { matchLabels: { tier: 'x' } }, template: relabeled });
    assert.deepEqual(updateErrors(kind(name), changed, workload(name)), [
      'spec.selector: Invalid value: {"matchLabels":{"tier":"x"}}: field is immutable',
    ]);
  }
  const sets = kind('statefulsets');
  assert.deepEqual(
    updateErrors(sets, workload('statefulsets', { replicas: 3, minReadySeconds: 5 }), workload('statefulsets')),
    [],
  );
  const [error] = updateErrors(sets, workload('statefulsets', { serviceName: 'other' }), workload('statefulsets'));
  assert.match(
    error ?? '',
    /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', .* are forbidden$/,
  );
});

test('a daemon set counts the changes of its template', () => {
  const daemonSets = kind('daemonsets');
  const old = workload('daemonsets');
  const same = workload('daemonsets');
  daemonSets.prepareForUpdate?.(same, old, CONTEXT);
  assert.equal(same.metadata.annotations?.['deprecated.daemonset.template.generation'], '1');
  const changed = workload('daemonsets', {
    template: { ...TEMPLATE, spec: { containers: [{ name: 'c', image: 'b' }] } },
  });
  daemonSets.prepareForUpdate?.(changed, old, CONTEXT);
  assert.equal(changed.metadata.annotations?.['deprecated.daemonset.template.generation'], '2');
  const status = workload('daemonsets');
  status.metadata.annotations = {};
  daemonSets.setDefaults?.(status);
  assert.equal(status.metadata.annotations['deprecated.daemonset.template.generation'], '0', 'owned by who writes');
  daemonSets.subresources['status']?.prepareForUpdate(status, old, CONTEXT);
  assert.equal(status.metadata.annotations['deprecated.daemonset.template.generation'], '1');
});

test('scale speaks for its parent', () => {
  const { scale } = kind('deployments');
  const object = workload('deployments');
  object['status'] = { replicas: 2 };
  scale?.setSpecReplicas(object, 5);
  assert.equal(scale?.specReplicas(object), 5);
  assert.equal(scale?.statusReplicas(object), 2);
  assert.equal(scale?.selector(object), 'app=a');
});

test('rows', () => {
  const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2, desiredNumberScheduled: 4 };
  const cells = (name: string): unknown[] => {
    const object = workload(name, { replicas: 3 });
    object['status'] = status;
    return kind(name).printer.cells(object, CONTEXT.nowMs);
  };
  assert.deepEqual(cells('deployments'), ['a', '2/3', 1, 2, '60m', 'c', 'nginx', 'app=a']);
  assert.deepEqual(cells('replicasets'), ['a', 3, 3, 2, '60m', 'c', 'nginx', 'app=a']);
  assert.deepEqual(cells('statefulsets'), ['a', '2/3', '60m', 'c', 'nginx']);
  assert.deepEqual(cells('daemonsets'), ['a', 4, 0, 0, 0, 0, '<none>', '60m', 'c', 'nginx', 'app=a']);
  const revision = objectOf(
    { revision: 2 },
    { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'w', uid: 'u', controller: true }] },
  );
  assert.deepEqual(kind('controllerrevisions').printer.cells(revision, CONTEXT.nowMs), [
    'a',
    'statefulset.apps/w',
    2,
    '60m',
  ]);
});
