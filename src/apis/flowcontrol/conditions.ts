import { type FieldError, required } from '../../meta/field-error.ts';
import { checkUnique } from '../field-rules.ts';

/** Conditions of flow control kinds need a type of their own, and no more. */
export function checkConditionTypes(conditions: readonly { type?: string }[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const types = (conditions ?? []).map((condition) => condition.type);
  checkUnique(errors, types, (i) => `status.conditions[${i}].type`);
  types.forEach((type, i) => {
    if (type === undefined || type === '') errors.push(required(`status.conditions[${i}].type`, 'must not be empty'));
  });
  return errors;
}
