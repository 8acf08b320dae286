/** Checks and defaults of device claims: the spec of ResourceClaims and of their templates (KEP-4381). */
import type {
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  OpaqueDeviceConfiguration,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required, tooLong, tooMany } from '../../meta/field-error.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../meta/names.ts';
import { addProblems, checkOneOf, checkText, checkUnique } from '../field-rules.ts';
import { checkDriverName } from '../storage/driver-rules.ts';

const REQUESTS_MAX = 32;
const CONSTRAINTS_MAX = 32;
const CONFIG_MAX = 32;
const ALTERNATIVES_MAX = 8;
const SELECTORS_MAX = 32;
const EXPRESSION_BYTES_MAX = 10 * 1024;
const PARAMETERS_BYTES_MAX = 10 * 1024;
const MODES = ['All', 'ExactCount'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const REFERENCE_TEXT =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export function defaultClaim(claim: DeviceClaim | undefined): void {
  for (const request of claim?.requests ?? []) {
    if (request.exactly !== undefined) defaultRequest(request.exactly);
    for (const alternative of request.firstAvailable ?? []) defaultRequest(alternative);
  }
}

function defaultRequest(request: ExactDeviceRequest | DeviceSubRequest): void {
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount' && !request.count) request.count = 1;
  for (const toleration of request.tolerations ?? []) toleration.operator ??= 'Equal';
}

export function checkClaim(errors: FieldError[], field: string, claim: DeviceClaim): void {
  const { constraints = [], config = [] } = claim;
  const requests = claim.requests ?? [];
  const names = requestNames(claim);
  if (withinSize(errors, `${field}.requests`, requests, REQUESTS_MAX)) {
    requests.forEach((request, i) => {
      checkRequest(errors, `${field}.requests[${i}]`, request);
    });
    checkUnique(
      errors,
      requests.map((request) => request.name),
      (i) => `${field}.requests[${i}].name`,
    );
  }
  if (withinSize(errors, `${field}.constraints`, constraints, CONSTRAINTS_MAX)) {
    constraints.forEach((constraint, i) => {
      checkConstraint(errors, `${field}.constraints[${i}]`, constraint, names);
    });
  }
  if (withinSize(errors, `${field}.config`, config, CONFIG_MAX)) {
    config.forEach((entry, i) => {
      checkReferences(errors, `${field}.config[${i}].requests`, entry.requests ?? [], names);
      checkOpaque(errors, `${field}.config[${i}].opaque`, entry.opaque);
    });
  }
}

/** Names that may be referred to: `request` and `request/subrequest`. */
export function requestNames(claim: DeviceClaim | undefined): Set<string> {
  const names = new Set<string>();
  for (const request of claim?.requests ?? []) {
    const { name = '', firstAvailable = [] } = request;
    names.add(name);
    for (const alternative of firstAvailable) names.add(`${name}/${alternative.name ?? ''}`);
  }
  return names;
}

/** False, and an error, when there are too many. */
export function withinSize(errors: FieldError[], field: string, items: readonly unknown[], max: number): boolean {
  if (items.length <= max) return true;
  errors.push(tooMany(field, items.length, max));
  return false;
}

function checkRequest(errors: FieldError[], field: string, request: DeviceRequest): void {
  checkText(errors, `${field}.name`, request.name, dns1123LabelProblems);
  const alternatives = request.firstAvailable ?? [];
  const one = 'exactly one of `exactly` or `firstAvailable` is required';
  if (request.exactly !== undefined && alternatives.length > 0) {
    errors.push(invalidValue(field, null, `${one}, but multiple fields are set`));
  } else if (request.exactly !== undefined) {
    checkExact(errors, `${field}.exactly`, request.exactly);
  } else if (alternatives.length === 0) {
    errors.push(required(field, one));
  } else if (withinSize(errors, `${field}.firstAvailable`, alternatives, ALTERNATIVES_MAX)) {
    alternatives.forEach((alternative, i) => {
      checkText(errors, `${field}.firstAvailable[${i}].name`, alternative.name, dns1123LabelProblems);
      checkExact(errors, `${field}.firstAvailable[${i}]`, alternative);
    });
    checkUnique(
      errors,
      alternatives.map((alternative) => alternative.name),
      (i) => `${field}.firstAvailable[${i}].name`,
    );
  }
}

function checkExact(errors: FieldError[], field: string, request: ExactDeviceRequest | DeviceSubRequest): void {
  const { allocationMode = '', count = 0 } = request;
  checkText(errors, `${field}.deviceClassName`, request.deviceClassName, dns1123SubdomainProblems);
  checkSelectors(errors, `${field}.selectors`, request.selectors ?? []);
  if (!MODES.includes(allocationMode)) errors.push(notSupported(`${field}.allocationMode`, allocationMode, MODES));
  if (allocationMode === 'All' && count !== 0) {
    errors.push(invalidValue(`${field}.count`, count, "must not be specified when allocationMode is 'All'"));
  }
  if (allocationMode === 'ExactCount' && count <= 0)
    errors.push(invalidValue(`${field}.count`, count, 'must be greater than zero'));
  (request.tolerations ?? []).forEach((toleration, i) => {
    checkToleration(errors, `${field}.tolerations[${i}]`, toleration);
  });
}

function checkToleration(errors: FieldError[], field: string, toleration: DeviceToleration): void {
  const { key = '', value = '', operator, effect } = toleration;
  if (key !== '') addProblems(errors, `${field}.key`, key, qualifiedNameProblems(key));
  checkOneOf(errors, `${field}.operator`, operator ?? '', ['Equal', 'Exists']);
  if (key === '' && operator === 'Equal') {
    const text = 'must be `Exists` when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidValue(`${field}.operator`, operator, text));
  }
  if (operator === 'Exists' && value !== '') {
    errors.push(invalidValue(`${field}.value`, value, 'must be empty for operator `Exists`'));
  } else {
    addProblems(errors, `${field}.value`, value, labelValueProblems(value));
  }
  checkOneOf(errors, `${field}.effect`, effect, EFFECTS);
}

/** Whether an expression compiles is not checked here. */
export function checkSelectors(errors: FieldError[], field: string, selectors: readonly DeviceSelector[]): void {
  if (!withinSize(errors, field, selectors, SELECTORS_MAX)) return;
  selectors.forEach(({ cel }, i) => {
    const at = `${field}[${i}].cel`;
    if (cel === undefined) {
      errors.push(required(at));
      return;
    }
    const expression = cel.expression ?? '';
    if (expression === '') errors.push(required(`${at}.expression`));
    if (Buffer.byteLength(expression) > EXPRESSION_BYTES_MAX)
      errors.push(tooLong(`${at}.expression`, EXPRESSION_BYTES_MAX));
  });
}

function checkConstraint(
  errors: FieldError[],
  field: string,
  constraint: DeviceConstraint,
  names: ReadonlySet<string>,
): void {
  const { matchAttribute: match, distinctAttribute: distinct } = constraint;
  checkReferences(errors, `${field}.requests`, constraint.requests ?? [], names);
  if ((match === undefined) === (distinct === undefined)) {
    const text = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    errors.push(required(field, text));
  } else if (match !== undefined) {
    checkQualified(errors, `${field}.matchAttribute`, match);
  } else if (distinct !== undefined) {
    checkQualified(errors, `${field}.distinctAttribute`, distinct);
  }
}

/** `domain/name`, both given. */
function checkQualified(errors: FieldError[], field: string, name: string): void {
  if (name === '') errors.push(required(field, 'name required'));
  else if (!name.includes('/')) errors.push(invalidValue(field, name, 'must include a domain'));
  else addProblems(errors, field, name, dns1123SubdomainProblems(name.slice(0, name.indexOf('/'))));
}

export function checkReferences(
  errors: FieldError[],
  field: string,
  references: readonly string[],
  names: ReadonlySet<string>,
): void {
  if (!withinSize(errors, field, references, REQUESTS_MAX)) return;
  references.forEach((reference, i) => {
    if (!names.has(reference)) errors.push(invalidValue(`${field}[${i}]`, reference, REFERENCE_TEXT));
  });
  checkUnique(errors, references, (i) => `${field}[${i}]`);
}

export function checkOpaque(errors: FieldError[], field: string, opaque: OpaqueDeviceConfiguration | undefined): void {
  if (opaque === undefined) {
    errors.push(required(field));
    return;
  }
  checkDriverName(errors, `${field}.driver`, opaque.driver);
  const { parameters } = opaque;
  const at = `${field}.parameters`;
  if (parameters === undefined || parameters === null) errors.push(required(at));
  else if (typeof parameters !== 'object' || Array.isArray(parameters))
    errors.push(invalidValue(at, parameters, 'must be a valid JSON object'));
  else if (Buffer.byteLength(JSON.stringify(parameters)) > PARAMETERS_BYTES_MAX)
    errors.push(tooLong(at, PARAMETERS_BYTES_MAX));
}
