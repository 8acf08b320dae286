/** The RBAC authorizer: allows what a role, bound to the user or to a group of the user, allows. Never denies. */
import { aggregateErrors } from '../../base/aggregate.ts';
import { goQuote } from '../../base/go-text.ts';
import type { UserInfo } from '../../meta/user.ts';
import type { AuthorizationResult, Authorizer } from '../authorizer.ts';
import type { RuleResolver, UserRules } from '../rule-resolver.ts';
import { type RuleRequest, ruleAllows, ruleRequestOf } from './rules.ts';
import {
  type CompiledBinding,
  missingRoleText,
  type RbacSource,
  resolveRole,
  rulesOf,
  type SubjectIndex,
} from './source.ts';

const NO_OPINION: AuthorizationResult = { decision: 'no-opinion', reason: '', error: '' };

export interface RbacOptions {
  readonly source: RbacSource;
}

export function createRbacAuthorizer(options: RbacOptions): Authorizer & RuleResolver {
  const { source } = options;
  return {
    authorize(attributes) {
      const request = ruleRequestOf(attributes);
      const errors: string[] = [];
      const { namespace, user } = attributes;
      let binding = allowingBinding(source, '', request, errors);
      if (binding === null && namespace !== '') binding = allowingBinding(source, namespace, request, errors);
      if (binding !== null)
        return { decision: 'allow', reason: `RBAC: allowed by ${describe(binding, user)}`, error: '' };
      if (errors.length === 0) return NO_OPINION;
      return { decision: 'no-opinion', reason: `RBAC: ${aggregateErrors(errors)}`, error: '' };
    },
    rulesFor(user, namespace): UserRules {
      const { rules, errors } = rulesOf(source, user, namespace, false);
      return {
        resourceRules: rules.filter((rule) => (rule.resources?.length ?? 0) > 0),
        nonResourceRules: rules.filter((rule) => (rule.nonResourceURLs?.length ?? 0) > 0),
        incomplete: false,
        error: aggregateErrors(errors),
      };
    },
  };
}

/** `namespace`: '' for the ClusterRoleBindings. Roles that are missing are told in `errors`. */
function allowingBinding(
  source: RbacSource,
  namespace: string,
  request: RuleRequest,
  errors: string[],
): CompiledBinding | null {
  const index: SubjectIndex | undefined = source.bindings(namespace);
  if (index === undefined) return null;
  const { user } = request.attributes;
  let binding = allowingOf(source, index.byUser.get(user.name), request, errors);
  for (let i = 0; binding === null && i < user.groups.length; i++) {
    binding = allowingOf(source, index.byGroup.get(user.groups[i]!), request, errors);
  }
  return binding;
}

function allowingOf(
  source: RbacSource,
  bindings: readonly CompiledBinding[] | undefined,
  request: RuleRequest,
  errors: string[],
): CompiledBinding | null {
  if (bindings === undefined) return null;
  for (const binding of bindings) {
    const role = resolveRole(source, binding.roleRef, binding.namespace);
    if (role === undefined) errors.push(missingRoleText(binding.roleRef, false));
    else for (const rule of role.rules) if (ruleAllows(rule, request)) return binding;
  }
  return null;
}

/** `ClusterRoleBinding "b" of ClusterRole "r" to Group "g"`; the first of the binding's subjects that applies is told. */
function describe(binding: CompiledBinding, user: UserInfo): string {
  const { name, namespace, roleRef } = binding;
  const what =
    namespace === '' ? `ClusterRoleBinding ${goQuote(name)}` : `RoleBinding ${goQuote(`${name}/${namespace}`)}`;
  return `${what} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${describeSubject(binding, user)}`;
}

function describeSubject(binding: CompiledBinding, user: UserInfo): string {
  for (const { subject, userName, groupName } of binding.subjects) {
    if (userName !== user.name && (groupName === null || !user.groups.includes(groupName))) continue;
    if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${goQuote(subject.name)}`;
    return `ServiceAccount ${goQuote(`${subject.name}/${subject.namespace || binding.namespace}`)}`;
  }
  return '';
}
