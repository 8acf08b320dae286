/** The rbac.authorization.k8s.io/v1 shapes that authorizers read, and the generated default roles' form. */

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
}

export interface LabelSelectorText {
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** A Role, or with namespace null a ClusterRole. */
export interface BootstrapRole {
  readonly name: string;
  readonly namespace: string | null;
  /** Beyond the policy's common labels. */
  readonly extraLabels: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[] | null;
  /** Only cluster roles: selectors of the roles whose rules are gathered. */
  readonly aggregate: readonly LabelSelectorText[] | null;
}

/** A RoleBinding, or with namespace null a ClusterRoleBinding. */
export interface BootstrapBinding {
  readonly name: string;
  readonly namespace: string | null;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

export interface BootstrapPolicy {
  /** On every object. */
  readonly commonLabels: Readonly<Record<string, string>>;
  /** On every object. */
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly clusterRoles: readonly BootstrapRole[];
  readonly clusterRoleBindings: readonly BootstrapBinding[];
  readonly roles: readonly BootstrapRole[];
  readonly roleBindings: readonly BootstrapBinding[];
}
