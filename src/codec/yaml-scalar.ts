/** What an unquoted YAML scalar means, by the rules of the YAML library that upstream uses (YAML 1.1, with limits). */

/** A timestamp stays the text that it is; but a text that looks like one must be quoted. */
export type PlainKind = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'string';

export interface PlainScalar {
  readonly kind: PlainKind;
  readonly value: null | boolean | number | string;
}

const TRUE: readonly string[] = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const FALSE: readonly string[] = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];
const NULL: readonly string[] = ['', '~', 'null', 'Null', 'NULL'];

const FIXED: ReadonlyMap<string, PlainScalar> = new Map<string, PlainScalar>([
  ...TRUE.map((text) => [text, { kind: 'bool', value: true }] as const),
  ...FALSE.map((text) => [text, { kind: 'bool', value: false }] as const),
  ...NULL.map((text) => [text, { kind: 'null', value: null }] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, { kind: 'float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (text) => [text, { kind: 'float', value: Number.POSITIVE_INFINITY }] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, { kind: 'float', value: Number.NEGATIVE_INFINITY }] as const),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** Integers beyond 2^53 are rounded. */
export function resolvePlain(text: string): PlainScalar {
  const fixed = FIXED.get(text);
  if (fixed !== undefined) return fixed;
  if (!/^[-+.0-9]/.test(text)) return { kind: 'string', value: text };
  if (text.startsWith('.'))
    return FLOAT.test(text) ? { kind: 'float', value: Number(text) } : { kind: 'string', value: text };
  if (isTimestamp(text)) return { kind: 'timestamp', value: text };
  const plain = text.replaceAll('_', '');
  const integer = integerOf(plain);
  if (integer !== null) return { kind: 'int', value: integer };
  if (FLOAT.test(plain) && Number.isFinite(Number(plain))) return { kind: 'float', value: Number(plain) };
  return { kind: 'string', value: text };
}

/** `12`, `-0x1f`, `010` (octal), `0o10`, `0b101`; null when it is none or does not fit 64 bits. */
function integerOf(text: string): number | null {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]{0,19}))$/.exec(text);
  if (match === null) return null;
  const [, sign = '', hex, octal, binary, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : octal !== undefined
        ? `0o${octal}`
        : binary !== undefined
          ? `0b${binary}`
          : decimal!;
  const magnitude = BigInt(digits);
  const value = sign === '-' ? -magnitude : magnitude;
  // Unsigned numbers have no sign to read.
  const max = sign === '+' ? UINT64_MAX >> 1n : UINT64_MAX;
  return value < INT64_MIN || value > max ? null : Number(value);
}

const DATE = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/;
const DATE_TIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})| +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)$/;

function isTimestamp(text: string): boolean {
  const match = DATE.exec(text) ?? DATE_TIME.exec(text);
  if (match === null) return false;
  const [, year, month, day, ...time] = match.map(Number);
  if (month! < 1 || month! > 12 || day! < 1 || day! > new Date(Date.UTC(2000 + (year! % 400), month!, 0)).getUTCDate())
    return false;
  // Two forms of the time, of which one has matched: the other's parts are NaN.
  const [hourT, minuteT, secondT, hour, minute, second] = time;
  return !(hourT! > 23 || minuteT! > 59 || secondT! > 59 || hour! > 23 || minute! > 59 || second! > 59);
}
