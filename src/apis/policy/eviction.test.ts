import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition, Pod, PodDisruptionBudget } from '../../generated/interfaces.ts';
import type { Stored } from '../behavior.ts';
import { decideEviction, markDisruptionTarget } from './eviction.ts';

const NOW = '2024-01-02T03:04:05Z';
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
const READY = { type: 'Ready', status: 'True' };

function pod(status: NonNullable<Pod['status']> = {}): Stored<Pod> {
  return {
    metadata: { name: 'p', labels: { app: 'a' } },
    status: { phase: 'Running', conditions: [READY], ...status },
  };
}

function budget(
  status: NonNullable<PodDisruptionBudget['status']> = {},
  spec: PodDisruptionBudget['spec'] = {},
): Stored<PodDisruptionBudget> {
  return {
    metadata: { name: 'b', generation: 1 },
    spec: { selector: {}, ...spec },
    status: { observedGeneration: 1, ...status },
  };
}

function condition(reason: string, message: string): Condition {
  return { type: 'DisruptionAllowed', status: 'False', lastTransitionTime: NOW, reason, message };
}

test('what no budget counts is deleted', () => {
  const tight = [budget({ disruptionsAllowed: 0 })];
  assert.deepEqual(decideEviction(pod(), [], NOW), { kind: 'delete', locked: false });
  assert.deepEqual(decideEviction(pod({ phase: 'Pending' }), tight, NOW), { kind: 'delete', locked: true });
  assert.deepEqual(decideEviction({ ...pod(), metadata: { deletionTimestamp: NOW } }, tight, NOW), {
    kind: 'delete',
    locked: false,
  });
  const other = budget({}, { selector: { matchLabels: { app: 'other' } } });
  assert.deepEqual(decideEviction(pod(), [other], NOW), { kind: 'delete', locked: false });
});

test('a pod that is not ready goes when its budget can spare it', () => {
  const sick = pod({ conditions: [] });
  assert.deepEqual(decideEviction(sick, [budget({ currentHealthy: 2, desiredHealthy: 2 })], NOW), {
    kind: 'delete',
    locked: true,
  });
  assert.deepEqual(decideEviction(sick, [budget({}, { unhealthyPodEvictionPolicy: 'AlwaysAllow' })], NOW), {
    kind: 'delete',
    locked: true,
  });
  assert.equal(decideEviction(sick, [budget({ currentHealthy: 1, desiredHealthy: 2 })], NOW).kind, 'refuse');
});

test('an eviction is paid for by the budget', () => {
  const given = budget({ disruptionsAllowed: 1 });
  const decision = decideEviction(pod(), [given], NOW);
  assert.ok(decision.kind === 'update-pdb-then-delete');
  assert.equal(decision.budget, given);
  assert.equal(decision.status.disruptionsAllowed, 0);
  assert.deepEqual(decision.status.disruptedPods, { p: NOW });
  assert.equal(decision.status.conditions?.[0]?.reason, 'InsufficientPods');
  assert.equal(given.status?.disruptionsAllowed, 1, 'the budget given is not changed');
});

test('refusals say why', () => {
  const cases: [Stored<PodDisruptionBudget>[], number, string, object | null][] = [
    [
      [budget({ observedGeneration: 0, disruptionsAllowed: 1 })],
      429,
      REFUSED,
      {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget b is still being processed by the server.' },
        ],
        retryAfterSeconds: 10,
      },
    ],
    [
      [budget({ desiredHealthy: 3, currentHealthy: 3 })],
      429,
      REFUSED,
      {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget b needs 3 healthy pods and has 3 currently' },
        ],
      },
    ],
    [
      [budget({ desiredHealthy: 1, currentHealthy: 2, conditions: [condition('SyncFailed', 'no scale')] })],
      429,
      REFUSED,
      {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget b does not allow evicting pods currently because it failed sync: no scale',
          },
        ],
      },
    ],
    [
      [budget({ desiredHealthy: 1, currentHealthy: 2, conditions: [condition('Other', 'wait')] })],
      429,
      REFUSED,
      {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget b does not allow evicting pods currently (Other): wait',
          },
        ],
      },
    ],
    [
      [budget({ disruptionsAllowed: -1 })],
      403,
      'poddisruptionbudget.policy "b" is forbidden: pdb disruptions allowed is negative',
      null,
    ],
    [
      [budget(), budget()],
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      null,
    ],
  ];
  for (const [budgets, code, message, details] of cases) {
    const decision = decideEviction(pod(), budgets, NOW);
    assert.ok(decision.kind === 'refuse');
    assert.equal(decision.error.code, code);
    assert.equal(decision.error.message, message);
    if (details !== null) assert.deepEqual(decision.error.details, details);
  }
});

test('an evicted pod is marked once', () => {
  const object = pod();
  markDisruptionTarget(object, NOW);
  markDisruptionTarget(object, NOW);
  const marks = object.status?.conditions?.filter((condition) => condition.type === 'DisruptionTarget');
  assert.deepEqual(
    marks?.map((condition) => condition.reason),
    ['EvictionByEvictionAPI'],
  );
});
