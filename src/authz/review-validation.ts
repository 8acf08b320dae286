/** What is wrong with an access review. Texts and field paths are upstream's. */
import { type FieldError, forbiddenField, invalidValue, required } from '../meta/field-error.ts';
import { labelValueProblems, qualifiedNameProblems } from '../meta/names.ts';
import type { ObjectMeta } from '../meta/object.ts';

export interface SelectorRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

export interface SelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly SelectorRequirement[];
}

export interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly fieldSelector?: SelectorAttributes;
  readonly labelSelector?: SelectorAttributes;
}

export interface NonResourceAttributes {
  readonly path?: string;
  readonly verb?: string;
}

/** Spec of the access reviews; the self review has no subject. */
export interface AccessReviewSpec {
  readonly resourceAttributes?: ResourceAttributes | null;
  readonly nonResourceAttributes?: NonResourceAttributes | null;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type ReviewKind = 'self' | 'subject' | 'local';

export function validateAccessReview(kind: ReviewKind, spec: AccessReviewSpec, metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const resource = spec.resourceAttributes ?? null;
  const path = spec.nonResourceAttributes ?? null;
  if (resource !== null && path !== null) {
    const text = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalidValue('spec.nonResourceAttributes', pathValue(path), text));
  }
  if (resource === null && path === null) {
    const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalidValue('spec.resourceAttributes', null, text));
  }
  if (kind !== 'self' && (spec.user ?? '') === '' && (spec.groups ?? []).length === 0) {
    errors.push(invalidValue('spec.user', '', 'at least one of user or group must be specified'));
  }
  validateSelector('fieldSelector', resource?.fieldSelector, errors);
  validateSelector('labelSelector', resource?.labelSelector, errors);
  if (!isEmptyMeta(metadata, kind === 'local')) {
    const text = kind === 'local' ? 'must be empty except for namespace' : 'must be empty';
    errors.push(invalidValue('metadata', metadata, text));
  }
  if (kind === 'local') validateLocal(resource, path, metadata.namespace ?? '', errors);
  return errors;
}

function validateLocal(
  resource: ResourceAttributes | null,
  path: NonResourceAttributes | null,
  namespace: string,
  errors: FieldError[],
): void {
  if (resource !== null && (resource.namespace ?? '') !== namespace) {
    const field = 'spec.resourceAttributes.namespace';
    errors.push(invalidValue(field, resource.namespace ?? '', 'must match metadata.namespace'));
  }
  if (path !== null) {
    errors.push(invalidValue('spec.nonResourceAttributes', pathValue(path), 'disallowed on this kind of request'));
  }
}

/** Upstream prints its internal structure, whose fields are capitalized. */
function pathValue(attributes: NonResourceAttributes): unknown {
  return { Path: attributes.path ?? '', Verb: attributes.verb ?? '' };
}

function validateSelector(
  name: 'fieldSelector' | 'labelSelector',
  selector: SelectorAttributes | undefined,
  errors: FieldError[],
): void {
  if (selector === undefined || selector === null) return;
  const field = `spec.resourceAttributes.${name}`;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    errors.push(
      invalidValue(`${field}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'),
    );
  }
  if (rawSelector === '' && requirements.length === 0) {
    errors.push(
      required(`${field}.requirements`, `when ${field} is specified, requirements or rawSelector is required`),
    );
  }
  requirements.forEach((requirement, i) => {
    validateRequirement(name, requirement, `${field}.requirements[${i}]`, errors);
  });
}

/** Unknown operators are let through: clients newer than the server may ask with them, and they are passed over. */
function validateRequirement(
  name: 'fieldSelector' | 'labelSelector',
  requirement: SelectorRequirement,
  field: string,
  errors: FieldError[],
): void {
  const { key = '', operator = '', values = [] } = requirement;
  if (name === 'fieldSelector' && key === '') errors.push(required(`${field}.key`, 'must be specified'));
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    errors.push(forbiddenField(`${field}.values`, text));
  }
  if (name === 'fieldSelector') return;
  for (const problem of qualifiedNameProblems(key)) errors.push(invalidValue(`${field}.key`, key, problem));
  values.forEach((value, i) => {
    for (const problem of labelValueProblems(value)) {
      errors.push(invalidValue(`${field}.values[${i}]`, value, problem));
    }
  });
}

function isEmptyMeta(metadata: ObjectMeta, namespaceAllowed: boolean): boolean {
  for (const [key, value] of Object.entries(metadata)) {
    if (key === 'managedFields' || (key === 'namespace' && namespaceAllowed)) continue;
    if (value === null || value === undefined || value === '' || value === 0) continue;
    if (typeof value !== 'object' || Object.keys(value).length > 0) return false;
  }
  return true;
}
