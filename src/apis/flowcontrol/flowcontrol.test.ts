import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultFlowSchemas, defaultPriorityLevels } from '../bootstrap/flow-control.ts';
import { createErrors, defaulted, objectOf, row, subresourceErrors } from '../test-support.ts';
import { flowSchemas } from './flow-schema.ts';
import { priorityLevelConfigurations } from './priority-level.ts';

test('the built-in objects are valid and stay as they are under defaulting', () => {
  for (const { object } of defaultFlowSchemas()) {
    assert.deepEqual(defaulted(flowSchemas, structuredClone(object)), object);
    assert.deepEqual(createErrors(flowSchemas, object), [], object.metadata.name);
  }
  for (const { object } of defaultPriorityLevels()) {
    assert.deepEqual(defaulted(priorityLevelConfigurations, structuredClone(object)), object);
    assert.deepEqual(createErrors(priorityLevelConfigurations, object), [], object.metadata.name);
  }
});

const rule = {
  subjects: [{ kind: 'User', user: { name: 'u' } }],
  nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
};
const spec = { priorityLevelConfiguration: { name: 'p' }, matchingPrecedence: 5, rules: [rule] };

test('FlowSchema: precise errors', () => {
  const cases: [object, string[]][] = [
    [{}, []],
    [
      { matchingPrecedence: 1 },
      ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
    [
      { priorityLevelConfiguration: {} },
      ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level'],
    ],
    [
      { rules: [{ ...rule, subjects: [] }] },
      ['spec.rules[0].subjects: Required value: subjects must contain at least one value'],
    ],
    [
      { rules: [{ ...rule, subjects: [{ kind: 'User', group: { name: 'g' } }] }] },
      [
        "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
        "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
      ],
    ],
    [
      { rules: [{ ...rule, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*'] }] }] },
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
      ],
    ],
  ];
  for (const [change, expected] of cases)
    assert.deepEqual(createErrors(flowSchemas, objectOf({ spec: { ...spec, ...change } })), expected);
  assert.equal(createErrors(flowSchemas, objectOf({ spec }, { name: 'catch-all' })).length, 1);
});

test('FlowSchema: lists are sorted by precedence, then name', () => {
  const object = objectOf({ spec, status: { conditions: [{ type: 'Dangling', status: 'True' }] } });
  assert.deepEqual(row(flowSchemas, object), ['a', 'p', 5, '<none>', '60m', 'True']);
  assert.ok((flowSchemas.printer.compare?.(object, objectOf({ spec }, { name: 'b' })) ?? 0) < 0);
  assert.ok((flowSchemas.printer.compare?.(object, objectOf({ spec: { ...spec, matchingPrecedence: 2 } })) ?? 0) > 0);
});

test('FlowSchema: status writes leave the rest', () => {
  const old = objectOf({ spec }, { labels: { a: 'b' } });
  const next = objectOf({ status: { conditions: [{ type: 'A' }, { type: 'A' }] } });
  assert.deepEqual(subresourceErrors(flowSchemas, 'status', next, old), [
    'status.conditions[1].type: Duplicate value: "A"',
  ]);
  assert.deepEqual([next['spec'], next.metadata.labels], [spec, { a: 'b' }]);
});

test('PriorityLevelConfiguration: defaults and errors', () => {
  const limited = (response: object, rest: object = {}) =>
    defaulted(
      priorityLevelConfigurations,
      objectOf({ spec: { type: 'Limited', limited: { limitResponse: response, ...rest } } }),
    );
  const queued = limited({ type: 'Queue', queuing: {} });
  assert.deepEqual(createErrors(priorityLevelConfigurations, queued), []);
  assert.deepEqual(row(priorityLevelConfigurations, queued), ['a', 'Limited', 30, 64, 8, 50, '60m']);
  assert.equal(createErrors(priorityLevelConfigurations, limited({ type: 'Queue' })).length, 1);
  assert.equal(
    createErrors(priorityLevelConfigurations, limited({ type: 'Reject' }, { lendablePercent: 101 })).length,
    1,
  );
  assert.deepEqual(
    createErrors(priorityLevelConfigurations, limited({ type: 'Queue', queuing: { queues: 512, handSize: 8 } })),
    [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60',
    ],
  );
  assert.equal(createErrors(priorityLevelConfigurations, objectOf({ spec: { type: 'Exempt', exempt: {} } })).length, 1);
});
