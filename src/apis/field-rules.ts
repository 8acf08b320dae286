/** Small checks that the validations of many kinds are made of. They add to `errors`; fields may be absent whatever their type says. */
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../meta/field-error.ts';
import { qualifiedNameProblems } from '../meta/names.ts';
import { deepEqual } from '../schema/equal.ts';
import { sameValues } from './semantic.ts';

export const IMMUTABLE_TEXT = 'field is immutable';

/** One error per problem. */
export function addProblems(errors: FieldError[], field: string, value: unknown, problems: readonly string[]): void {
  for (const problem of problems) errors.push(invalidValue(field, value, problem));
}

/** Required, and then of a certain format. */
export function checkText(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  problems: (value: string) => readonly string[],
): void {
  if (value === undefined || value === '') errors.push(required(field));
  else addProblems(errors, field, value, problems(value));
}

/** An absent value passes. */
export function checkOneOf(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(field, value, supported));
}

export function checkRequiredOneOf(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value === undefined || value === '') errors.push(required(field));
  else checkOneOf(errors, field, value, supported);
}

export function checkImmutable(errors: FieldError[], field: string, value: unknown, old: unknown): void {
  if (!deepEqual(value, old)) errors.push(invalidValue(field, value ?? null, IMMUTABLE_TEXT));
}

/** Of a struct: what Go writes for an absent field (`{}`, null, '') equals its absence. */
export function checkImmutableStruct(
  errors: FieldError[],
  field: string,
  typeName: string,
  value: unknown,
  old: unknown,
): void {
  if (!sameValues(typeName, value, old)) errors.push(invalidValue(field, value ?? {}, IMMUTABLE_TEXT));
}

/** Every value but the first of its kind is a duplicate. `at` names the place of item i. */
export function checkUnique(
  errors: FieldError[],
  values: readonly (string | undefined)[],
  at: (index: number) => string,
): void {
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (value === undefined || value === '') return;
    if (seen.has(value)) errors.push(duplicate(at(i), value));
    seen.add(value);
  });
}

interface ConditionLike {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
  readonly observedGeneration?: number;
}

const CONDITION_STATUSES = ['True', 'False', 'Unknown'];
const REASON_PATTERN = /^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const REASON_TEXT =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";

/** metav1.Condition lists. */
export function checkConditions(
  errors: FieldError[],
  field: string,
  conditions: readonly ConditionLike[] | undefined,
): void {
  if (conditions === undefined) return;
  conditions.forEach((condition, i) => {
    checkCondition(errors, `${field}[${i}]`, condition);
  });
  checkUnique(
    errors,
    conditions.map((c) => c.type),
    (i) => `${field}[${i}].type`,
  );
}

function checkCondition(errors: FieldError[], field: string, condition: ConditionLike): void {
  checkText(errors, `${field}.type`, condition.type, qualifiedNameProblems);
  checkOneOf(errors, `${field}.status`, condition.status ?? '', CONDITION_STATUSES);
  if ((condition.observedGeneration ?? 0) < 0) {
    errors.push(
      invalidValue(
        `${field}.observedGeneration`,
        condition.observedGeneration,
        'must be greater than or equal to zero',
      ),
    );
  }
  if (!condition.lastTransitionTime) errors.push(required(`${field}.lastTransitionTime`, 'must be set'));
  const { reason = '', message = '' } = condition;
  if (reason === '') errors.push(required(`${field}.reason`, 'must be set'));
  else if (reason.length > 1024)
    errors.push({
      type: 'FieldValueTooLong',
      field: `${field}.reason`,
      value: undefined,
      detail: 'may not be more than 1024 bytes',
    });
  else if (!REASON_PATTERN.test(reason)) errors.push(invalidValue(`${field}.reason`, reason, REASON_TEXT));
  if (message.length > 32_768)
    errors.push({
      type: 'FieldValueTooLong',
      field: `${field}.message`,
      value: undefined,
      detail: 'may not be more than 32768 bytes',
    });
}
