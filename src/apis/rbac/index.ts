import type { Behavior, Conversion } from '../../registry/definition.ts';
import { clusterRoleBindings, roleBindings } from './bindings.ts';
import { clusterRoles } from './cluster-role.ts';
import { roles } from './role.ts';

export const rbacBehaviors: Record<string, Behavior> = {
  'rbac.authorization.k8s.io/clusterrolebindings': clusterRoleBindings,
  'rbac.authorization.k8s.io/clusterroles': clusterRoles,
  'rbac.authorization.k8s.io/rolebindings': roleBindings,
  'rbac.authorization.k8s.io/roles': roles,
};

export const rbacConversions: Record<string, Conversion> = {};
