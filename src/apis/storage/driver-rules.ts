/** Checks that storage kinds share: driver names, parameters, default classes. */
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import type { KubeObject } from '../../meta/object.ts';
import { addProblems } from '../field-rules.ts';

const PARAMETERS_MAX = 512;
const PARAMETERS_BYTES_MAX = 256 * 1024;
const DRIVER_NAME_BYTES_MAX = 63;

/** A StorageClass's provisioner: a qualified name in any case. */
export function checkProvisioner(errors: FieldError[], field: string, name: string | undefined): void {
  if (name === undefined || name === '') errors.push(required(field));
  else addProblems(errors, field, name, qualifiedNameProblems(name.toLowerCase()));
}

/** Also of resource drivers. */
export function checkDriverName(errors: FieldError[], field: string, name: string | undefined): void {
  if (name === undefined || name === '') {
    errors.push(required(field));
    return;
  }
  if (Buffer.byteLength(name) > DRIVER_NAME_BYTES_MAX) errors.push(tooLong(field, DRIVER_NAME_BYTES_MAX));
  addProblems(errors, field, name, dns1123SubdomainProblems(name.toLowerCase()));
}

export function checkParameters(errors: FieldError[], parameters: Readonly<Record<string, string>> | undefined): void {
  const keys = Object.keys(parameters ?? {});
  if (keys.length > PARAMETERS_MAX) {
    errors.push(tooLong('parameters', PARAMETERS_MAX));
    return;
  }
  let bytes = 0;
  for (const key of keys) {
    if (key === '') errors.push(invalidValue('parameters', key, 'field can not be empty.'));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(parameters?.[key] ?? '');
  }
  if (bytes > PARAMETERS_BYTES_MAX) errors.push(tooLong('parameters', PARAMETERS_BYTES_MAX));
}

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** The Name cell of a class. */
export function classNameText(metadata: KubeObject['metadata']): string {
  const isDefault = DEFAULT_ANNOTATIONS.some((key) => metadata.annotations?.[key] === 'true');
  return isDefault ? `${metadata.name ?? ''} (default)` : (metadata.name ?? '');
}
