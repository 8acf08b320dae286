import type { ClusterRole } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { selectorOfObject, validateLabelSelector } from '../../meta/label-selector.ts';
import { nameIsPathSegment } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkRules } from './rules.ts';

export const clusterRoles = behavior<ClusterRole>({
  repeatsMetadataChecks: true,
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  validate: (role) => validate(role, false),
  validateUpdate: (role, old) => validate(role, hasInvalidSelector(old)),
});

const SELECTORS = 'aggregationRule.clusterRoleSelectors';

function validate(role: Stored<ClusterRole>, allowInvalidValues: boolean): FieldError[] {
  const errors: FieldError[] = [];
  checkRules(errors, role.rules ?? [], false);
  if (role.aggregationRule === undefined) return errors;
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    errors.push(required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  selectors.forEach((selector, i) => {
    errors.push(...validateLabelSelector(selector, `${SELECTORS}[${i}]`, { allowInvalidValues }));
    if (typeof selectorOfObject(selector) === 'string') {
      errors.push(invalidValue(`${SELECTORS}[${i}]`, null, 'invalid label selector.'));
    }
  });
  return errors;
}

function hasInvalidSelector(role: Stored<ClusterRole>): boolean {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  return selectors.some((selector) => validateLabelSelector(selector, '').length > 0);
}
