import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemPriorityClasses } from '../bootstrap/basics.ts';
import { CONTEXT, createErrors, defaulted, objectOf, row, updateErrors } from '../test-support.ts';
import { priorityClasses } from './priority-class.ts';
import { podGroups, workloads } from './workload.ts';

test('PriorityClass: system classes, user classes, fixed fields', () => {
  for (const object of systemPriorityClasses()) assert.deepEqual(createErrors(priorityClasses, object), []);
  const object = defaulted(priorityClasses, objectOf({ value: 7 }));
  priorityClasses.prepareForCreate?.(object, CONTEXT);
  assert.equal(object.metadata.generation, 1);
  assert.deepEqual(row(priorityClasses, object), ['a', 7, false, '60m', 'PreemptLowerPriority']);
  assert.deepEqual(createErrors(priorityClasses, defaulted(priorityClasses, objectOf({ value: 2e9 }))), [
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ]);
  assert.deepEqual(
    createErrors(priorityClasses, defaulted(priorityClasses, objectOf({ value: 1 }, { name: 'system-x' }))),
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
    ],
  );
  assert.deepEqual(updateErrors(priorityClasses, objectOf({ value: 8, preemptionPolicy: 'Never' }), object), [
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ]);
});

test('Workload and PodGroup: one policy each', () => {
  const schedulingPolicy = { gang: { minCount: 2 } };
  const workload = objectOf({ spec: { podGroupTemplates: [{ name: 'g', schedulingPolicy }] } });
  assert.deepEqual(createErrors(workloads, workload), []);
  assert.equal(createErrors(workloads, objectOf({ spec: {} })).length, 1);
  assert.equal(updateErrors(workloads, objectOf({ spec: {} }), workload).length, 1);
  assert.deepEqual(createErrors(podGroups, objectOf({ spec: { schedulingPolicy } })), []);
  assert.equal(createErrors(podGroups, objectOf({ spec: { schedulingPolicy: { basic: {}, gang: {} } } })).length, 2);
});
