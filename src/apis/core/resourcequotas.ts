/** resourcequotas */
import type {
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { roundUpQuantities } from './pod-spec-defaults.ts';
import { checkQuotaResourceName, checkResourceQuantity, isQuotaResource } from './resource-names.ts';

const POD_SCOPES: readonly string[] = [
  'Terminating',
  'NotTerminating',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];
const SCOPES: readonly string[] = [...POD_SCOPES, 'BestEffort', 'VolumeAttributesClass'];
const COMPUTE: readonly string[] = [
  'pods',
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];
const EXISTENCE_SCOPES: readonly string[] = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];
const OPPOSITES: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

const status = statusSubresource<ResourceQuota>({
  validateUpdate(quota) {
    const errors: FieldError[] = [];
    checkAmounts(errors, 'status.hard', quota.status?.hard);
    checkAmounts(errors, 'status.used', quota.status?.used);
    return errors;
  },
});

export const resourceQuotas = behavior<ResourceQuota>({
  setDefaults(quota) {
    roundUpQuantities(quota.spec?.hard);
    roundUpQuantities(quota.status?.hard);
    roundUpQuantities(quota.status?.used);
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate(quota, old) {
    const errors = validate(quota);
    const scopes = [...new Set(quota.spec?.scopes ?? [])].sort();
    const was = [...new Set(old.spec?.scopes ?? [])].sort();
    if (!deepEqual(scopes, was))
      errors.push(invalidValue('spec.scopes', quota.spec?.scopes ?? null, 'field is immutable'));
    return errors;
  },
  resetFields: ['status'],
  deleteReturnsObject: true,
  printer: printer<Stored<ResourceQuota>>(
    [
      NAME,
      column('Request', 'string', 'What is used of what may be requested.'),
      column('Limit', 'string', 'What is used of what limits may add up to.'),
      AGE,
    ],
    (quota, nowMs) => [quota.metadata.name ?? '', usageText(quota, false), usageText(quota, true), age(quota, nowMs)],
  ),
  subresources: { status },
});

function usageText({ status: { hard = {}, used = {} } = {} }: Stored<ResourceQuota>, limits: boolean): string {
  const names = Object.keys(hard).filter((name) => name.startsWith('limits.') === limits);
  return names
    .sort()
    .map((name) => `${name}: ${Object.hasOwn(used, name) ? used[name] : '0'}/${hard[name]}`)
    .join(', ');
}

function validate({ spec = {} }: Stored<ResourceQuota>): FieldError[] {
  const errors: FieldError[] = [];
  checkAmounts(errors, 'spec.hard', spec.hard);
  checkScopes(errors, spec);
  checkSelector(errors, spec);
  return errors;
}

function checkAmounts(errors: FieldError[], field: string, list: Record<string, string> | undefined): void {
  for (const name in list) {
    checkQuotaResourceName(errors, `${field}[${name}]`, name);
    checkResourceQuantity(errors, `${field}[${name}]`, name, list[name]!);
  }
}

function checkScopes(errors: FieldError[], spec: ResourceQuotaSpec): void {
  const { scopes = [] } = spec;
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope'));
    for (const name of Object.keys(spec.hard ?? {}).sort()) {
      if (!fits(scope, name)) errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  checkOpposites(errors, scopes, scopes);
}

function checkOpposites(errors: FieldError[], given: readonly string[], scopes: readonly string[]): void {
  for (const [one, other] of OPPOSITES) {
    if (given.includes(one) && given.includes(other))
      errors.push(invalidValue('spec.scopes', scopes, 'conflicting scopes'));
  }
}

/** Scopes pick pods or claims, and can only count what those have. */
function fits(scope: string, resource: string): boolean {
  if (!isQuotaResource(resource)) return true;
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass')
    return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
  return (
    !POD_SCOPES.includes(scope) ||
    COMPUTE.includes(resource) ||
    resource.includes('ephemeral-storage') ||
    resource.includes('hugepages-')
  );
}

function checkSelector(errors: FieldError[], spec: ResourceQuotaSpec): void {
  if (spec.scopeSelector === undefined) return;
  const field = 'spec.scopeSelector.matchExpressions';
  const expressions = spec.scopeSelector.matchExpressions ?? [];
  for (const expression of expressions) {
    const { scopeName = '' } = expression;
    if (!SCOPES.includes(scopeName)) errors.push(invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope'));
    for (const name of Object.keys(spec.hard ?? {}).sort()) {
      if (!fits(scopeName, name))
        errors.push(invalidValue(field, spec.scopeSelector, 'unsupported scope applied to resource'));
    }
    checkExpression(errors, field, expression);
  }
  const names = expressions.map((expression) => expression.scopeName ?? '');
  checkOpposites(errors, names, spec.scopes ?? []);
}

function checkExpression(errors: FieldError[], field: string, expression: ScopedResourceSelectorRequirement): void {
  const { scopeName = '', operator = '', values = [] } = expression;
  if (EXISTENCE_SCOPES.includes(scopeName) && operator !== 'Exists') {
    const text =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalidValue(`${field}.operator`, operator, text));
  }
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(
          required(
            `${field}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        );
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
        errors.push(invalidValue(`${field}.values`, values, text));
      }
      break;
    default:
      errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  }
}
