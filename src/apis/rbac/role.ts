import type { Role } from '../../generated/interfaces.ts';
import type { FieldError } from '../../meta/field-error.ts';
import { nameIsPathSegment } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkRules } from './rules.ts';

export const roles = behavior<Role>({
  repeatsMetadataChecks: true,
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  validate,
  validateUpdate: validate,
});

function validate(role: Stored<Role>): FieldError[] {
  const errors: FieldError[] = [];
  checkRules(errors, role.rules ?? [], true);
  return errors;
}
