/** Validation of `resources` of containers and pods. */

import { getOwn } from '../../base/own.ts';
import type { ResourceClaim, ResourceRequirements } from '../../generated/interfaces.ts';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../meta/field-error.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import { compareQuantities, parseQuantity } from '../../meta/quantity.ts';
import { addProblems } from '../field-rules.ts';
import {
  checkContainerResourceName,
  checkResourceName,
  checkResourceQuantity,
  isHugePages,
  isHugePagesMultiple,
  isOvercommitAllowed,
} from './resource-names.ts';

/** `claimNames`: names in spec.resourceClaims. `pod`: these are the pod's own resources. */
export function checkResources(
  errors: FieldError[],
  field: string,
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  pod = false,
): void {
  if (resources === undefined) return;
  const { limits = {}, requests = {} } = resources;
  for (const name in limits) checkAmount(errors, `${field}.limits[${name}]`, name, limits[name]!, pod);
  for (const name in requests) {
    checkAmount(errors, `${field}.requests[${name}]`, name, requests[name]!, pod);
    checkAgainstLimit(errors, field, name, requests[name]!, getOwn(limits, name));
  }
  if (hasHugePages(limits) || hasHugePages(requests)) {
    const anchored = 'cpu' in limits || 'memory' in limits || 'cpu' in requests || 'memory' in requests;
    if (!anchored) errors.push(forbiddenField(field, 'HugePages require cpu or memory'));
  }
  if (resources.claims !== undefined) checkClaims(errors, `${field}.claims`, resources.claims, claimNames);
}

const POD_RESOURCES = ['cpu', 'hugepages-', 'memory'];

function checkAmount(errors: FieldError[], field: string, name: string, text: string, pod: boolean): void {
  if (!pod) {
    checkContainerResourceName(errors, field, name);
  } else if (checkResourceName(errors, field, name) && name !== 'cpu' && name !== 'memory' && !isHugePages(name)) {
    errors.push(notSupported(field, name, POD_RESOURCES));
  }
  checkResourceQuantity(errors, field, name, text);
  if (isHugePages(name) && !isHugePagesMultiple(name, text)) {
    errors.push(invalidValue(field, text, `${text} is not positive integer multiple of ${name}`));
  }
}

function checkAgainstLimit(
  errors: FieldError[],
  field: string,
  name: string,
  request: string,
  limit: string | undefined,
): void {
  if (limit === undefined) {
    if (!isOvercommitAllowed(name))
      errors.push(required(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
    return;
  }
  if (request === limit) return;
  const [asked, allowed] = [parseQuantity(request), parseQuantity(limit)];
  if (asked === null || allowed === null) return;
  const order = compareQuantities(asked, allowed);
  if (order !== 0 && !isOvercommitAllowed(name)) {
    errors.push(invalidValue(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    errors.push(invalidValue(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

function hasHugePages(list: Record<string, string>): boolean {
  for (const name in list) if (isHugePages(name)) return true;
  return false;
}

function checkClaims(
  errors: FieldError[],
  field: string,
  claims: readonly ResourceClaim[],
  names: ReadonlySet<string>,
): void {
  const whole = new Set<string>();
  const parts = new Set<string>();
  const inParts = new Set<string>();
  let known: string | null = null;
  claims.forEach(({ name, request = '' }, i) => {
    const at = `${field}[${i}]`;
    if (!name) {
      errors.push(required(at));
      return;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (request !== '') addProblems(errors, `${at}.request`, request, dns1123LabelProblems(request));
    if (whole.has(name)) errors.push(duplicate(at, name));
    else if (parts.has(key)) errors.push(duplicate(at, key));
    else if (request === '' && inParts.has(name)) errors.push(duplicate(at, name));
    if (request === '') whole.add(name);
    else {
      parts.add(key);
      inParts.add(name);
    }
    if (names.has(name)) return;
    known ??= knownNames(names);
    errors.push(unknownClaim(at, name, known));
  });
}

function knownNames(names: ReadonlySet<string>): string {
  return names.size === 0 ? ' which is empty' : `: ${[...names].sort().join(', ')}`;
}

function unknownClaim(field: string, name: string, known: string): FieldError {
  return {
    type: 'FieldValueNotFound',
    field,
    value: name,
    detail: `must be one of the names in pod.spec.resourceClaims${known}`,
  };
}
