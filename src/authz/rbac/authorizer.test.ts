import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapPolicy } from '../../meta/rbac-bootstrap.ts';
import type { PolicyRule, Subject } from '../../meta/rbac-types.ts';
import type { UserInfo } from '../../meta/user.ts';
import type { AuthorizationAttributes, AuthorizationResult } from '../authorizer.ts';
import { createRbacAuthorizer } from './authorizer.ts';
import { createRbacTable, type RbacTable } from './source.ts';

const GROUP = 'rbac.authorization.k8s.io';

function user(name: string, ...groups: string[]): UserInfo {
  return { name, uid: '', groups, extra: {} };
}

function attributes(who: UserInfo, what: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  const none = { group: '', version: 'v1', resource: '', subresource: '', namespace: '', name: '', path: '' };
  return { user: who, verb: 'get', isResource: what.path === undefined, ...none, ...what };
}

function role(table: RbacTable, namespace: string, name: string, ...rules: PolicyRule[]): void {
  table.putRole({ metadata: namespace === '' ? { name } : { name, namespace }, rules });
}

function bind(table: RbacTable, namespace: string, name: string, ref: string, ...subjects: Subject[]): void {
  const [kind = '', roleName = ''] = ref.split('/');
  table.putBinding({
    metadata: namespace === '' ? { name } : { name, namespace },
    roleRef: { apiGroup: GROUP, kind, name: roleName },
    subjects,
  });
}

function ask(table: RbacTable, who: UserInfo, what: Partial<AuthorizationAttributes>): AuthorizationResult {
  return createRbacAuthorizer({ source: table }).authorize(attributes(who, what)) as AuthorizationResult;
}

const alice = { kind: 'User', name: 'alice' };

test('rules match verbs, groups, resources, subresources, names and paths', () => {
  const rule = (more: Partial<PolicyRule>): PolicyRule => ({
    verbs: ['get'],
    apiGroups: [''],
    resources: ['pods'],
    ...more,
  });
  const cases: [PolicyRule, Partial<AuthorizationAttributes>, boolean][] = [
    [rule({}), { resource: 'pods' }, true],
    [rule({}), { resource: 'pods', verb: 'list' }, false],
    [rule({}), { resource: 'pods', group: 'apps' }, false],
    [rule({}), { resource: 'pods', subresource: 'status' }, false],
    [rule({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }), { resource: 'x', subresource: 'y', group: 'z' }, true],
    [rule({ resources: ['pods/status'] }), { resource: 'pods', subresource: 'status' }, true],
    [rule({ resources: ['pods/status'] }), { resource: 'pods' }, false],
    [rule({ resources: ['*/scale'] }), { resource: 'deployments', subresource: 'scale' }, true],
    [rule({ resources: ['*/scale'] }), { resource: 'deployments', subresource: 'autoscale' }, false],
    [rule({ resources: ['*/scale'] }), { resource: 'scale' }, false],
    [rule({ resources: ['pods/*'] }), { resource: 'pods', subresource: 'log' }, false],
    [rule({ resourceNames: ['a'] }), { resource: 'pods', name: 'a' }, true],
    [rule({ resourceNames: ['a'] }), { resource: 'pods', name: 'b' }, false],
    [rule({ resourceNames: ['a'] }), { resource: 'pods', name: '' }, false],
    [rule({ resourceNames: ['*'] }), { resource: 'pods', name: 'a' }, false],
    [rule({ resourceNames: [] }), { resource: 'pods', name: 'a' }, true],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }, { path: '/healthz' }, true],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }, { path: '/healthz/etcd' }, false],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, { path: '/healthz/etcd' }, true],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, { path: '/healthz' }, false],
    [{ verbs: ['get'], nonResourceURLs: ['*'] }, { path: '/anything' }, true],
    [{ verbs: ['get'], nonResourceURLs: ['*'] }, { resource: 'pods' }, false],
    [rule({ resources: ['*'] }), { path: '/pods' }, false],
  ];
  for (const [policy, request, allowed] of cases) {
    const table = createRbacTable();
    role(table, '', 'r', policy);
    bind(table, '', 'b', 'ClusterRole/r', alice);
    const { decision } = ask(table, user('alice'), request);
    assert.equal(decision === 'allow', allowed, JSON.stringify([policy, request]));
  }
});

test('who is meant, where, and the reason told', () => {
  const rule: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/x'] };
  const table = createRbacTable();
  role(table, '', 'reader', rule);
  role(table, 'dev', 'reader', rule);
  bind(table, '', 'groups', 'ClusterRole/reader', { kind: 'Group', name: 'ops' });
  bind(table, '', 'bots', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' });
  bind(table, '', 'nobody', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'lost' });
  bind(table, 'dev', 'users', 'Role/reader', { kind: 'User', name: 'bob' }, { kind: 'Group', name: 'devs' }, alice);
  bind(table, 'dev', 'local', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'bot' });
  const cases: [UserInfo, string, string | null][] = [
    [user('x', 'ops'), '', 'ClusterRoleBinding "groups" of ClusterRole "reader" to Group "ops"'],
    [user('x', 'ops'), 'dev', 'ClusterRoleBinding "groups" of ClusterRole "reader" to Group "ops"'],
    [
      user('system:serviceaccount:ci:bot'),
      '',
      'ClusterRoleBinding "bots" of ClusterRole "reader" to ServiceAccount "bot/ci"',
    ],
    [
      user('system:serviceaccount:dev:bot'),
      'dev',
      'RoleBinding "local/dev" of ClusterRole "reader" to ServiceAccount "bot/dev"',
    ],
    [user('system:serviceaccount:dev:bot'), '', null],
    [user('system:serviceaccount::lost'), '', null],
    [user('alice', 'devs'), 'dev', 'RoleBinding "users/dev" of Role "reader" to Group "devs"'],
    [user('alice'), 'dev', 'RoleBinding "users/dev" of Role "reader" to User "alice"'],
    [user('alice'), 'prod', null],
    [user('alice'), '', null],
    [user('ops'), '', null],
    [user('__proto__', 'constructor'), 'dev', null],
  ];
  for (const [who, namespace, reason] of cases) {
    const result = ask(table, who, { resource: 'pods', namespace });
    assert.equal(result.decision, reason === null ? 'no-opinion' : 'allow', `${who.name} in ${namespace}`);
    assert.equal(result.reason, reason === null ? '' : `RBAC: allowed by ${reason}`);
  }
  assert.equal(ask(table, user('alice'), { path: '/x' }).decision, 'no-opinion', 'paths are not in a namespace');
  assert.equal(ask(table, user('x', 'ops'), { path: '/x' }).decision, 'allow');
});

test('missing roles are told only when nothing allows', () => {
  const table = createRbacTable();
  bind(table, '', 'a', 'ClusterRole/gone', alice, { kind: 'Group', name: 'g' });
  bind(table, '', 'c', 'Role/gone', alice);
  bind(table, 'dev', 'd', 'Role/lost', alice);
  bind(table, 'dev', 'e', 'Other/lost', alice);
  assert.deepEqual(ask(table, user('alice', 'g'), { resource: 'pods', namespace: 'dev' }), {
    decision: 'no-opinion',
    reason:
      'RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, role.rbac.authorization.k8s.io "gone" not found, ' +
      'role.rbac.authorization.k8s.io "lost" not found, unsupported role reference kind: "Other"]',
    error: '',
  });
  role(table, '', 'some', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
  bind(table, '', 'f', 'ClusterRole/some', alice);
  assert.equal(ask(table, user('alice', 'g'), { resource: 'pods' }).decision, 'allow');
});

test('changes take effect at once', () => {
  const table = createRbacTable();
  const allowed = (name: string) => ask(table, user(name), { resource: 'pods', namespace: 'dev' }).decision === 'allow';
  bind(table, 'dev', 'b', 'Role/r', alice, alice, { kind: 'User', name: 'bob' });
  assert.equal(allowed('alice'), false);
  role(table, 'dev', 'r', { verbs: ['get'], apiGroups: [''], resources: ['pods'] });
  assert.deepEqual([allowed('alice'), allowed('bob')], [true, true]);
  bind(table, 'dev', 'b', 'Role/r', { kind: 'User', name: 'bob' });
  assert.deepEqual([allowed('alice'), allowed('bob')], [false, true]);
  table.putRole({ metadata: { name: 'r', namespace: 'dev' }, rules: null });
  assert.equal(allowed('bob'), false);
  role(table, 'dev', 'r', { verbs: ['get'], apiGroups: [''], resources: ['pods'] });
  table.remove('rolebindings', 'dev', 'b');
  table.remove('roles', 'dev', 'r');
  table.remove('roles', 'dev', 'r');
  assert.equal(allowed('bob'), false);
  assert.equal(table.bindings('dev'), undefined);
});

test("a user's rules", () => {
  const table = createRbacTable();
  const both: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/x'] };
  const local: PolicyRule = { verbs: ['list'], apiGroups: ['apps'], resources: ['deployments'] };
  role(table, '', 'both', both);
  role(table, 'dev', 'local', local);
  bind(table, '', 'z', 'ClusterRole/both', alice);
  bind(table, '', 'y', 'ClusterRole/gone', alice);
  bind(table, 'dev', 'a', 'Role/local', { kind: 'Group', name: 'devs' });
  const authorizer = createRbacAuthorizer({ source: table });
  assert.deepEqual(authorizer.rulesFor(user('alice', 'devs'), 'dev'), {
    resourceRules: [both, local],
    nonResourceRules: [both],
    incomplete: false,
    error: 'clusterrole.rbac.authorization.k8s.io "gone" not found',
  });
});

test('the default policy: everybody sees health, the authenticated discover, masters rule, nobody else anything', () => {
  const policy = bootstrapPolicy();
  const table = createRbacTable();
  const metadata = ({ name, namespace }: { name: string; namespace: string | null }) =>
    namespace === null ? { name } : { name, namespace };
  for (const object of [...policy.clusterRoles, ...policy.roles]) {
    table.putRole({ metadata: metadata(object), rules: object.rules });
  }
  for (const object of [...policy.clusterRoleBindings, ...policy.roleBindings]) {
    table.putBinding({ metadata: metadata(object), roleRef: object.roleRef, subjects: object.subjects });
  }
  const anonymous = user('system:anonymous', 'system:unauthenticated');
  const someone = user('someone', 'system:authenticated');
  const cases: [UserInfo, Partial<AuthorizationAttributes>, boolean][] = [
    [anonymous, { path: '/healthz' }, true],
    [anonymous, { path: '/api' }, false],
    [someone, { path: '/apis/apps' }, true],
    [someone, { resource: 'pods', namespace: 'default' }, false],
    [someone, { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' }, true],
    [user('root', 'system:masters'), { verb: 'delete', resource: 'nodes' }, true],
    [user('system:kube-scheduler'), { verb: 'create', resource: 'pods', subresource: 'binding', namespace: 'a' }, true],
  ];
  for (const [who, what, allowed] of cases) {
    assert.equal(ask(table, who, what).decision === 'allow', allowed, `${who.name} ${JSON.stringify(what)}`);
  }
});
