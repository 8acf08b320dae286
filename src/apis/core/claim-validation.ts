/** Validation of what a PersistentVolumeClaim asks for: also in templates of pods and stateful sets. */
import type {
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
  TypedObjectReference,
} from '../../generated/interfaces.ts';
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  NOTHING_EXPORTED,
  notSupported,
  required,
} from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import { addProblems, checkOneOf } from '../field-rules.ts';
import { checkPositiveQuantity } from '../number-rules.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export function checkClaimSpec(errors: FieldError[], field: string, spec: Partial<PersistentVolumeClaimSpec>): void {
  checkAccessModes(errors, `${field}.accessModes`, spec.accessModes, 'at least 1 access mode is required');
  errors.push(...validateLabelSelector(spec.selector, `${field}.selector`));
  const storage = spec.resources?.requests?.['storage'];
  if (storage === undefined) errors.push(required(`${field}.resources[storage]`));
  else checkPositiveQuantity(errors, `${field}.resources[storage]`, storage);
  checkClassName(errors, `${field}.storageClassName`, spec.storageClassName);
  checkOneOf(errors, `${field}.volumeMode`, spec.volumeMode, VOLUME_MODES);
  checkDataSources(errors, field, spec);
  checkClassName(errors, `${field}.volumeAttributesClassName`, spec.volumeAttributesClassName);
}

export function checkAccessModes(
  errors: FieldError[],
  field: string,
  modes: readonly string[] = [],
  missing = '',
): void {
  if (modes.length === 0) errors.push(required(field, missing));
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(field, mode, ACCESS_MODES));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    errors.push(forbiddenField(field, 'may not use ReadWriteOncePod with other access modes'));
  }
}

export function checkClassName(errors: FieldError[], field: string, name: string | undefined): void {
  if (name) addProblems(errors, field, name, dns1123SubdomainProblems(name));
}

function checkDataSources(errors: FieldError[], field: string, spec: Partial<PersistentVolumeClaimSpec>): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined) checkReference(errors, `${field}.dataSource`, dataSource);
  if (dataSourceRef === undefined) return;
  checkReference(errors, `${field}.dataSourceRef`, dataSourceRef);
  const { namespace = '' } = dataSourceRef;
  if (namespace !== '')
    addProblems(errors, `${field}.dataSourceRef.namespace`, namespace, dns1123LabelProblems(namespace));
  if (dataSource === undefined) return;
  const same =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name;
  if (namespace !== '') {
    errors.push(
      invalidValue(field, `${field}.dataSource`, 'may not be specified when dataSourceRef.namespace is specified'),
    );
  } else if (!same) {
    errors.push(invalidValue(field, NOTHING_EXPORTED, 'must match dataSourceRef'));
  }
}

function checkReference(
  errors: FieldError[],
  field: string,
  reference: TypedLocalObjectReference | TypedObjectReference,
): void {
  const { name, kind = '' } = reference;
  const apiGroup = reference.apiGroup ?? '';
  if (!name) errors.push(required(`${field}.name`));
  if (kind === '') errors.push(required(`${field}.kind`));
  if (apiGroup !== '') addProblems(errors, `${field}.apiGroup`, apiGroup, dns1123SubdomainProblems(apiGroup));
  else if (kind !== 'PersistentVolumeClaim') {
    errors.push(invalidValue(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
}
