/** secrets */

import { jsonSyntaxError } from '../../base/json-syntax.ts';
import { getOwn, setOwn } from '../../base/own.ts';
import type { Secret } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { base64Bytes, checkFrozen, checkKeys, DATA_BYTES_MAX } from './data-keys.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const JSON_DEPTH_MAX = 1000;

export const secrets = behavior<Secret>({
  repeatsMetadataChecks: true,
  setDefaults(secret) {
    secret.type ??= 'Opaque';
    if (secret.stringData === undefined) return;
    // Write-only: it is stored, and read back, as data.
    secret.data ??= {};
    for (const key in secret.stringData)
      setOwn(secret.data, key, Buffer.from(secret.stringData[key]!).toString('base64'));
    delete secret.stringData;
  },
  validate,
  validateUpdate(secret, old) {
    const errors: FieldError[] = [];
    checkImmutable(errors, 'type', secret.type, old.type);
    checkFrozen(errors, secret, old, ['data']);
    errors.push(...validate(secret));
    return errors;
  },
  fieldLabels: { type: (secret) => secret.type ?? '' },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Stored<Secret>>(
    [NAME, column('Type', 'string', 'What the secret is for.'), column('Data', 'string', 'Number of entries.'), AGE],
    (secret, nowMs) => [
      secret.metadata.name ?? '',
      secret.type ?? '',
      Object.keys(secret.data ?? {}).length,
      age(secret, nowMs),
    ],
  ),
});

function validate(secret: Stored<Secret>): FieldError[] {
  const errors: FieldError[] = [];
  const bytes = checkKeys(errors, 'data', secret.data, base64Bytes);
  if (bytes > DATA_BYTES_MAX) errors.push(tooLong('data', DATA_BYTES_MAX));
  checkType(errors, secret);
  return errors;
}

/** What the well-known types must hold. */
function checkType(errors: FieldError[], { type, data = {}, metadata }: Stored<Secret>): void {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[SERVICE_ACCOUNT_NAME])
        errors.push(required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`));
      break;
    case 'kubernetes.io/dockercfg':
      checkJson(errors, data, '.dockercfg');
      break;
    case 'kubernetes.io/dockerconfigjson':
      checkJson(errors, data, '.dockerconfigjson');
      break;
    case 'kubernetes.io/basic-auth':
      // Either may be empty, but one must be there.
      if (!has(data, 'username') && !has(data, 'password'))
        errors.push(required('data[username]'), required('data[password]'));
      break;
    case 'kubernetes.io/ssh-auth':
      if (!getOwn(data, 'ssh-privatekey')) errors.push(required('data[ssh-privatekey]'));
      break;
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (!has(data, key)) errors.push(required(`data[${key}]`));
      break;
  }
}

function has(data: Readonly<Record<string, string>>, key: string): boolean {
  return Object.hasOwn(data, key);
}

function checkJson(errors: FieldError[], data: Readonly<Record<string, string>>, key: string): void {
  const text = getOwn(data, key);
  if (text === undefined) {
    errors.push(required(`data[${key}]`));
    return;
  }
  const problem = objectProblem(Buffer.from(text, 'base64').toString());
  if (problem !== null) errors.push(invalidValue(`data[${key}]`, '<secret contents redacted>', problem));
}

function objectProblem(text: string): string | null {
  const syntax = jsonSyntaxError(text, JSON_DEPTH_MAX);
  if (syntax !== null) return syntax;
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && !Array.isArray(value)) return null;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}
