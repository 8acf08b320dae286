import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { StatusError, statusOf } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { Action } from '../registry/action.ts';
import type { AuthorizationAttributes, AuthorizationResult, Authorizer } from './authorizer.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from './reviews.ts';

const alice: UserInfo = { name: 'alice', uid: 'u', groups: ['devs'], extra: { k: ['v'] } };

function authorizer(result: Partial<AuthorizationResult>, asked: AuthorizationAttributes[] = []): Authorizer {
  return {
    authorize(attributes) {
      asked.push(attributes);
      return { decision: 'no-opinion', reason: '', error: '', ...result };
    },
  };
}

function run(action: Action, object: KubeObject, namespace = '') {
  return action({ user: alice, namespace, name: '', object, dryRun: false });
}

async function message(action: Action, object: KubeObject, namespace = ''): Promise<string> {
  try {
    await run(action, object, namespace);
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return `${error.code} ${error.message}`;
  }
  return '';
}

const pods = { verb: 'get', resource: 'pods', namespace: 'dev', name: 'p' };

test('decisions become statuses', async () => {
  const cases: [Partial<AuthorizationResult>, object][] = [
    [
      { decision: 'allow', reason: 'RBAC: x' },
      { allowed: true, reason: 'RBAC: x' },
    ],
    [{ decision: 'deny' }, { allowed: false, denied: true }],
    [
      { decision: 'no-opinion', error: 'boom' },
      { allowed: false, evaluationError: 'boom' },
    ],
  ];
  for (const [result, status] of cases) {
    const object = { kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: pods } };
    assert.deepEqual(await run(selfSubjectAccessReview(authorizer(result)), object), { ...object, status });
  }
});

test('the reviewed request', async () => {
  const asked: AuthorizationAttributes[] = [];
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path: '' };
  await run(selfSubjectAccessReview(authorizer({}, asked)), { metadata: {}, spec: { resourceAttributes: pods } });
  assert.deepEqual(asked.pop(), { user: alice, isResource: true, ...none, ...pods, version: '*' });
  await run(subjectAccessReview(authorizer({}, asked)), {
    metadata: {},
    spec: {
      nonResourceAttributes: { path: '/x', verb: 'get' },
      user: 'bob',
      groups: ['g'],
      uid: '1',
      extra: { a: ['b'] },
    },
  });
  assert.deepEqual(asked.pop(), {
    ...none,
    user: { name: 'bob', groups: ['g'], uid: '1', extra: { a: ['b'] } },
    isResource: false,
    verb: 'get',
    path: '/x',
  });
  await run(
    localSubjectAccessReview(authorizer({}, asked)),
    { metadata: {}, spec: { resourceAttributes: pods, groups: ['g'] } },
    'dev',
  );
  assert.equal(asked.pop()?.namespace, 'dev');
});

test('what is wrong with a review', async () => {
  const cases: [Action, KubeObject, string][] = [
    [
      subjectAccessReview(authorizer({})),
      { metadata: {} },
      '422 .authorization.k8s.io "" is invalid: [spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: "": at least one of user or group must be specified]',
    ],
    [
      selfSubjectAccessReview(authorizer({})),
      { metadata: {}, spec: { resourceAttributes: {}, nonResourceAttributes: { path: '/' } } },
      '422 .authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with resourceAttributes',
    ],
    [
      selfSubjectAccessReview(authorizer({})),
      { metadata: { name: 'x', labels: {} }, spec: { resourceAttributes: {} } },
      '422 .authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"x","labels":{}}: must be empty',
    ],
    [
      localSubjectAccessReview(authorizer({})),
      { metadata: { namespace: 'dev' }, spec: { resourceAttributes: { namespace: 'prod' }, user: 'x' } },
      '422 .authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: "prod": must match metadata.namespace',
    ],
    [
      localSubjectAccessReview(authorizer({})),
      { metadata: {}, spec: { nonResourceAttributes: { path: '/', verb: 'get' }, user: 'x' } },
      '422 .authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":"get"}: disallowed on this kind of request',
    ],
    [
      localSubjectAccessReview(authorizer({})),
      { metadata: { namespace: 'prod' }, spec: {} },
      '400 spec.resourceAttributes.namespace must match namespace: dev',
    ],
    [
      selfSubjectAccessReview(authorizer({})),
      {
        metadata: {},
        spec: { resourceAttributes: { fieldSelector: { rawSelector: 'a', requirements: [{}] }, labelSelector: {} } },
      },
      '422 .authorization.k8s.io "" is invalid: [spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a": may not specified at the same time as requirements, spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified, spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required]',
    ],
    [
      selfSubjectAccessReview(authorizer({})),
      {
        metadata: {},
        spec: {
          resourceAttributes: {
            labelSelector: {
              requirements: [
                { key: 'a', operator: 'In' },
                { key: 'b', operator: 'Exists', values: ['c'] },
              ],
            },
          },
        },
      },
      "422 .authorization.k8s.io \"\" is invalid: [spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn', spec.resourceAttributes.labelSelector.requirements[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist']",
    ],
  ];
  for (const [action, object, text] of cases) assert.equal(await message(action, object, 'dev'), text);
});

test('the details of a refused review name the group only', async () => {
  await assert.rejects(
    async () => run(selfSubjectAccessReview(authorizer({})), { metadata: {} }),
    (error: StatusError) => {
      const { details } = statusOf(error);
      assert.deepEqual(Object.keys(details ?? {}).sort(), ['causes', 'group']);
      return true;
    },
  );
});

test('selectors that cannot be read are passed over and told', async () => {
  const ask = async (resourceAttributes: object) => {
    const object = { metadata: {}, spec: { resourceAttributes } };
    const { status } = await run(selfSubjectAccessReview(authorizer({ error: 'e' })), object);
    return (status as { evaluationError: string }).evaluationError;
  };
  assert.equal(
    await ask({ fieldSelector: { rawSelector: 'a' }, labelSelector: { rawSelector: 'a in' } }),
    'e; spec.resourceAttributes.fieldSelector ignored due to parse error; spec.resourceAttributes.labelSelector ignored due to parse error',
  );
  const requirements = [
    { key: 'a', operator: 'In', values: ['b'] },
    { key: 'a', operator: 'New' },
  ];
  assert.equal(
    await ask({ fieldSelector: { requirements }, labelSelector: { rawSelector: 'a=b' } }),
    'e; spec.resourceAttributes.fieldSelector partially ignored due to parse error',
  );
});

test('rules of the caller', async () => {
  const resolver = {
    rulesFor: (user: UserInfo, namespace: string) => ({
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: [`${user.name}-${namespace}`], resourceNames: [] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
      incomplete: true,
      error: 'e',
    }),
  };
  const object = {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: { namespace: 'dev' },
  };
  assert.deepEqual(await run(selfSubjectRulesReview(resolver), object), {
    ...object,
    spec: {},
    status: {
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['alice-dev'] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
      incomplete: true,
      evaluationError: 'e',
    },
  });
  assert.equal(await message(selfSubjectRulesReview(resolver), { metadata: {} }), '400 no namespace on request');
});
