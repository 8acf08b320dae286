import type { VolumeAttributesClass } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, required } from '../../meta/field-error.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkParameters, checkProvisioner, classNameText } from './driver-rules.ts';

export const volumeAttributesClasses = behavior<VolumeAttributesClass>({
  repeatsMetadataChecks: true,
  deleteReturnsObject: true,
  validate(object) {
    const errors: FieldError[] = [];
    checkProvisioner(errors, 'driverName', object.driverName);
    if (Object.keys(object.parameters ?? {}).length === 0) {
      errors.push(required('parameters', 'must contain at least one key/value pair'));
    }
    checkParameters(errors, object.parameters);
    return errors;
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    if (object.driverName !== old.driverName)
      errors.push(forbiddenField('driverName', 'updates to driverName are forbidden.'));
    if (!deepEqual(object.parameters ?? {}, old.parameters ?? {})) {
      errors.push(forbiddenField('parameters', 'updates to parameters are forbidden.'));
    }
    return errors;
  },
  printer: printer([NAME, column('DriverName', 'string', 'Driver of the volumes.'), AGE], (object, nowMs) => [
    classNameText(object.metadata),
    object.driverName ?? '',
    age(object, nowMs),
  ]),
});
