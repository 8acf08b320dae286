/** Names of compute resources and what they allow (cpu, hugepages-2Mi, example.com/gpu). */
import type { FieldError } from '../../meta/field-error.ts';
import { invalidValue } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { parseQuantity } from '../../meta/quantity.ts';
import { addProblems } from '../field-rules.ts';

const HUGE_PAGES = 'hugepages-';
const NATIVE_DOMAIN = 'kubernetes.io/';

const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED_RESOURCES: ReadonlySet<string> = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const QUOTA_RESOURCES: ReadonlySet<string> = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED_RESOURCES,
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);

export function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

/** Without a domain, or within kubernetes.io. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes(NATIVE_DOMAIN);
}

/** `example.com/gpu`: counted in whole numbers, never overcommitted. */
export function isExtendedResource(name: string): boolean {
  if (isNativeResource(name) || name.startsWith('requests.')) return false;
  // In quotas it is named `requests.<name>`.
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}

export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

export function isQuotaResource(name: string): boolean {
  return QUOTA_RESOURCES.has(name) || isHugePages(name) || name.startsWith(`requests.${HUGE_PAGES}`);
}

function isContainerResource(name: string): boolean {
  return CONTAINER_RESOURCES.has(name) || isHugePages(name);
}

/** A resource name of any kind. */
export function checkResourceName(errors: FieldError[], field: string, name: string): boolean {
  const problems = qualifiedNameProblems(name);
  addProblems(errors, field, name, problems);
  if (problems.length > 0) return false;
  if (name.includes('/') || QUOTA_RESOURCES.has(name) || name === 'storage' || isHugePages(name)) return true;
  errors.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'));
  return false;
}

export function checkContainerResourceName(errors: FieldError[], field: string, name: string): void {
  // The common names need no scan.
  if (CONTAINER_RESOURCES.has(name)) return;
  checkResourceName(errors, field, name);
  if (!name.includes('/')) {
    if (!isContainerResource(name))
      errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalidValue(field, name, "doesn't follow extended resource name standard"));
  }
}

export function checkQuotaResourceName(errors: FieldError[], field: string, name: string): void {
  checkResourceName(errors, field, name);
  if (!name.includes('/') && !isQuotaResource(name)) {
    errors.push(invalidValue(field, name, 'must be a standard resource for quota'));
  }
}

const NANO = 1_000_000_000n;

/** Never negative; whole for what is counted. */
export function checkResourceQuantity(errors: FieldError[], field: string, name: string, text: string): void {
  const quantity = parseQuantity(text);
  if (quantity === null) return;
  if (quantity.nano < 0n) errors.push(invalidValue(field, text, 'must be greater than or equal to 0'));
  if ((COUNTED_RESOURCES.has(name) || isExtendedResource(name)) && quantity.nano % NANO !== 0n) {
    errors.push(invalidValue(field, text, 'must be an integer'));
  }
}

/** `hugepages-2Mi` is asked for in multiples of 2Mi. */
export function isHugePagesMultiple(name: string, text: string): boolean {
  const page = parseQuantity(name.slice(HUGE_PAGES.length));
  const quantity = parseQuantity(text);
  if (page === null || quantity === null || page.nano <= 0n) return false;
  return quantity.nano >= 0n && quantity.nano % page.nano === 0n;
}
