/** Checks that validating and mutating policies and their bindings share. */
import type { MatchCondition, MatchResources, ParamKind, ParamRef, Variable } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { formatLabelSelector, validateLabelSelector } from '../../meta/label-selector.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems, pathSegmentNameProblems } from '../../meta/names.ts';
import { addProblems, checkRequiredOneOf } from '../field-rules.ts';
import { checkListed } from '../number-rules.ts';
import { UNSET } from '../printing.ts';
import { checkMatchConditions } from './match-conditions.ts';
import { checkMatchResources, FAILURE_POLICIES } from './rules.ts';

interface PolicySpec {
  readonly failurePolicy?: string;
  readonly paramKind?: ParamKind;
  readonly matchConstraints?: MatchResources;
  readonly matchConditions?: MatchCondition[];
  readonly variables?: Variable[];
}

export function checkPolicy(errors: FieldError[], spec: PolicySpec): void {
  checkRequiredOneOf(errors, 'spec.failurePolicy', spec.failurePolicy, FAILURE_POLICIES);
  if (spec.paramKind !== undefined) checkParamKind(errors, 'spec.paramKind', spec.paramKind);
  if (spec.matchConstraints === undefined) {
    errors.push(required('spec.matchConstraints'));
  } else {
    checkMatchResources(errors, 'spec.matchConstraints', spec.matchConstraints);
    if ((spec.matchConstraints.resourceRules ?? []).length === 0)
      errors.push(required('spec.matchConstraints.resourceRules'));
  }
  checkMatchConditions(errors, 'spec.matchConditions', spec.matchConditions);
  (spec.variables ?? []).forEach(({ name = '', expression = '' }, i) => {
    const field = `spec.variables[${i}]`;
    if (name.trim() === '') errors.push(required(`${field}.name`, 'name is not specified'));
    else if (!isCelIdentifier(name))
      errors.push(invalidValue(`${field}.name`, name, 'name is not a valid CEL identifier'));
    if (expression.trim() === '') errors.push(required(`${field}.expression`, 'expression is not specified'));
  });
}

function checkParamKind(errors: FieldError[], field: string, { apiVersion = '', kind = '' }: ParamKind): void {
  const parts = apiVersion.split('/');
  const [group, version] = parts.length === 1 ? ['', apiVersion] : [parts[0] ?? '', parts[1] ?? ''];
  const at = `${field}.apiVersion`;
  if (apiVersion === '') {
    errors.push(required(at));
  } else if (parts.length > 2) {
    errors.push(invalidValue(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    const groupProblems = group === '' ? [] : dns1123SubdomainProblems(group);
    if (groupProblems.length > 0) errors.push(invalidValue(at, group, groupProblems.join(',')));
    const versionProblems = dns1035LabelProblems(version);
    if (version === '') errors.push(invalidValue(at, apiVersion, 'version must be specified'));
    else if (versionProblems.length > 0) errors.push(invalidValue(at, version, versionProblems.join(',')));
  }
  const kindProblems = dns1035LabelProblems(kind.toLowerCase());
  if (kind === '') errors.push(required(`${field}.kind`));
  else if (kindProblems.length > 0) {
    const text = `may have mixed case, but should otherwise match: ${kindProblems.join(',')}`;
    errors.push(invalidValue(`${field}.kind`, kind, text));
  }
}

interface BindingSpec {
  readonly policyName?: string;
  readonly paramRef?: ParamRef;
  readonly matchResources?: MatchResources;
}

export function checkBinding(errors: FieldError[], spec: BindingSpec): void {
  const { policyName = '' } = spec;
  if (policyName === '') errors.push(required('spec.policyName'));
  else addProblems(errors, 'spec.policyName', policyName, dns1123SubdomainProblems(policyName));
  if (spec.paramRef !== undefined) checkParamRef(errors, 'spec.paramRef', spec.paramRef);
  checkMatchResources(errors, 'spec.matchResources', spec.matchResources);
}

function checkParamRef(errors: FieldError[], field: string, reference: ParamRef): void {
  const { name = '', selector, parameterNotFoundAction: action } = reference;
  const both = 'name and selector are mutually exclusive';
  if (name !== '') {
    addProblems(errors, `${field}.name`, name, pathSegmentNameProblems(name));
    if (selector !== undefined) errors.push(forbiddenField(`${field}.name`, both));
  }
  if (selector !== undefined) {
    errors.push(...validateLabelSelector(selector, `${field}.selector`));
    if (name !== '') errors.push(forbiddenField(`${field}.selector`, both));
  }
  if (name === '' && selector === undefined) errors.push(required(field, 'one of name or selector must be specified'));
  if (action === undefined || action === '') errors.push(required(`${field}.parameterNotFoundAction`));
  else checkListed(errors, `${field}.parameterNotFoundAction`, action, ['Deny', 'Allow']);
}

const CEL_RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

function isCelIdentifier(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !CEL_RESERVED.has(name);
}

export function paramKindText(kind: ParamKind | undefined): string {
  return kind === undefined ? UNSET : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`;
}

/** `ns/name`, a name in any namespace, or a selector. */
export function paramRefText(reference: ParamRef | undefined): string {
  if (reference === undefined) return UNSET;
  if (reference.name) return `${reference.namespace || '*'}/${reference.name}`;
  return reference.selector === undefined ? UNSET : formatLabelSelector(reference.selector);
}
