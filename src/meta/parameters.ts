/** How upstream reads values of query parameters into options. */
import { goParseInt64, goQuote } from '../base/go-text.ts';
import type { FieldError } from './field-error.ts';
import type { Query } from './query.ts';
import { badRequest, invalid } from './status.ts';

/** Present is true, whatever the value, except `0` and `false`. */
export function booleanParameter(query: Query, name: string): boolean | null {
  const value = query.get(name);
  return value === null ? null : value !== '0' && value.toLowerCase() !== 'false';
}

/** null when absent. Throws 400 for what is no 64-bit integer. */
export function integerParameter(query: Query, name: string): number | null {
  const value = query.get(name);
  if (value === null) return null;
  const number = goParseInt64(value);
  if (typeof number === 'string') throw badRequest(number);
  return number;
}

/** Throws 422 `<kind>.meta.k8s.io "" is invalid: …` when there are errors. */
export function refuseOptions(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: kind }, '', errors);
}

/** As `notSupported`, with the supported values in the order given: that of upstream is not always sorted. */
export function unsupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  return {
    type: 'FieldValueNotSupported',
    field,
    value,
    detail: `supported values: ${supported.map(goQuote).join(', ')}`,
  };
}
