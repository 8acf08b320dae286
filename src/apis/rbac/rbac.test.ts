import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrors, defaulted, objectOf, row, updateErrors } from '../test-support.ts';
import { clusterRoleBindings, roleBindings } from './bindings.ts';
import { clusterRoles } from './cluster-role.ts';
import { missingRules } from './covers.ts';
import { roles } from './role.ts';

const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const roleRef = { kind: 'ClusterRole', name: 'view' };

test('roles: rules must say what they allow', () => {
  const cases: [object, string[]][] = [
    [rule, []],
    [{ ...rule, verbs: [] }, ['rules[0].verbs: Required value: verbs must contain at least one value']],
    [
      { verbs: ['get'], resources: ['pods'] },
      ['rules[0].apiGroups: Required value: resource rules must supply at least one api group'],
    ],
    [
      { verbs: ['get'], nonResourceURLs: ['/x'] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
  ];
  for (const [given, expected] of cases) assert.deepEqual(createErrors(roles, objectOf({ rules: [given] })), expected);
  assert.deepEqual(createErrors(clusterRoles, objectOf({ rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] })), []);
  assert.equal(createErrors(clusterRoles, objectOf({ rules: [{ ...rule, nonResourceURLs: ['/x'] }] })).length, 1);
  assert.equal(createErrors(clusterRoles, objectOf({ aggregationRule: {} })).length, 1);
  assert.deepEqual(roles.validateName('system:controller:x', false), []);
  assert.deepEqual(roles.validateName('a/b', false), ["may not contain '/'"]);
});

test('bindings: subjects and role', () => {
  const subjects = [
    { kind: 'User', name: 'u' },
    { kind: 'ServiceAccount', name: 'sa', namespace: 'n' },
    { kind: 'Group', name: 'g' },
  ];
  const binding = defaulted(roleBindings, objectOf({ subjects, roleRef }));
  assert.deepEqual(createErrors(roleBindings, binding), []);
  assert.deepEqual(createErrors(clusterRoleBindings, binding), []);
  assert.deepEqual(row(roleBindings, binding), ['a', 'ClusterRole/view', '60m', 'u', 'g', 'n/sa']);

  const changed = structuredClone(binding);
  changed['roleRef'] = { ...(binding['roleRef'] as object), name: 'edit' };
  const [error] = updateErrors(roleBindings, changed, binding);
  assert.match(error ?? '', /^roleRef: Invalid value: .*: cannot change roleRef$/);

  const wrong = defaulted(
    clusterRoleBindings,
    objectOf({
      subjects: [
        { kind: 'ServiceAccount', name: 'sa' },
        { kind: 'Robot', name: 'r' },
      ],
      roleRef: { kind: 'Role', name: 'r' },
    }),
  );
  assert.deepEqual(createErrors(clusterRoleBindings, wrong), [
    'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    'subjects[0].namespace: Required value',
    'subjects[1].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
  ]);
  assert.ok(createErrors(roleBindings, objectOf({})).length >= 3);
});

test('covering: wildcards, names, subresources, paths', () => {
  const cases: [object, object, boolean][] = [
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { ...rule, resources: ['pods/log'] }, true],
    [{ ...rule, resources: ['*/log'] }, { ...rule, resources: ['pods/log'] }, true],
    [{ ...rule, resourceNames: ['a'] }, rule, false],
    [rule, { ...rule, resourceNames: ['a'] }, true],
    [rule, { ...rule, verbs: ['*'] }, false],
    [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }, { verbs: ['get'], nonResourceURLs: ['/api/v1'] }, true],
    [{ verbs: ['get'], nonResourceURLs: ['/api'] }, { verbs: ['get'], nonResourceURLs: ['/api/v1'] }, false],
  ];
  for (const [owned, wanted, covered] of cases) {
    assert.equal(
      missingRules([owned as typeof rule], [wanted as typeof rule]).length === 0,
      covered,
      JSON.stringify(wanted),
    );
  }
});
