import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { bootstrapPolicy } from '../../meta/rbac-bootstrap.ts';
import type { PolicyRule } from '../../meta/rbac-types.ts';
import { StatusError } from '../../meta/status.ts';
import type { UserInfo } from '../../meta/user.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { aggregatedRules } from './aggregation.ts';
import { createRbacAuthorizer } from './authorizer.ts';
import { COVER_LIMITS, covers } from './covers.ts';
import { compactRules, escalationProblem, ruleText } from './escalation.ts';
import { createEscalationCheck } from './escalation-check.ts';
import { createRbacTable, type RbacTable } from './source.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** `get,list apps deployments,pods/log name1` or `get /path` */
function rule(text: string): PolicyRule {
  const [verbs = '', group = '', resources = '', names] = text.split(' ').map((part) => part.replace("''", ''));
  if (group.startsWith('/') || resources === '') return { verbs: verbs.split(','), nonResourceURLs: group.split(',') };
  const plain = { verbs: verbs.split(','), apiGroups: group.split(','), resources: resources.split(',') };
  return names === undefined ? plain : { ...plain, resourceNames: names.split(',') };
}

test('what is covered, and what is missing', () => {
  const cases: [string[], string[], string[]][] = [
    [["get '' pods"], ["get '' pods"], []],
    [['* * *'], ["get,list '' pods,pods/log a"], []],
    [['* * *'], ['get /x'], ['get /x']],
    [['get *'], ['get /x,/y/*'], []],
    [['get /y/*'], ['get /y/a,/y/,/y,/y/b/*'], ['get /y']],
    [["get '' pods"], ["* '' pods"], ["* '' pods"]],
    [["get '' */status"], ["get '' pods/status,pods"], ["get '' pods"]],
    [["get '' pods/*"], ["get '' pods/status"], ["get '' pods/status"]],
    [["get '' pods a"], ["get '' pods"], ["get '' pods"]],
    [["get '' pods a,b"], ["get '' pods b,c"], ["get '' pods c"]],
    [["get '' pods *"], ["get '' pods c"], ["get '' pods c"]],
    [["get '' pods"], ["get '' pods b,c"], []],
    [["get '' pods", "list '' pods"], ["get,list '' pods"], []],
    [
      ["get '' pods", 'list apps deployments'],
      ["get,list '',apps pods,deployments"],
      [
        "list '' pods",
        "get '' deployments",
        "list '' deployments",
        'get apps pods',
        'list apps pods',
        'get apps deployments',
      ],
    ],
    [["get '' pods a"], ['get /x'], ['get /x']],
    [[], ["get '' pods"], ["get '' pods"]],
    [[], [], []],
  ];
  for (const [owned, wanted, missing] of cases) {
    const result = covers(owned.map(rule), wanted.map(rule));
    assert.deepEqual(result.missing, missing.map(rule), `${owned} covers ${wanted}`);
    assert.equal(result.covered, missing.length === 0);
  }
});

test('more rules than one word of bits, and huge products, are decided', () => {
  const many = Array.from({ length: 100 }, (_, i) => rule(`get g${i} r${i}`));
  assert.equal(covers(many, [rule('get g99 r99'), rule('get g33 r33')]).covered, true);
  assert.deepEqual(covers(many, [rule('get g99 r98')]).missing, [rule('get g99 r98')]);
  const values = Array.from({ length: 1000 }, (_, i) => `v${i}`);
  const huge: PolicyRule = { verbs: values, apiGroups: values, resources: values };
  const refused = covers(many, [huge]);
  assert.equal(refused.missing.length, COVER_LIMITS.missingMax);
  assert.equal(covers([rule('* * *')], [huge]).covered, false);
  assert.equal(covers([rule('* * *')], [huge]).exhausted, true);
});

test('the words for what is missing', () => {
  assert.equal(
    ruleText({ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a"b'], nonResourceURLs: ['/x'] }),
    '{APIGroups:[""], Resources:["pods"], NonResourceURLs:["/x"], ResourceNames:["a\\"b"], Verbs:["get"]}',
  );
  assert.deepEqual(compactRules([rule("get '' pods"), rule("get '' pods a"), rule("list '' pods"), rule('get /x')]), [
    rule("get '' pods a"),
    rule('get /x'),
    rule("get,list '' pods"),
  ]);
});

const bob: UserInfo = { name: 'bob', uid: '', groups: ['devs', 'system:authenticated'], extra: {} };

/** bob may, in the namespace dev (or everywhere, when that is ''), what the rules say. */
function tableFor(namespace: string, ...rules: string[]): RbacTable {
  const table = createRbacTable();
  const metadata = namespace === '' ? { name: 'bobs' } : { name: 'bobs', namespace };
  table.putRole({ metadata, rules: rules.map(rule) });
  table.putBinding({
    metadata,
    roleRef: { apiGroup: GROUP, kind: namespace === '' ? 'ClusterRole' : 'Role', name: 'bobs' },
    subjects: [{ kind: 'User', name: 'bob' }],
  });
  return table;
}

test('the words of a refusal', () => {
  const table = tableFor('dev', "get '' pods");
  assert.equal(escalationProblem(table, bob, 'dev', [rule("get '' pods")]), null);
  assert.equal(
    escalationProblem(table, bob, '', [rule("get,list '' pods"), rule('get /x')]),
    'user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
      '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}\n{NonResourceURLs:["/x"], Verbs:["get"]}',
  );
  table.putBinding({
    metadata: { name: 'gone' },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'gone' },
    subjects: [{ kind: 'Group', name: 'devs' }],
  });
  assert.match(
    escalationProblem(table, { ...bob, groups: ['devs'] }, 'dev', [rule("get '' nodes")]) ?? '',
    /Verbs:\["get"\]\}; resolution errors: \[clusterroles\.rbac\.authorization\.k8s\.io "gone" not found\]$/,
  );
});

interface Write {
  resource: string;
  object: KubeObject;
  old?: KubeObject;
  namespace?: string;
  user?: UserInfo;
}

/** '' for allowed, otherwise the message of the StatusError. */
async function write(table: RbacTable, what: Write): Promise<string> {
  const attributes: AdmissionAttributes = {
    operation: what.old === undefined ? 'CREATE' : 'UPDATE',
    group: GROUP,
    version: 'v1',
    resource: what.resource,
    subresource: '',
    kind: { group: GROUP, version: 'v1', kind: 'X' },
    namespace: what.namespace ?? '',
    name: what.object.metadata.name ?? '',
    user: what.user ?? bob,
    dryRun: false,
    object: what.object,
    oldObject: what.old ?? null,
    warn: () => {},
  };
  const check = createEscalationCheck({ source: table, authorizer: createRbacAuthorizer({ source: table }) });
  try {
    await check.mutate?.(attributes);
    return '';
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return `${error.code} ${error.message}`;
  }
}

const role = (name: string, ...rules: string[]): KubeObject => ({ metadata: { name }, rules: rules.map(rule) });
const binding = (name: string, kind: string, ref: string): KubeObject => ({
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind, name: ref },
});

test('roles: only with what one holds, or with the verb escalate', async () => {
  const table = tableFor('dev', "get '' pods");
  const own = { resource: 'roles', namespace: 'dev', object: role('r', "get '' pods") };
  const more = { resource: 'roles', namespace: 'dev', object: role('r', "get '' secrets") };
  assert.equal(await write(table, own), '');
  assert.equal(
    await write(table, more),
    `403 roles.${GROUP} "r" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`,
  );
  assert.match(await write(table, { ...own, namespace: 'prod' }), /^403/);
  assert.equal(await write(table, { ...more, user: { ...bob, groups: ['system:masters'] } }), '');
  const escalating = (names: string) => tableFor('dev', `escalate ${GROUP} roles${names}`);
  assert.equal(await write(escalating(''), more), '');
  assert.match(await write(escalating(' r'), more), /^403/, 'a create has no name yet');
  assert.equal(await write(escalating(' r'), { ...more, old: own.object }), '');
});

test('the garbage collector may take finalizers and owners from any role', async () => {
  const table = createRbacTable();
  const object = role('r', '* * *');
  const old = { ...object, metadata: { ...object.metadata, finalizers: ['x'] } };
  assert.equal(await write(table, { resource: 'clusterroles', object, old }), '');
  assert.match(await write(table, { resource: 'clusterroles', object, old: { ...old, rules: [] } }), /^403/);
});

test('an aggregation rule can gather anything, so it takes everything', async () => {
  const object = { ...role('r'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } };
  const refused = `403 clusterroles.${GROUP} "r" is forbidden: must have cluster-admin privileges to use the aggregationRule`;
  const table = tableFor('', "get '' pods");
  assert.equal(await write(table, { resource: 'clusterroles', object }), refused);
  assert.equal(await write(table, { resource: 'clusterroles', object: role('r'), old: object }), refused);
  assert.equal(await write(tableFor('', '* * *', '* *'), { resource: 'clusterroles', object }), '');
});

test('bindings: only to roles one holds, or with the verb bind', async () => {
  const table = tableFor('', "get '' pods");
  table.putRole({ metadata: { name: 'admin' }, rules: [rule('* * *')] });
  const to = (kind: string, ref: string, namespace = 'dev'): Write => ({
    resource: namespace === '' ? 'clusterrolebindings' : 'rolebindings',
    namespace,
    object: binding('b', kind, ref),
  });
  assert.equal(await write(table, to('ClusterRole', 'bobs')), '');
  assert.equal(await write(table, to('ClusterRole', 'bobs', '')), '');
  assert.match(
    await write(table, to('ClusterRole', 'admin')),
    /^403 rolebindings\.rbac\.authorization\.k8s\.io "b" is/,
  );
  assert.equal(await write(table, to('ClusterRole', 'gone')), `404 clusterroles.${GROUP} "gone" not found`);
  assert.equal(await write(table, to('Role', 'gone')), `404 roles.${GROUP} "gone" not found`);
  assert.equal(
    await write(table, to('Other', 'x')),
    '500 Internal error occurred: unsupported role reference kind: "Other"',
  );
  const binder = tableFor('', `bind ${GROUP} clusterroles admin,gone`);
  assert.equal(await write(binder, to('ClusterRole', 'gone')), '', 'with bind the role need not be there');
  assert.match(await write(binder, to('Role', 'gone')), /^404/);
  assert.equal(
    await write(table, { resource: 'rolebindings', namespace: 'dev', object: { metadata: {} } }),
    '500 Internal error occurred: unsupported role reference kind: ""',
  );
});

test('aggregation: the rules of the chosen roles, by name, each once', () => {
  const labelled = (name: string, label: string, ...rules: string[]) => ({
    metadata: { name, labels: { [label]: 'true' } },
    rules: rules.map(rule),
  });
  const all = [
    labelled('z', 'a', "get '' pods"),
    labelled('b', 'a', "get '' pods", "list '' nodes"),
    labelled('c', 'x', 'get /x'),
  ];
  const aggregated = (rules: PolicyRule[] | null, ...selectors: object[]) => ({
    metadata: { name: 'sum', labels: { a: 'true' } },
    rules,
    aggregationRule: { clusterRoleSelectors: selectors },
  });
  const byA = { matchLabels: { a: 'true' } };
  const expected = ["get '' pods", "list '' nodes"].map(rule);
  assert.deepEqual(aggregatedRules(aggregated(null, byA), all), expected);
  assert.equal(aggregatedRules(aggregated(expected, byA), all), null);
  assert.deepEqual(
    aggregatedRules(aggregated(expected, byA, { matchExpressions: [{ key: 'x', operator: 'Exists' }] }), all),
    [...expected, rule('get /x')],
  );
  assert.equal(aggregatedRules(labelled('b', 'a'), all), null);
  assert.equal(
    typeof aggregatedRules(aggregated(null, { matchExpressions: [{ key: 'x', operator: 'Bad' }] }), all),
    'string',
  );
});

test('the default edit role holds what its parts hold', () => {
  const { clusterRoles } = bootstrapPolicy();
  const objects = clusterRoles.map((one) => ({
    metadata: { name: one.name, labels: one.extraLabels },
    rules: one.rules,
    aggregationRule:
      one.aggregate === null
        ? null
        : { clusterRoleSelectors: one.aggregate.map((s) => ({ matchLabels: { ...s.matchLabels } })) },
  }));
  const edit = aggregatedRules(objects.find((one) => one.metadata.name === 'edit')!, objects);
  assert.ok(Array.isArray(edit));
  const part = clusterRoles.find((one) => one.name === 'system:aggregate-to-edit')!;
  assert.equal(covers(edit, part.rules ?? []).covered, true);
});
