/**
 * Guards writes of roles and bindings. Upstream does this in the storage of these resources, after mutating admission and
 * before validation, so this is the last step of the mutating phase, though it changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../meta/object.ts';
import type { PolicyRule, RoleRef } from '../../meta/rbac-types.ts';
import { forbidden, internalError, notFound } from '../../meta/status.ts';
import { GROUP_MASTERS } from '../../meta/well-known-users.ts';
import type { Admission, AdmissionAttributes } from '../../registry/admission.ts';
import type { Authorizer } from '../authorizer.ts';
import { escalationProblem } from './escalation.ts';
import { RBAC_GROUP } from './objects.ts';
import { missingRoleText, type RbacSource, resolveRole } from './source.ts';

export interface EscalationCheckOptions {
  readonly source: RbacSource;
  /** The whole chain: it is asked for the verbs `escalate` and `bind`. */
  readonly authorizer: Authorizer;
}

const FULL_AUTHORITY: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

export function createEscalationCheck(options: EscalationCheckOptions): Admission {
  return {
    mutate(attributes) {
      const { operation, object } = attributes;
      if (attributes.group !== RBAC_GROUP || attributes.subresource !== '' || object === null) return undefined;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
      if (attributes.user.groups.includes(GROUP_MASTERS)) return undefined;
      switch (attributes.resource) {
        case 'roles':
        case 'clusterroles':
          return checkRole(options, attributes, object);
        case 'rolebindings':
        case 'clusterrolebindings':
          return checkBinding(options, attributes, object);
        default:
          return undefined;
      }
    },
    validate: null,
  };
}

async function checkRole(
  options: EscalationCheckOptions,
  attributes: AdmissionAttributes,
  role: KubeObject,
): Promise<void> {
  // A create has no name in its path, and a rule with resourceNames must not match it.
  const name = attributes.operation === 'CREATE' ? '' : attributes.name;
  const target = { verb: 'escalate', group: attributes.group, resource: attributes.resource, name };
  if (await isAllowed(options.authorizer, attributes, target)) return;
  if (onlyForGarbageCollection(role, attributes.oldObject)) return;
  refuseEscalation(options.source, attributes, rulesIn(role));
  if (!hasAggregationRule(role) && !hasAggregationRule(attributes.oldObject)) return;
  const { user, namespace } = attributes;
  if (escalationProblem(options.source, user, namespace, FULL_AUTHORITY) !== null) {
    throw refusal(attributes, 'must have cluster-admin privileges to use the aggregationRule');
  }
}

async function checkBinding(
  options: EscalationCheckOptions,
  attributes: AdmissionAttributes,
  binding: KubeObject,
): Promise<void> {
  if (onlyForGarbageCollection(binding, attributes.oldObject)) return;
  const roleRef = roleRefOf(binding);
  if (roleRef.kind === 'ClusterRole' || roleRef.kind === 'Role') {
    const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
    const target = { verb: 'bind', group: roleRef.apiGroup, resource, name: roleRef.name };
    if (await isAllowed(options.authorizer, attributes, target)) return;
  }
  const role = resolveRole(options.source, roleRef, attributes.namespace);
  if (role === undefined) throw missingRole(roleRef);
  refuseEscalation(
    options.source,
    attributes,
    role.rules.map((compiled) => compiled.rule),
  );
}

async function isAllowed(
  authorizer: Authorizer,
  attributes: AdmissionAttributes,
  target: { verb: string; group: string; resource: string; name: string },
): Promise<boolean> {
  const { user, namespace } = attributes;
  const asked = { ...target, user, namespace, isResource: true, version: '*', subresource: '', path: '' };
  return (await authorizer.authorize(asked)).decision === 'allow';
}

function refuseEscalation(source: RbacSource, attributes: AdmissionAttributes, rules: readonly PolicyRule[]): void {
  const problem = escalationProblem(source, attributes.user, attributes.namespace, rules);
  if (problem !== null) throw refusal(attributes, problem);
}

function refusal(attributes: AdmissionAttributes, why: string): Error {
  const { group, resource, object } = attributes;
  return forbidden({ group, resource }, object?.metadata.name ?? '', why);
}

function missingRole(roleRef: RoleRef): Error {
  if (roleRef.kind === 'Role') return notFound({ group: RBAC_GROUP, resource: 'roles' }, roleRef.name);
  if (roleRef.kind === 'ClusterRole') return notFound({ group: RBAC_GROUP, resource: 'clusterroles' }, roleRef.name);
  return internalError(missingRoleText(roleRef, true));
}

/** The garbage collector must be able to finish objects whose rules it could not grant. */
function onlyForGarbageCollection(object: KubeObject, old: KubeObject | null): boolean {
  return old !== null && isDeepStrictEqual(withoutCollectorsFields(object), withoutCollectorsFields(old));
}

function withoutCollectorsFields(object: KubeObject): unknown {
  const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

// Admission runs before validation: the type decoder has checked the fields' types, but required ones may be missing.

function rulesIn(role: KubeObject): PolicyRule[] {
  const rules = (role['rules'] ?? []) as readonly Partial<PolicyRule>[];
  return rules.map((rule) => ({ ...rule, verbs: rule.verbs ?? [] }));
}

function hasAggregationRule(role: KubeObject | null): boolean {
  const rule = role?.['aggregationRule'] as { clusterRoleSelectors?: readonly unknown[] } | null | undefined;
  return (rule?.clusterRoleSelectors?.length ?? 0) > 0;
}

function roleRefOf(binding: KubeObject): RoleRef {
  const { apiGroup = '', kind = '', name = '' } = (binding['roleRef'] ?? {}) as Partial<RoleRef>;
  return { apiGroup, kind, name };
}
