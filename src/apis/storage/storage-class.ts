import type { StorageClass } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, required } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable, checkOneOf, checkRequiredOneOf, checkText } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkParameters, checkProvisioner, classNameText } from './driver-rules.ts';

export const storageClasses = behavior<StorageClass>({
  deleteReturnsObject: true,
  setDefaults(object) {
    object.reclaimPolicy ??= 'Delete';
    object.volumeBindingMode ??= 'Immediate';
  },
  validate,
  validateUpdate,
  printer: printer(
    [
      NAME,
      column('Provisioner', 'string', 'Driver that makes the volumes.'),
      column('ReclaimPolicy', 'string', 'What becomes of a volume that is no longer claimed.'),
      column('VolumeBindingMode', 'string', 'When volumes are made and bound.'),
      column('AllowVolumeExpansion', 'string', 'Whether volumes may grow.'),
      AGE,
    ],
    (object, nowMs) => [
      classNameText(object.metadata),
      object.provisioner ?? '',
      object.reclaimPolicy ?? 'Delete',
      object.volumeBindingMode ?? 'Immediate',
      object.allowVolumeExpansion ?? false,
      age(object, nowMs),
    ],
  ),
});

function validate(object: Stored<StorageClass>): FieldError[] {
  const errors: FieldError[] = [];
  checkProvisioner(errors, 'provisioner', object.provisioner);
  checkParameters(errors, object.parameters);
  checkOneOf(errors, 'reclaimPolicy', object.reclaimPolicy, ['Delete', 'Retain']);
  checkRequiredOneOf(errors, 'volumeBindingMode', object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
  checkTopologies(errors, object);
  return errors;
}

function validateUpdate(object: Stored<StorageClass>, old: Stored<StorageClass>): FieldError[] {
  const errors: FieldError[] = [];
  if (!deepEqual(object.parameters ?? {}, old.parameters ?? {})) {
    errors.push(forbiddenField('parameters', 'updates to parameters are forbidden.'));
  }
  if (object.provisioner !== old.provisioner) {
    errors.push(forbiddenField('provisioner', 'updates to provisioner are forbidden.'));
  }
  checkImmutable(errors, 'reclaimPolicy', object.reclaimPolicy, old.reclaimPolicy);
  checkImmutable(errors, 'volumeBindingMode', object.volumeBindingMode, old.volumeBindingMode);
  return errors;
}

function checkTopologies(errors: FieldError[], object: Stored<StorageClass>): void {
  const terms = new Set<string>();
  (object.allowedTopologies ?? []).forEach((term, i) => {
    const expressions = term.matchLabelExpressions ?? [];
    const keys = new Set<string>();
    expressions.forEach(({ key = '', values: given }, j) => {
      const values = given ?? [];
      const field = `allowedTopologies[${i}].matchLabelExpressions[${j}]`;
      checkText(errors, `${field}.key`, key, qualifiedNameProblems);
      if (values.length === 0) errors.push(required(`${field}.values`));
      const seen = new Set<string>();
      values.forEach((value, k) => {
        if (seen.has(value)) errors.push(duplicate(`${field}.values[${k}]`, value));
        seen.add(value);
      });
      if (keys.has(key)) errors.push(duplicate(`${field}.key`, key));
      keys.add(key);
    });
    const text = JSON.stringify(expressions.map(({ key, values }) => [key, [...(values ?? [])].sort()]).sort());
    if (terms.has(text)) errors.push(duplicate(`allowedTopologies[${i}].matchLabelExpressions`, ''));
    terms.add(text);
  });
}
