import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError, statusOf } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import { alwaysAllow, alwaysDeny } from './always.ts';
import type { AuthorizationAttributes, AuthorizationResult, Authorizer } from './authorizer.ts';
import { authorizationFailureText, forbiddenError } from './forbidden.ts';
import { createAuthorization, parseAuthorizationModes } from './modes.ts';
import { createRbacTable } from './rbac/source.ts';
import { createUnionAuthorizer, createUnionRuleResolver } from './union.ts';

const alice: UserInfo = { name: 'alice', uid: '', groups: [], extra: {} };

function attributes(more: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path: '' };
  return { user: alice, verb: 'get', isResource: true, ...none, ...more };
}

const says = (decision: AuthorizationResult['decision'], reason = '', error = ''): Authorizer => ({
  authorize: () => ({ decision, reason, error }),
});
const later = (inner: Authorizer): Authorizer => ({ authorize: async (asked) => inner.authorize(asked) });

test('the first opinion decides; the reasons of the undecided are told together', async () => {
  const cases: [Authorizer[], AuthorizationResult][] = [
    [[], { decision: 'no-opinion', reason: '', error: '' }],
    [[says('no-opinion', 'a'), says('deny', 'b')], { decision: 'deny', reason: 'b', error: '' }],
    [[says('no-opinion', 'a', 'x'), says('allow'), says('deny')], { decision: 'allow', reason: '', error: '' }],
    [
      [says('no-opinion', 'a', 'x'), says('no-opinion'), says('no-opinion', 'b', 'y')],
      { decision: 'no-opinion', reason: 'a\nb', error: '[x, y]' },
    ],
  ];
  for (const [authorizers, expected] of cases) {
    assert.deepEqual(createUnionAuthorizer(authorizers).authorize(attributes({})), expected);
    assert.deepEqual(await createUnionAuthorizer(authorizers.map(later)).authorize(attributes({})), expected);
    assert.deepEqual(
      await createUnionAuthorizer(authorizers.map((one, i) => (i === 1 ? later(one) : one))).authorize(attributes({})),
      expected,
    );
  }
});

test('modes', () => {
  assert.deepEqual(parseAuthorizationModes('RBAC,AlwaysDeny'), ['RBAC', 'AlwaysDeny']);
  const cases: [string, string][] = [
    ['', 'at least one authorization-mode must be passed'],
    ['rbac', 'authorization-mode "rbac" is not a valid mode'],
    ['Node,RBAC', 'authorization-mode "Node" is not supported yet'],
    ['RBAC,RBAC', 'authorization-mode ["RBAC" "RBAC"] has mode specified more than once'],
    [
      'X,ABAC,Webhook',
      'authorization-mode "X" is not a valid mode, authorization-mode "ABAC" is not supported yet, authorization-mode "Webhook" is not supported yet',
    ],
  ];
  for (const [text, message] of cases) assert.throws(() => parseAuthorizationModes(text), { message });
});

test('the chain: masters first, then the modes', () => {
  const master = { ...alice, groups: ['system:masters'] };
  const { authorizer } = createAuthorization(['RBAC', 'AlwaysDeny'], createRbacTable());
  assert.deepEqual(authorizer.authorize(attributes({ user: master })), { decision: 'allow', reason: '', error: '' });
  assert.deepEqual(authorizer.authorize(attributes({})), {
    decision: 'no-opinion',
    reason: 'Everything is forbidden.',
    error: '',
  });
  const open = createAuthorization(['AlwaysAllow'], createRbacTable());
  assert.equal((open.authorizer.authorize(attributes({})) as AuthorizationResult).decision, 'allow');
  assert.deepEqual(createUnionRuleResolver([alwaysDeny, alwaysAllow]).rulesFor(alice, 'x'), {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
    error: '',
  });
});

test('the words of a 403', () => {
  const cases: [Partial<AuthorizationAttributes>, string, string, object][] = [
    [
      { resource: 'pods', name: 'p', namespace: 'dev', subresource: 'log' },
      '',
      'pods "p" is forbidden: User "alice" cannot get resource "pods/log" in API group "" in the namespace "dev"',
      { name: 'p', kind: 'pods' },
    ],
    [
      { group: 'apps', resource: 'deployments', verb: 'list' },
      'RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
      'deployments.apps is forbidden: User "alice" cannot list resource "deployments" in API group "apps" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
      { group: 'apps', kind: 'deployments' },
    ],
    [
      { isResource: false, path: '/<b>&', user: { ...alice, name: 'a"<i>' } },
      '<raw>',
      'forbidden: User "a\\"&lt;i&gt;" cannot get path "/&lt;b&gt;&amp;": <raw>',
      {},
    ],
  ];
  for (const [more, reason, message, details] of cases) {
    const error = forbiddenError(attributes(more), reason);
    assert.ok(error instanceof StatusError);
    assert.deepEqual(statusOf(error), {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: 'Forbidden',
      details,
      code: 403,
    });
  }
  assert.equal(authorizationFailureText('/a?b=<c>', 'boom'), 'Internal Server Error: "/a?b=&lt;c&gt;": boom');
});
