import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrors, defaulted, objectOf, row, subresourceErrors, updateErrors } from '../test-support.ts';
import { mutatingAdmissionPolicies, validatingAdmissionPolicies } from './policies.ts';
import { mutatingAdmissionPolicyBindings, validatingAdmissionPolicyBindings } from './policy-bindings.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from './webhooks.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const webhook = {
  name: 'hook.example.com',
  clientConfig: { service: { name: 's', namespace: 'n' } },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};

test('webhooks: defaults', () => {
  const object = defaulted(mutatingWebhookConfigurations, objectOf({ webhooks: [webhook] }));
  assert.deepEqual(createErrors(mutatingWebhookConfigurations, object), []);
  assert.deepEqual(object['webhooks'], [
    {
      ...webhook,
      clientConfig: { service: { name: 's', namespace: 'n', port: 443 } },
      rules: [{ ...rule, scope: '*' }],
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      reinvocationPolicy: 'Never',
    },
  ]);
  assert.deepEqual(row(mutatingWebhookConfigurations, object), ['a', 1, '60m']);
});

test('webhooks: precise errors', () => {
  const cases: [object, string][] = [
    [
      { name: 'hook' },
      'webhooks[0].name: Invalid value: "hook": should be a domain with at least three segments separated by dots',
    ],
    [{ sideEffects: undefined }, 'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun'],
    [
      { sideEffects: 'Some' },
      'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    ],
    [
      { timeoutSeconds: 31 },
      'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
    ],
    [{ clientConfig: {} }, 'webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
    [
      { clientConfig: { url: 'http://a/b' } },
      'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
    ],
    [
      { admissionReviewVersions: ['v2'] },
      'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ],
    [
      { rules: [{ ...rule, resources: ['*', 'pods'] }] },
      'webhooks[0].rules[0].resources: Invalid value: ["*","pods"]: if \'*\' is present, must not specify other resources without subresources',
    ],
    [
      { matchConditions: [{ name: 'a', expression: ' ' }] },
      'webhooks[0].matchConditions[0].expression: Required value',
    ],
  ];
  for (const [change, expected] of cases) {
    const object = defaulted(validatingWebhookConfigurations, objectOf({ webhooks: [{ ...webhook, ...change }] }));
    assert.deepEqual(createErrors(validatingWebhookConfigurations, object), [expected]);
  }
  const twice = objectOf({ webhooks: [webhook, webhook] });
  assert.deepEqual(createErrors(validatingWebhookConfigurations, twice), [
    'webhooks[1].name: Duplicate value: "hook.example.com"',
  ]);
  assert.deepEqual(updateErrors(validatingWebhookConfigurations, twice, twice), []);
});

const matchConstraints = { resourceRules: [rule] };

test('ValidatingAdmissionPolicy: defaults, errors, status', () => {
  const spec = {
    matchConstraints,
    validations: [{ expression: 'true' }],
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
  };
  const policy = defaulted(validatingAdmissionPolicies, objectOf({ spec }));
  assert.deepEqual(createErrors(validatingAdmissionPolicies, policy), []);
  assert.deepEqual(row(validatingAdmissionPolicies, policy), ['a', 1, 'v1/ConfigMap', '60m']);
  assert.deepEqual(
    createErrors(
      validatingAdmissionPolicies,
      defaulted(validatingAdmissionPolicies, objectOf({ spec: { validations: [{}] } })),
    ),
    [
      'spec.matchConstraints: Required value',
      'spec.validations[0].expression: Required value: expression is not specified',
    ],
  );
  const variables = [{ name: 'in', expression: '1' }];
  const bad = defaulted(
    validatingAdmissionPolicies,
    objectOf({ spec: { ...spec, variables, validations: [{ expression: 'a', reason: 'Bad' }] } }),
  );
  assert.equal(createErrors(validatingAdmissionPolicies, bad).length, 2);
  const status = objectOf({ status: { typeChecking: { expressionWarnings: [{ fieldRef: 'spec' }] } } });
  assert.deepEqual(subresourceErrors(validatingAdmissionPolicies, 'status', status, policy), [
    'status.typeChecking.expressionWarnings[0].warning: Required value',
  ]);
});

test('MutatingAdmissionPolicy: one mutation of its type', () => {
  const spec = { matchConstraints, mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }] };
  assert.deepEqual(
    createErrors(mutatingAdmissionPolicies, defaulted(mutatingAdmissionPolicies, objectOf({ spec }))),
    [],
  );
  const wrong = { ...spec, mutations: [{ patchType: 'ApplyConfiguration', jsonPatch: { expression: '[]' } }] };
  assert.equal(
    createErrors(mutatingAdmissionPolicies, defaulted(mutatingAdmissionPolicies, objectOf({ spec: wrong }))).length,
    2,
  );
});

test('policy bindings: parameters and actions', () => {
  const spec = {
    policyName: 'p',
    paramRef: { name: 'x', parameterNotFoundAction: 'Deny' },
    validationActions: ['Deny'],
  };
  const binding = objectOf({ spec });
  assert.deepEqual(createErrors(validatingAdmissionPolicyBindings, binding), []);
  assert.deepEqual(createErrors(mutatingAdmissionPolicyBindings, binding), []);
  assert.deepEqual(row(validatingAdmissionPolicyBindings, binding), ['a', 'p', '*/x', '60m']);
  const cases: [object, number][] = [
    [{ validationActions: ['Deny', 'Warn'] }, 1],
    [{ validationActions: [] }, 1],
    [{ validationActions: ['Deny', 'Deny'] }, 1],
    [{ paramRef: { name: 'x', selector: {}, parameterNotFoundAction: 'Deny' } }, 2],
    [{ paramRef: {} }, 2],
    [{ policyName: '' }, 1],
  ];
  for (const [change, count] of cases) {
    const found = createErrors(validatingAdmissionPolicyBindings, objectOf({ spec: { ...spec, ...change } }));
    assert.equal(found.length, count, found.join());
  }
});
