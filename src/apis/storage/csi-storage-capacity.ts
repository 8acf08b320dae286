import type { CSIStorageCapacity } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable, checkImmutableStruct } from '../field-rules.ts';
import { column, NAME, printer, UNSET } from '../printing.ts';

export const csiStorageCapacities = behavior<CSIStorageCapacity>({
  allowUnconditionalUpdate: false,
  validate: (object) => validate(object, false),
  validateUpdate(object, old) {
    const errors = validate(object, validateLabelSelector(old.nodeTopology, '').length > 0);
    checkImmutableStruct(
      errors,
      'nodeTopology',
      'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
      object.nodeTopology,
      old.nodeTopology,
    );
    checkImmutable(errors, 'storageClassName', object.storageClassName, old.storageClassName);
    return errors;
  },
  printer: printer(
    [
      NAME,
      column('StorageClassName', 'string', 'Class of the volumes.'),
      column('Capacity', 'string', 'Bytes that are free for them.'),
    ],
    (object) => [object.metadata.name ?? '', object.storageClassName ?? '', object.capacity ?? UNSET],
  ),
});

function validate(object: Stored<CSIStorageCapacity>, allowInvalidValues: boolean): FieldError[] {
  const errors = validateLabelSelector(object.nodeTopology, 'nodeTopology', { allowInvalidValues });
  const name = object.storageClassName ?? '';
  addProblems(errors, 'storageClassName', name, dns1123SubdomainProblems(name));
  for (const field of ['capacity', 'maximumVolumeSize'] as const) {
    const text = object[field];
    if (text?.startsWith('-')) errors.push(invalidValue(field, text, 'must be greater than or equal to 0'));
  }
  return errors;
}
