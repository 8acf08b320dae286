/** Checks and columns that roles and bindings share. */
import type { PolicyRule, RoleRef, Subject } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { nameIsDnsSubdomain, pathSegmentNameProblems } from '../../meta/names.ts';
import { deepEqual } from '../../schema/equal.ts';
import type { Stored } from '../behavior.ts';
import { addProblems, checkText } from '../field-rules.ts';
import { checkListed } from '../number-rules.ts';
import { AGE, age, column, NAME, printer, wideColumn } from '../printing.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** `namespaced`: rules of a Role, which cannot speak of paths. */
export function checkRules(errors: FieldError[], rules: readonly PolicyRule[] | undefined, namespaced: boolean): void {
  (rules ?? []).forEach((rule, i) => {
    checkRule(errors, `rules[${i}]`, rule, namespaced);
  });
}

function checkRule(errors: FieldError[], field: string, rule: PolicyRule, namespaced: boolean): void {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if ((rule.verbs ?? []).length === 0) errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const at = `${field}.nonResourceURLs`;
    if (namespaced)
      errors.push(invalidValue(at, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      errors.push(
        invalidValue(at, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'),
      );
    }
    return;
  }
  if (apiGroups.length === 0)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
}

interface Binding {
  roleRef?: RoleRef;
  subjects?: Subject[];
}

/** Users and groups live in the rbac group, service accounts in the core group. */
export function setBindingDefaults(binding: Stored<Binding>): void {
  if (binding.roleRef !== undefined) binding.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}

export function validateBinding(binding: Stored<Binding>, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const reference: Partial<RoleRef> = binding.roleRef ?? {};
  const { apiGroup = '', kind = '' } = reference;
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [RBAC_GROUP]));
  checkListed(errors, 'roleRef.kind', kind, kinds);
  checkText(errors, 'roleRef.name', reference.name, pathSegmentNameProblems);
  (binding.subjects ?? []).forEach((subject, i) => {
    checkSubject(errors, `subjects[${i}]`, subject, namespaced);
  });
  return errors;
}

export function validateBindingUpdate(
  binding: Stored<Binding>,
  old: Stored<Binding>,
  namespaced: boolean,
): FieldError[] {
  const errors = validateBinding(binding, namespaced);
  if (!deepEqual(binding.roleRef, old.roleRef))
    errors.push(invalidValue('roleRef', binding.roleRef ?? {}, 'cannot change roleRef'));
  return errors;
}

function checkSubject(errors: FieldError[], field: string, subject: Subject, namespaced: boolean): void {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  if (name === '') errors.push(required(`${field}.name`));
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') addProblems(errors, `${field}.name`, name, nameIsDnsSubdomain(name, false));
      if (apiGroup !== '') errors.push(notSupported(`${field}.apiGroup`, apiGroup, ['']));
      if (!namespaced && namespace === '') errors.push(required(`${field}.namespace`));
      return;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [RBAC_GROUP]));
      return;
    default:
      checkListed(errors, `${field}.kind`, kind, ['ServiceAccount', 'User', 'Group']);
  }
}

export const bindingPrinter = printer<Stored<Binding>>(
  [
    NAME,
    column('Role', 'string', 'Role that is granted.'),
    AGE,
    wideColumn('Users', 'string', 'Users to whom it is granted.'),
    wideColumn('Groups', 'string', 'Groups to whom it is granted.'),
    wideColumn('ServiceAccounts', 'string', 'Service accounts to whom it is granted.'),
  ],
  (binding, nowMs) => {
    const subjects = binding.subjects ?? [];
    const named = (kind: string): Subject[] => subjects.filter((subject) => subject.kind === kind);
    return [
      binding.metadata.name ?? '',
      `${binding.roleRef?.kind ?? ''}/${binding.roleRef?.name ?? ''}`,
      age(binding, nowMs),
      named('User')
        .map((s) => s.name)
        .join(', '),
      named('Group')
        .map((s) => s.name)
        .join(', '),
      named('ServiceAccount')
        .map((s) => `${s.namespace ?? ''}/${s.name}`)
        .join(', '),
    ];
  },
);
