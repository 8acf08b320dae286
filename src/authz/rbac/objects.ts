/** What the RBAC authorizer reads of the rbac.authorization.k8s.io/v1 objects. */
import type { LabelSelectorObject } from '../../meta/label-selector.ts';
import type { PolicyRule, RoleRef, Subject } from '../../meta/rbac-types.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export type RoleResource = 'roles' | 'clusterroles';
export type BindingResource = 'rolebindings' | 'clusterrolebindings';

interface RbacMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Role or ClusterRole */
export interface RoleObject {
  readonly metadata: RbacMeta;
  /** Null for an aggregated role that was not filled yet. */
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelectorObject[] } | null;
}

/** RoleBinding or ClusterRoleBinding */
export interface BindingObject {
  readonly metadata: RbacMeta;
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | null;
}
