import { escapeHtml, goQuote } from '../base/go-text.ts';

/** field.Error of upstream: what is wrong with one field, as it appears in Status details.causes. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name`; '' for the object itself is written `<nil>` by upstream and avoided here. */
  readonly field: string;
  readonly value: unknown;
  readonly detail: string;
}

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

const LABEL: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, value: undefined, detail };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, detail };
}

/** What Go's JSON shows of a value whose fields are not exported: `{}`. */
export const NOTHING_EXPORTED: Readonly<Record<string, never>> = Object.freeze({});

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  return notListed(field, value, [...supported].sort());
}

/** As some of upstream's checks tell them: in the list's own order. */
export function notListed(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map((text) => JSON.stringify(text)).join(', ')}`;
  return { type: 'FieldValueNotSupported', field, value, detail };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, value: undefined, detail };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, value, detail: '' };
}

export function notFoundValue(field: string, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, value, detail: '' };
}

export function tooLong(field: string, bytesMax: number): FieldError {
  return { type: 'FieldValueTooLong', field, value: undefined, detail: `may not be more than ${bytesMax} bytes` };
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return { type: 'FieldValueTooMany', field, value: actual, detail: `must have at most ${max} items` };
}

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0` */
export function fieldErrorText(error: FieldError): string {
  const head = `${error.field}: ${LABEL[error.type]}`;
  const value = error.value === undefined ? '' : `: ${valueText(error.value)}`;
  return error.detail === '' ? `${head}${value}` : `${head}${value}: ${error.detail}`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'object' && value !== null) return escapeHtml(JSON.stringify(value));
  return String(value);
}
