/** configmaps */
import type { ConfigMap } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, tooLong } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { base64Bytes, checkFrozen, checkKeys, DATA_BYTES_MAX } from './data-keys.ts';

export const configMaps = behavior<ConfigMap>({
  repeatsMetadataChecks: true,
  validate,
  validateUpdate(map, old) {
    const errors: FieldError[] = [];
    checkFrozen(errors, map, old, ['data', 'binaryData']);
    errors.push(...validate(map));
    return errors;
  },
  printer: printer<Stored<ConfigMap>>([NAME, column('Data', 'string', 'Number of entries.'), AGE], (map, nowMs) => [
    map.metadata.name ?? '',
    count(map.data) + count(map.binaryData),
    age(map, nowMs),
  ]),
});

function count(data: object | undefined): number {
  return data === undefined ? 0 : Object.keys(data).length;
}

function validate({ data, binaryData }: Stored<ConfigMap>): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = checkKeys(errors, 'data', data, Buffer.byteLength);
  if (binaryData !== undefined) {
    for (const key in data) {
      if (Object.hasOwn(binaryData, key))
        errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    bytes += checkKeys(errors, 'binaryData', binaryData, base64Bytes);
  }
  if (bytes > DATA_BYTES_MAX) errors.push(tooLong('[]', DATA_BYTES_MAX));
  return errors;
}
