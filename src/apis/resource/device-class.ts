import type { DeviceClass } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { AGE, age, NAME, printer } from '../printing.ts';
import { checkOpaque, checkSelectors, withinSize } from './device-claim.ts';

const CONFIG_MAX = 32;

export const deviceClasses = behavior<DeviceClass>({
  repeatsMetadataChecks: true,
  generation: 'spec',
  deleteReturnsObject: true,
  validate,
  validateUpdate: validate,
  printer: printer([NAME, AGE], (object, nowMs) => [object.metadata.name ?? '', age(object, nowMs)]),
});

function validate(object: Stored<DeviceClass>): FieldError[] {
  const errors: FieldError[] = [];
  const { selectors = [], config = [], extendedResourceName: name } = object.spec ?? {};
  checkSelectors(errors, 'spec.selectors', selectors);
  if (withinSize(errors, 'spec.config', config, CONFIG_MAX)) {
    config.forEach((entry, i) => {
      checkOpaque(errors, `spec.config[${i}].opaque`, entry.opaque);
    });
  }
  if (name !== undefined && !isExtendedResource(name)) {
    errors.push(invalidValue('spec.extendedResourceName', name, 'must be a valid extended resource name'));
  }
  return errors;
}

/** `example.com/gpu`: qualified, and not of the system's own domains. */
function isExtendedResource(name: string): boolean {
  if (!name.includes('/') || name.startsWith('requests.')) return false;
  const domain = name.slice(0, name.indexOf('/'));
  if (domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io')) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}
