/** What ConfigMaps and Secrets have in common: keyed data, bounded, and frozen on request. */
import { type FieldError, forbiddenField } from '../../meta/field-error.ts';
import { configMapKeyProblems } from '../../meta/formats.ts';
import { deepEqual } from '../../schema/equal.ts';
import { addProblems } from '../field-rules.ts';

/** Of all values together. */
export const DATA_BYTES_MAX = 1024 * 1024;

const IMMUTABLE_TEXT = 'field is immutable when `immutable` is set';

/** Bytes of all values; keys are checked on the way. */
export function checkKeys(
  errors: FieldError[],
  field: string,
  data: Readonly<Record<string, string>> | undefined,
  bytesOf: (value: string) => number,
): number {
  let bytes = 0;
  for (const key in data) {
    addProblems(errors, `${field}[${key}]`, key, configMapKeyProblems(key));
    bytes += bytesOf(data[key]!);
  }
  return bytes;
}

/** Bytes that base64 text stands for. */
export function base64Bytes(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

interface Frozen {
  readonly immutable?: boolean;
}

export function checkFrozen<T extends Frozen>(
  errors: FieldError[],
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): void {
  if (old.immutable !== true) return;
  if (object.immutable !== true) errors.push(forbiddenField('immutable', IMMUTABLE_TEXT));
  for (const field of fields) {
    if (!deepEqual(object[field] ?? {}, old[field] ?? {})) errors.push(forbiddenField(field, IMMUTABLE_TEXT));
  }
}
