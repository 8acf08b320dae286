/** Makes the default roles and bindings from rbac-bootstrap.json, with the default feature gates applied. */
import type {
  BootstrapBinding,
  BootstrapPolicy,
  BootstrapRole,
  LabelSelectorText,
  PolicyRule,
  RoleRef,
  Subject,
} from '../../src/meta/rbac-types.ts';

interface Gated {
  readonly _gate?: string;
  readonly _onByDefault?: boolean;
}

interface InputRole extends Gated {
  readonly name: string;
  readonly namespace?: string;
  readonly extraLabels?: Readonly<Record<string, string>>;
  readonly rules: readonly (PolicyRule & Gated)[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors: readonly LabelSelectorText[] };
}

interface InputBinding extends Gated {
  readonly name: string;
  readonly namespace?: string;
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

export interface RbacInput {
  readonly _about: {
    readonly commonMetadata: {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };
  };
  readonly clusterRoles: readonly InputRole[];
  readonly controllerClusterRoles: readonly InputRole[];
  readonly clusterRoleBindings: readonly InputBinding[];
  readonly controllerClusterRoleBindings: readonly InputBinding[];
  readonly roles: readonly InputRole[];
  readonly roleBindings: readonly InputBinding[];
}

export function buildRbac(input: RbacInput): BootstrapPolicy {
  const common = input._about.commonMetadata;
  const role = (from: InputRole): BootstrapRole => ({
    name: from.name,
    namespace: from.namespace ?? null,
    extraLabels: from.extraLabels ?? {},
    rules: from.rules === null ? null : from.rules.filter(isOn).map(withoutGate),
    aggregate: from.aggregationRule?.clusterRoleSelectors ?? null,
  });
  const binding = (from: InputBinding): BootstrapBinding => ({
    name: from.name,
    namespace: from.namespace ?? null,
    roleRef: from.roleRef,
    subjects: from.subjects ?? [],
  });
  return {
    commonLabels: common.labels,
    commonAnnotations: common.annotations,
    clusterRoles: [...input.clusterRoles, ...input.controllerClusterRoles].filter(isOn).map(role),
    clusterRoleBindings: [...input.clusterRoleBindings, ...input.controllerClusterRoleBindings]
      .filter(isOn)
      .map(binding),
    roles: input.roles.filter(isOn).map(role),
    roleBindings: input.roleBindings.filter(isOn).map(binding),
  };
}

function isOn(value: Gated): boolean {
  return value._onByDefault !== false;
}

function withoutGate({ _gate, _onByDefault, ...rule }: PolicyRule & Gated): PolicyRule {
  return rule;
}
