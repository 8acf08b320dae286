/**
 * The roles and bindings in force, indexed for the authorizer: bindings by the users and groups they are for, roles by
 * name. Fed object by object from a watch, so that a change costs what it changes.
 */
import { goQuote } from '../../base/go-text.ts';
import type { PolicyRule, RoleRef, Subject } from '../../meta/rbac-types.ts';
import type { UserInfo } from '../../meta/user.ts';
import { serviceAccountUserName } from '../../meta/well-known-users.ts';
import type { BindingObject, BindingResource, RoleObject, RoleResource } from './objects.ts';
import { type CompiledRule, compileRule } from './rules.ts';

export interface CompiledRole {
  readonly rules: readonly CompiledRule[];
}

export interface CompiledBinding {
  readonly name: string;
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly CompiledSubject[];
}

export interface CompiledSubject {
  readonly subject: Subject;
  /** The user meant; null for a group and for what can be nobody. */
  readonly userName: string | null;
  readonly groupName: string | null;
}

/** Bindings of one namespace, or of the cluster, by subject; each list sorted by name. */
export interface SubjectIndex {
  readonly byUser: ReadonlyMap<string, readonly CompiledBinding[]>;
  readonly byGroup: ReadonlyMap<string, readonly CompiledBinding[]>;
}

/** What the authorizer asks. Cluster-scoped objects are in namespace ''. */
export interface RbacSource {
  role(namespace: string, name: string): CompiledRole | undefined;
  bindings(namespace: string): SubjectIndex | undefined;
}

export interface RbacTable extends RbacSource {
  putRole(role: RoleObject): void;
  putBinding(binding: BindingObject): void;
  remove(resource: RoleResource | BindingResource, namespace: string, name: string): void;
}

interface Scope extends SubjectIndex {
  readonly byUser: Map<string, CompiledBinding[]>;
  readonly byGroup: Map<string, CompiledBinding[]>;
  readonly bindings: Map<string, CompiledBinding>;
  readonly roles: Map<string, CompiledRole>;
}

export function createRbacTable(): RbacTable {
  const scopes = new Map<string, Scope>();

  function scopeOf(namespace: string): Scope {
    let scope = scopes.get(namespace);
    if (scope === undefined) {
      scope = { byUser: new Map(), byGroup: new Map(), bindings: new Map(), roles: new Map() };
      scopes.set(namespace, scope);
    }
    return scope;
  }

  return {
    role: (namespace, name) => scopes.get(namespace)?.roles.get(name),
    bindings: (namespace) => scopes.get(namespace),
    putRole({ metadata, rules }) {
      scopeOf(metadata.namespace ?? '').roles.set(metadata.name ?? '', { rules: (rules ?? []).map(compileRule) });
    },
    putBinding(object) {
      const binding = compileBinding(object);
      const scope = scopeOf(binding.namespace);
      removeBinding(scope, binding.name);
      scope.bindings.set(binding.name, binding);
      for (const { userName, groupName } of binding.subjects) {
        if (userName !== null) insert(scope.byUser, userName, binding);
        if (groupName !== null) insert(scope.byGroup, groupName, binding);
      }
    },
    remove(resource, namespace, name) {
      const scope = scopes.get(namespace);
      if (scope === undefined) return;
      if (resource === 'roles' || resource === 'clusterroles') scope.roles.delete(name);
      else removeBinding(scope, name);
      if (scope.roles.size === 0 && scope.bindings.size === 0) scopes.delete(namespace);
    },
  };
}

/** The rules that a binding made in `bindingNamespace` ('' for a ClusterRoleBinding) refers to. */
export function resolveRole(source: RbacSource, roleRef: RoleRef, bindingNamespace: string): CompiledRole | undefined {
  if (roleRef.kind === 'ClusterRole') return source.role('', roleRef.name);
  // A ClusterRoleBinding cannot mean a Role: in the scope '' there are only cluster roles.
  return roleRef.kind === 'Role' && bindingNamespace !== '' ? source.role(bindingNamespace, roleRef.name) : undefined;
}

/** `plural`: as the roles' own API names the resource; otherwise as the authorizer does. */
export function missingRoleText(roleRef: RoleRef, plural: boolean): string {
  if (roleRef.kind !== 'Role' && roleRef.kind !== 'ClusterRole') {
    return `unsupported role reference kind: ${goQuote(roleRef.kind)}`;
  }
  return `${roleRef.kind.toLowerCase()}${plural ? 's' : ''}.rbac.authorization.k8s.io ${goQuote(roleRef.name)} not found`;
}

/** All bindings of a scope that apply to the user, sorted by name. */
export function bindingsOf(index: SubjectIndex, user: UserInfo): CompiledBinding[] {
  const found = new Set<CompiledBinding>(index.byUser.get(user.name));
  for (const group of user.groups) for (const binding of index.byGroup.get(group) ?? []) found.add(binding);
  return [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All rules that apply to the user, and why some are not known. `plural`: see missingRoleText. */
export function rulesOf(
  source: RbacSource,
  user: UserInfo,
  namespace: string,
  plural: boolean,
): { rules: PolicyRule[]; errors: string[] } {
  const rules: PolicyRule[] = [];
  const errors: string[] = [];
  for (const scope of namespace === '' ? [''] : ['', namespace]) {
    const index = source.bindings(scope);
    if (index === undefined) continue;
    for (const { roleRef } of bindingsOf(index, user)) {
      const role = resolveRole(source, roleRef, scope);
      if (role === undefined) errors.push(missingRoleText(roleRef, plural));
      else for (const compiled of role.rules) rules.push(compiled.rule);
    }
  }
  return { rules, errors };
}

function compileBinding(object: BindingObject): CompiledBinding {
  const { name = '', namespace = '' } = object.metadata;
  const subjects = (object.subjects ?? []).map((subject) => compileSubject(subject, namespace));
  return { name, namespace, roleRef: object.roleRef, subjects };
}

function compileSubject(subject: Subject, bindingNamespace: string): CompiledSubject {
  const nobody: CompiledSubject = { subject, userName: null, groupName: null };
  if (subject.kind === 'User') return { ...nobody, userName: subject.name };
  if (subject.kind === 'Group') return { ...nobody, groupName: subject.name };
  if (subject.kind !== 'ServiceAccount') return nobody;
  const namespace = subject.namespace || bindingNamespace;
  return namespace === '' ? nobody : { ...nobody, userName: serviceAccountUserName(namespace, subject.name) };
}

function insert(lists: Map<string, CompiledBinding[]>, key: string, binding: CompiledBinding): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [binding]);
    return;
  }
  const at = lowerBound(list, binding.name);
  if (list[at] !== binding) list.splice(at, 0, binding);
}

function removeBinding(scope: Scope, name: string): void {
  const binding = scope.bindings.get(name);
  if (binding === undefined) return;
  scope.bindings.delete(name);
  for (const { userName, groupName } of binding.subjects) {
    if (userName !== null) take(scope.byUser, userName, binding);
    if (groupName !== null) take(scope.byGroup, groupName, binding);
  }
}

function take(lists: Map<string, CompiledBinding[]>, key: string, binding: CompiledBinding): void {
  const list = lists.get(key);
  if (list === undefined) return;
  const at = lowerBound(list, binding.name);
  if (list[at] === binding) list.splice(at, 1);
  if (list.length === 0) lists.delete(key);
}

function lowerBound(list: readonly CompiledBinding[], name: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]!.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
