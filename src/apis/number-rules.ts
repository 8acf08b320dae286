/** Checks of numbers, ports, quantities and addresses. An absent value passes. */
import { type FieldError, invalidValue, notListed, required } from '../meta/field-error.ts';
import { portNameProblems, portNumberProblems } from '../meta/formats.ts';
import { parseQuantity } from '../meta/quantity.ts';
import { addProblems } from './field-rules.ts';
import { type Ip, parseIp } from './networking/cidr.ts';
import { legacyIpProblems } from './networking/ip.ts';

export const INT32_MAX = 2_147_483_647;
const NOT_NEGATIVE_TEXT = 'must be greater than or equal to 0';
export const POSITIVE_TEXT = 'must be greater than zero';

export function checkNotNegative(errors: FieldError[], field: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(invalidValue(field, value, NOT_NEGATIVE_TEXT));
}

/** Bounds are inclusive. */
export function checkRange(
  errors: FieldError[],
  field: string,
  value: number | undefined,
  min: number,
  max: number,
): void {
  if (value !== undefined && (value < min || value > max)) {
    errors.push(invalidValue(field, value, `must be between ${min} and ${max}, inclusive`));
  }
}

export function checkPortNumber(errors: FieldError[], field: string, value: number): void {
  addProblems(errors, field, value, portNumberProblems(value));
}

export function checkPortNumberOrName(errors: FieldError[], field: string, value: number | string | undefined): void {
  if (typeof value === 'string') addProblems(errors, field, value, portNameProblems(value));
  else checkPortNumber(errors, field, value ?? 0);
}

const PERCENT = /^[0-9]+%$/;
const PERCENT_TEXT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number that is not negative, or a percentage. */
export function checkIntOrPercent(errors: FieldError[], field: string, value: number | string | undefined): void {
  if (typeof value === 'string') {
    if (!PERCENT.test(value)) errors.push(invalidValue(field, value, PERCENT_TEXT));
  } else {
    checkNotNegative(errors, field, value);
  }
}

/** More than all of it makes no sense. */
export function checkNotMoreThanAll(errors: FieldError[], field: string, value: number | string | undefined): void {
  const percent = percentOf(value);
  if (percent !== null && percent > 100) errors.push(invalidValue(field, value, 'must not be greater than 100%'));
}

/** The number before `%`; null for anything else. */
function percentOf(value: number | string | undefined): number | null {
  return typeof value === 'string' && PERCENT.test(value) ? Number(value.slice(0, -1)) : null;
}

export function isZeroIntOrPercent(value: number | string | undefined): boolean {
  return value === 0 || percentOf(value) === 0;
}

export function checkPositiveQuantity(errors: FieldError[], field: string, text: string): boolean {
  const quantity = parseQuantity(text);
  if (quantity === null || quantity.nano > 0n) return true;
  errors.push(invalidValue(field, text, POSITIVE_TEXT));
  return false;
}

/** Fields that are older than the rule of canonical forms. Null when the value is no address. */
export function checkIp(errors: FieldError[], field: string, value: string | undefined): Ip | null {
  const text = value ?? '';
  addProblems(errors, field, text, legacyIpProblems(text, []));
  return parseIp(text);
}

/** Addresses that cannot be an endpoint of traffic between nodes. */
export function checkNotSpecialIp(errors: FieldError[], field: string, text: string, ip: Ip): void {
  const bits = ip.family === 'IPv4' ? 32n : 128n;
  const within = (base: bigint, length: bigint): boolean => ip.value >> (bits - length) === base;
  const four = ip.family === 'IPv4';
  if (ip.value === 0n) errors.push(invalidValue(field, text, `may not be unspecified (${text})`));
  if (four ? within(127n, 8n) : ip.value === 1n) {
    errors.push(invalidValue(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  if (four ? within(0xa9fen, 16n) : within(0x3fan, 10n)) {
    errors.push(invalidValue(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  }
  if (four ? within(0xe00000n, 24n) : within(0xff02n, 16n)) {
    errors.push(invalidValue(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
}

/** At most one address of each family, none twice. */
export function checkDualStack(errors: FieldError[], field: string, values: readonly string[], what: string): void {
  if (values.length < 2) return;
  const families = new Set(values.map((value) => parseIp(value)?.family));
  if (values.length > 2 || families.size < 2) {
    errors.push(invalidValue(field, values, `may specify no more than one ${what} for each IP family`));
  }
}

/** A value outside of a fixed list, in the list's own order. */
export function checkListed(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notListed(field, value, supported));
}

export function checkRequiredListed(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value === undefined || value === '') errors.push(required(field));
  else checkListed(errors, field, value, supported);
}
