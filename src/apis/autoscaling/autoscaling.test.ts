import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT, createErrors, objectOf } from '../test-support.ts';
import { horizontalPodAutoscalerV1 } from './conversion.ts';
import { horizontalPodAutoscalers } from './horizontalpodautoscalers.ts';

type Json = Record<string, unknown>;
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const CPU = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
const MEMORY = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
};
const POD = {
  type: 'Pods',
  pods: {
    metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
    target: { type: 'AverageValue', averageValue: '5' },
  },
};

test('v1 carries in annotations what it has no fields for, and loses nothing', () => {
  const behavior = { scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] } };
  const stored = objectOf(
    {
      spec: { scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 3, metrics: [MEMORY, POD, CPU], behavior },
      status: {
        currentReplicas: 2,
        desiredReplicas: 2,
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30, averageValue: '10m' } } },
        ],
        conditions: [{ type: 'AbleToScale', status: 'True' }],
      },
    },
    { annotations: { mine: 'x' } },
  );
  const served = horizontalPodAutoscalerV1.fromStorage(structuredClone(stored));
  assert.deepEqual(served['spec'], {
    scaleTargetRef: TARGET,
    minReplicas: 1,
    maxReplicas: 3,
    targetCPUUtilizationPercentage: 50,
  });
  assert.deepEqual(served['status'], { currentReplicas: 2, desiredReplicas: 2, currentCPUUtilizationPercentage: 30 });
  assert.deepEqual(JSON.parse(served.metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] ?? ''), [
    { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
    { type: 'Pods', pods: { metricName: 'm', targetAverageValue: '5', selector: { matchLabels: { a: 'b' } } } },
  ]);
  assert.match(
    served.metadata.annotations?.['autoscaling.alpha.kubernetes.io/behavior'] ?? '',
    /^\{"ScaleDown":\{"SelectPolicy":"Max","Policies":\[\{"Type":"Pods"/,
  );
  assert.deepEqual(horizontalPodAutoscalerV1.toStorage(served), stored);
});

test('annotations with values of wrong types are ignored whole', () => {
  const cases: [string, string][] = [
    ['behavior', '{"ScaleUp":{"Policies":"x"}}'],
    ['behavior', '{"ScaleUp":5}'],
    ['metrics', '[{"type":"Resource","resource":{"name":5}}]'],
    ['metrics', '[{"type":"Object","object":{"target":5,"selector":3}}]'],
    ['current-metrics', '[{"type":"Resource","resource":{"name":5}}]'],
    ['conditions', '[{"type":5}]'],
  ];
  for (const [name, text] of cases) {
    const spec = { scaleTargetRef: TARGET, maxReplicas: 3 };
    const annotations = { [`autoscaling.alpha.kubernetes.io/${name}`]: text };
    const status = { currentReplicas: 1, desiredReplicas: 1 };
    const object = horizontalPodAutoscalerV1.toStorage(objectOf({ spec, status }, { annotations }));
    assert.deepEqual([object['spec'], object['status']], [spec, status], text);
  }
});

test('annotations that make no sense do no harm', () => {
  for (const text of ['{', '[1,null,"x"]', '{"a":1}', '[{"type":{},"__proto__":1,"resource":[]}]', 'null']) {
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': text,
      'autoscaling.alpha.kubernetes.io/behavior': text,
    };
    const object = horizontalPodAutoscalerV1.toStorage(
      objectOf({ spec: { scaleTargetRef: TARGET, maxReplicas: 3 } }, { annotations }),
    );
    horizontalPodAutoscalers.setDefaults?.(object);
    assert.ok(Array.isArray(createErrors(horizontalPodAutoscalers, object)), text);
    assert.equal(object.metadata.annotations, undefined);
  }
});

test('defaults of an autoscaler', () => {
  const object = objectOf({
    spec: { scaleTargetRef: TARGET, maxReplicas: 3, behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } },
  });
  horizontalPodAutoscalers.setDefaults?.(object);
  const spec = object['spec'] as Json & { behavior: { scaleUp: Json; scaleDown: Json } };
  assert.equal(spec['minReplicas'], 1);
  assert.deepEqual(spec['metrics'], [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ]);
  assert.equal(spec.behavior.scaleUp['stabilizationWindowSeconds'], 60);
  assert.equal((spec.behavior.scaleUp['policies'] as Json[]).length, 2);
  assert.deepEqual(spec.behavior.scaleDown, {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
  assert.deepEqual(createErrors(horizontalPodAutoscalers, object), []);
});

test('mistakes are refused in upstream words', () => {
  const cases: [Json, string][] = [
    [{ maxReplicas: 0 }, 'spec.maxReplicas: Required value: must be set and greater than 0'],
    [{ minReplicas: 5 }, 'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`'],
    [{ minReplicas: 0 }, 'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1'],
    [{ scaleTargetRef: { kind: 'D' } }, 'spec.scaleTargetRef.name: Required value'],
    [
      { scaleTargetRef: { kind: 'D', name: 'd' } },
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ],
    [
      { metrics: [{ type: 'Resource' }] },
      'spec.metrics[0].resource: Required value: must populate information for the given metric source',
    ],
    [
      { metrics: [{ ...CPU, pods: POD.pods }] },
      'spec.metrics[0].pods: Forbidden: must populate the given metric source only',
    ],
    [
      { behavior: { scaleUp: { policies: [] } } },
      'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
    ],
  ];
  for (const [spec, expected] of cases) {
    const object = objectOf({
      spec: { scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 3, metrics: [CPU], ...spec },
    });
    const found = createErrors(horizontalPodAutoscalers, object);
    assert.ok(found.includes(expected), `${expected}\n  in ${found.join('\n     ')}`);
  }
});

test('rows', () => {
  const current = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30 } } };
  const object = objectOf({
    spec: { scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 3, metrics: [CPU, MEMORY, POD] },
    status: { currentReplicas: 2, currentMetrics: [current] },
  });
  assert.deepEqual(horizontalPodAutoscalers.printer.cells(object, CONTEXT.nowMs), [
    'a',
    'Deployment/d',
    'cpu: 30%/50%, memory: <unknown>/1Gi + 1 more...',
    '1',
    3,
    2,
    '60m',
  ]);
});
