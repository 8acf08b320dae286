import type { ResourceClaimTemplate } from '../../generated/interfaces.ts';
import type { FieldError } from '../../meta/field-error.ts';
import { validateLabels } from '../../meta/label-selector.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutableStruct } from '../field-rules.ts';
import { AGE, age, NAME, printer } from '../printing.ts';
import { checkClaim, defaultClaim } from './device-claim.ts';

export const resourceClaimTemplates = behavior<ResourceClaimTemplate>({
  deleteReturnsObject: true,
  setDefaults: (template) => defaultClaim(template.spec?.spec?.devices),
  validate,
  validateUpdate(template, old) {
    const errors = validate(template);
    checkImmutableStruct(
      errors,
      'spec',
      'io.k8s.api.resource.v1.ResourceClaimTemplateSpec',
      template.spec ?? {},
      old.spec ?? {},
    );
    return errors;
  },
  printer: printer([NAME, AGE], (template, nowMs) => [template.metadata.name ?? '', age(template, nowMs)]),
});

function validate(template: Stored<ResourceClaimTemplate>): FieldError[] {
  const errors: FieldError[] = [];
  validateLabels(template.spec?.metadata?.labels, 'spec.metadata.labels', errors);
  checkClaim(errors, 'spec.spec.devices', template.spec?.spec?.devices ?? {});
  return errors;
}
