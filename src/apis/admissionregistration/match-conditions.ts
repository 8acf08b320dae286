import type { MatchCondition } from '../../generated/interfaces.ts';
import { type FieldError, required, tooMany } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { checkText, checkUnique } from '../field-rules.ts';

const CONDITIONS_MAX = 64;

/** Form only: whether an expression compiles is admission's to say, which has the environment it runs in. */
export function checkMatchConditions(
  errors: FieldError[],
  field: string,
  conditions: readonly MatchCondition[] | undefined,
): void {
  const given = conditions ?? [];
  if (given.length > CONDITIONS_MAX) errors.push(tooMany(field, given.length, CONDITIONS_MAX));
  given.forEach((condition, i) => {
    if ((condition.expression ?? '').trim() === '') errors.push(required(`${field}[${i}].expression`));
    checkText(errors, `${field}[${i}].name`, condition.name, qualifiedNameProblems);
  });
  checkUnique(
    errors,
    given.map((condition) => condition.name),
    (i) => `${field}[${i}].name`,
  );
}
