/** metav1.CreateOptions, UpdateOptions and PatchOptions, all of which come by query. */
import { Buffer } from 'node:buffer';
import { isGoPrintable } from '../base/go-text.ts';
import { type FieldError, forbiddenField, notSupported, required } from './field-error.ts';
import { fieldManagerBytesMax, validateFieldManager } from './object-meta.ts';
import { booleanParameter, refuseOptions } from './parameters.ts';
import type { Query } from './query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun: boolean;
  /** '' when the request names none: see `defaultFieldManager`. */
  readonly fieldManager: string;
  /** '' was not given and means Warn: see `fieldValidationOf`. */
  readonly fieldValidation: '' | FieldValidation;
}

export interface PatchOptions extends WriteOptions {
  /** null: not given. */
  readonly force: boolean | null;
}

/** Throws 422 with the errors of all parameters. */
export function parseWriteOptions(query: Query, kind: 'CreateOptions' | 'UpdateOptions'): WriteOptions {
  const errors: FieldError[] = [];
  const options = readCommon(query, errors);
  refuseOptions(kind, errors);
  return options;
}

/** `apply`: the patch is a server-side apply, which needs a manager and alone may force. Throws 422. */
export function parsePatchOptions(query: Query, apply: boolean): PatchOptions {
  const errors: FieldError[] = [];
  const force = booleanParameter(query, 'force');
  if (apply && (query.get('fieldManager') ?? '') === '')
    errors.push(required('fieldManager', 'is required for apply patch'));
  if (!apply && force !== null) errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  const options = readCommon(query, errors);
  refuseOptions('PatchOptions', errors);
  return { ...options, force };
}

export function fieldValidationOf(options: WriteOptions): FieldValidation {
  return options.fieldValidation === '' ? 'Warn' : options.fieldValidation;
}

/** The manager of a request that names none: the user agent up to the first slash, without what is not printable. */
export function defaultFieldManager(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  const product = slash < 0 ? userAgent : userAgent.slice(0, slash);
  if (product.length <= fieldManagerBytesMax && /^[ -~]*$/.test(product)) return product;
  let manager = '';
  let bytes = 0;
  for (const character of product) {
    if (!isGoPrintable(character)) continue;
    bytes += Buffer.byteLength(character);
    if (bytes > fieldManagerBytesMax) break;
    manager += character;
  }
  return manager;
}

/** The options as an object, for admission and audit. */
export function writeOptionsObject(
  options: WriteOptions | PatchOptions,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): object {
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
    ...('force' in options && options.force !== null && kind === 'PatchOptions' ? { force: options.force } : {}),
    ...(options.fieldManager === '' ? {} : { fieldManager: options.fieldManager }),
    ...(options.fieldValidation === '' ? {} : { fieldValidation: options.fieldValidation }),
  };
}

/** Adds an error unless every value is `All`. */
export function validateDryRun(values: readonly string[], errors: FieldError[]): void {
  if (values.some((value) => value !== 'All')) errors.push(notSupported('dryRun', values, ['All']));
}

function readCommon(query: Query, errors: FieldError[]): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (fieldManager !== '') validateFieldManager(fieldManager, 'fieldManager', errors);
  validateDryRun(dryRun, errors);
  const known = isFieldValidation(fieldValidation);
  if (!known) errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: known ? fieldValidation : '' };
}

function isFieldValidation(text: string): text is '' | FieldValidation {
  return text === '' || text === 'Ignore' || text === 'Warn' || text === 'Strict';
}
