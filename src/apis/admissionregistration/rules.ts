/** Rules of webhooks and policies: which requests they see. */
import type { MatchResources, NamedRuleWithOperations, RuleWithOperations } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { type LabelSelectorObject, validateLabelSelector } from '../../meta/label-selector.ts';
import { pathSegmentNameProblems } from '../../meta/names.ts';
import { addProblems, checkOneOf, checkRequiredOneOf } from '../field-rules.ts';

export const FAILURE_POLICIES = ['Fail', 'Ignore'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

export function defaultRules(rules: readonly RuleWithOperations[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*';
}

export function checkRule(errors: FieldError[], field: string, rule: RuleWithOperations): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [] } = rule;
  if (operations.length === 0) errors.push(required(`${field}.operations`));
  checkWildcard(errors, `${field}.operations`, operations, 'operations');
  operations.forEach((operation, i) => {
    checkOneOf(errors, `${field}.operations[${i}]`, operation, OPERATIONS);
  });
  if (apiGroups.length === 0) errors.push(required(`${field}.apiGroups`));
  checkWildcard(errors, `${field}.apiGroups`, apiGroups, 'API groups');
  if (apiVersions.length === 0) errors.push(required(`${field}.apiVersions`));
  checkWildcard(errors, `${field}.apiVersions`, apiVersions, 'API versions');
  apiVersions.forEach((version, i) => {
    if (version === '') errors.push(required(`${field}.apiVersions[${i}]`));
  });
  checkResources(errors, `${field}.resources`, resources);
  checkOneOf(errors, `${field}.scope`, rule.scope, SCOPES);
}

/** `*` stands alone. */
function checkWildcard(errors: FieldError[], field: string, values: readonly string[], what: string): void {
  if (values.length > 1 && values.includes('*')) {
    errors.push(invalidValue(field, values, `if '*' is present, must not specify other ${what}`));
  }
}

/** `pods`, `pods/status`, and with wildcards `*`, `pods/*`, `*\/scale`, `*\/*`; none twice over. */
function checkResources(errors: FieldError[], field: string, resources: readonly string[]): void {
  if (resources.length === 0) errors.push(required(field));
  const allSubresourcesOf = new Set<string>();
  const allResourcesWith = new Set<string>();
  resources.forEach((text, i) => {
    const at = `${field}[${i}]`;
    if (text === '') {
      errors.push(required(at));
      return;
    }
    const slash = text.indexOf('/');
    if (slash < 0) return;
    const resource = text.slice(0, slash);
    const subresource = text.slice(slash + 1);
    if (allSubresourcesOf.has(resource))
      errors.push(invalidValue(at, text, `if '${resource}/*' is present, must not specify ${text}`));
    if (allResourcesWith.has(subresource))
      errors.push(invalidValue(at, text, `if '*/${subresource}' is present, must not specify ${text}`));
    if (subresource === '*') allSubresourcesOf.add(resource);
    if (resource === '*') allResourcesWith.add(subresource);
  });
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && resources.some((text) => text !== '*' && !text.includes('/'))) {
    const text = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(field, resources, text));
  }
}

export function defaultMatchResources(match: MatchResources | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}

export function checkMatchResources(errors: FieldError[], field: string, match: MatchResources | undefined): void {
  if (match === undefined) return;
  checkRequiredOneOf(errors, `${field}.matchPolicy`, match.matchPolicy, MATCH_POLICIES);
  checkSelector(errors, `${field}.namespaceSelector`, match.namespaceSelector);
  checkSelector(errors, `${field}.objectSelector`, match.objectSelector);
  (match.resourceRules ?? []).forEach((rule, i) => {
    checkNamedRule(errors, `${field}.resourceRules[${i}]`, rule);
  });
  (match.excludeResourceRules ?? []).forEach((rule, i) => {
    checkNamedRule(errors, `${field}.excludeResourceRules[${i}]`, rule);
  });
}

function checkSelector(errors: FieldError[], field: string, selector: LabelSelectorObject | undefined): void {
  if (selector === undefined) errors.push(required(field));
  else errors.push(...validateLabelSelector(selector, field));
}

function checkNamedRule(errors: FieldError[], field: string, rule: NamedRuleWithOperations): void {
  const seen = new Set<string>();
  (rule.resourceNames ?? []).forEach((name, i) => {
    const at = `${field}.resourceNames[${i}]`;
    addProblems(errors, at, name, pathSegmentNameProblems(name));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
  });
  checkRule(errors, field, rule);
}
