/** The default roles and bindings: made when missing, and topped up while their annotation allows it. */
import type { KubeObject } from '../../meta/object.ts';
import type {
  BootstrapBinding,
  BootstrapPolicy,
  BootstrapRole,
  LabelSelectorText,
  PolicyRule,
  RoleRef,
  Subject,
} from '../../meta/rbac-types.ts';
import { deepEqual } from '../../schema/equal.ts';
import { missingRules } from '../rbac/covers.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export const AUTOUPDATE_ANNOTATION = 'rbac.authorization.kubernetes.io/autoupdate';

const API_VERSION = 'rbac.authorization.k8s.io/v1';

/** All default objects, roles before the bindings that name them. */
export function rbacObjects(policy: BootstrapPolicy): KubeObject[] {
  return [
    ...policy.clusterRoles.map((role) => roleObject(policy, role)),
    ...policy.clusterRoleBindings.map((binding) => bindingObject(policy, binding)),
    ...policy.roles.map((role) => roleObject(policy, role)),
    ...policy.roleBindings.map((binding) => bindingObject(policy, binding)),
  ];
}

export function reconcileRbac(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing === null) return create(desired);
  if (existing.metadata.annotations?.[AUTOUPDATE_ANNOTATION] === 'false') return null;
  return 'roleRef' in desired ? reconcileBinding(existing, desired) : reconcileRole(existing, desired);
}

function reconcileRole(existing: KubeObject, desired: KubeObject): Reconciled {
  const have = rulesOf(existing);
  const missing = missingRules(have, rulesOf(desired));
  const selectors = selectorsOf(existing);
  const missingSelectors = selectorsOf(desired).filter((wanted) => !selectors.some((s) => deepEqual(s, wanted)));
  const metadata = withDefaults(existing, desired);
  if (missing.length === 0 && missingSelectors.length === 0 && metadata === null) return null;
  const object: KubeObject = { ...existing, metadata: metadata ?? existing.metadata };
  if (missing.length > 0) object['rules'] = [...have, ...missing];
  if (missingSelectors.length > 0)
    object['aggregationRule'] = { clusterRoleSelectors: [...selectors, ...missingSelectors] };
  return update(object);
}

/** A role reference is immutable: another one needs another object. */
function reconcileBinding(existing: KubeObject, desired: KubeObject): Reconciled {
  if (!sameRoleRef(existing['roleRef'] as RoleRef, desired['roleRef'] as RoleRef))
    return { write: 'replace', object: desired };
  const have = subjectsOf(existing);
  const missing = subjectsOf(desired).filter((wanted) => !have.some((subject) => sameSubject(subject, wanted)));
  const metadata = withDefaults(existing, desired);
  if (missing.length === 0 && metadata === null) return null;
  return update({ ...existing, metadata: metadata ?? existing.metadata, subjects: [...have, ...missing] });
}

/** Adds labels and annotations that are missing; changed ones stay. Null: all are there. */
function withDefaults(existing: KubeObject, desired: KubeObject): KubeObject['metadata'] | null {
  const { labels = {}, annotations = {} } = existing.metadata;
  const wantedLabels = desired.metadata.labels ?? {};
  const wantedAnnotations = desired.metadata.annotations ?? {};
  const complete =
    Object.keys(wantedLabels).every((key) => Object.hasOwn(labels, key)) &&
    Object.keys(wantedAnnotations).every((key) => Object.hasOwn(annotations, key));
  if (complete) return null;
  return {
    ...existing.metadata,
    labels: { ...wantedLabels, ...labels },
    annotations: { ...wantedAnnotations, ...annotations },
  };
}

function roleObject(policy: BootstrapPolicy, role: BootstrapRole): KubeObject {
  const object: KubeObject = {
    apiVersion: API_VERSION,
    kind: role.namespace === null ? 'ClusterRole' : 'Role',
    metadata: metadataOf(policy, role.name, role.namespace, role.extraLabels),
  };
  if (role.rules !== null) object['rules'] = role.rules;
  if (role.aggregate !== null) object['aggregationRule'] = { clusterRoleSelectors: role.aggregate };
  return object;
}

function bindingObject(policy: BootstrapPolicy, binding: BootstrapBinding): KubeObject {
  const object: KubeObject = {
    apiVersion: API_VERSION,
    kind: binding.namespace === null ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: metadataOf(policy, binding.name, binding.namespace, {}),
  };
  if (binding.subjects.length > 0) object['subjects'] = binding.subjects;
  object['roleRef'] = binding.roleRef;
  return object;
}

function metadataOf(
  policy: BootstrapPolicy,
  name: string,
  namespace: string | null,
  extraLabels: Readonly<Record<string, string>>,
): KubeObject['metadata'] {
  const labels = { ...policy.commonLabels, ...extraLabels };
  const annotations = { ...policy.commonAnnotations };
  return namespace === null ? { name, labels, annotations } : { name, namespace, labels, annotations };
}

function rulesOf(object: KubeObject): readonly PolicyRule[] {
  return (object['rules'] as PolicyRule[] | null | undefined) ?? [];
}

function selectorsOf(object: KubeObject): readonly LabelSelectorText[] {
  return (
    (object['aggregationRule'] as { clusterRoleSelectors?: LabelSelectorText[] } | undefined)?.clusterRoleSelectors ??
    []
  );
}

function subjectsOf(object: KubeObject): readonly Subject[] {
  return (object['subjects'] as Subject[] | undefined) ?? [];
}

function sameRoleRef(a: RoleRef, b: RoleRef): boolean {
  return a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
}

function sameSubject(a: Subject, b: Subject): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.apiGroup ?? '') === (b.apiGroup ?? '') &&
    (a.namespace ?? '') === (b.namespace ?? '')
  );
}
