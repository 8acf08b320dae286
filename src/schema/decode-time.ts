/** Go's texts of times and durations. `fail` throws with the reason in Go's words. */
import { trimEndCharacter } from '../base/trim.ts';

const LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})([.,]\d+)?(Z|[+-]\d{2}:\d{2})$/;
const CANONICAL_LENGTH = 20;

type Fail = (text: string) => never;

/**
 * RFC 3339 to `2006-01-02T15:04:05Z`, or with six digits when `micro`. Fractions are cut off. A micro time must come with
 * exactly six digits, as Go's layout wants.
 */
export function canonicalTime(text: string, micro: boolean, fail: Fail): string {
  const match = RFC3339.exec(text);
  if (match === null) return fail(parseError(text, micro));
  const [, , month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = match;
  if (micro && fraction.length !== 7) return fail(parseError(text, micro));
  const millis = Date.UTC(
    Number(match[1]),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const range = outOfRange(match[1] ?? '', month, day, hour, minute, second, zone);
  if (range !== '') return fail(`parsing time ${JSON.stringify(text)}: ${range} out of range`);
  if (zone === 'Z' && !micro && text.length === CANONICAL_LENGTH) return text;
  const date = new Date(millis - zoneMillis(zone));
  date.setUTCFullYear(date.getUTCFullYear() + yearShift(match[1] ?? ''));
  const seconds = date.toISOString().slice(0, 19);
  return micro ? `${seconds}.${fraction.slice(1)}Z` : `${seconds}Z`;
}

/** `90s` to `1m30s`: Go's time.Duration text, nanoseconds exact. */
export function canonicalDuration(text: string, fail: Fail): string {
  const nanos = parseDuration(text);
  return nanos === null ? fail(`time: invalid duration ${JSON.stringify(text)}`) : durationText(nanos);
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const DURATION_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
const DURATION_TEXT_MAX = 128;

/** Nanoseconds of `1h30m`, null for what Go would refuse. */
export function parseDuration(text: string): bigint | null {
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '' || body.length > DURATION_TEXT_MAX) return null;
  let total = 0n;
  DURATION_PART.lastIndex = 0;
  while (DURATION_PART.lastIndex < body.length) {
    const match = DURATION_PART.exec(body);
    if (match === null) return null;
    const [, whole = '', fraction = '', unit = ''] = match;
    if (whole === '' && fraction === '') return null;
    const factor = UNITS[unit] ?? 0n;
    total += BigInt(whole) * factor + (BigInt(fraction) * factor) / 10n ** BigInt(fraction.length);
  }
  return total < 2n ** 63n ? sign * total : null;
}

export function durationText(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const rest = nanos < 0n ? -nanos : nanos;
  if (rest < 1_000n) return `${sign}${rest}ns`;
  if (rest < 1_000_000n) return `${sign}${decimal(rest, 1_000n)}µs`;
  if (rest < 1_000_000_000n) return `${sign}${decimal(rest, 1_000_000n)}ms`;
  const hours = rest / 3_600_000_000_000n;
  const minutes = (rest / 60_000_000_000n) % 60n;
  const seconds = `${decimal(rest % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = (value % unit).toString().padStart(unit.toString().length - 1, '0');
  const fraction = trimEndCharacter(digits, '0');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}

function parseError(text: string, micro: boolean): string {
  const layout = micro ? MICRO_LAYOUT : LAYOUT;
  const { rest, wanted } = firstMismatch(text, layout);
  return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(wanted)}`;
}

/** Where Go stops: at the first part of the layout that the text does not have. */
function firstMismatch(text: string, layout: string): { rest: string; wanted: string } {
  const parts: [wanted: string, shape: RegExp][] = [
    ['2006', /\d{4}/y],
    ['-', /-/y],
    ['01', /\d{2}/y],
    ['-', /-/y],
    ['02', /\d{2}/y],
    ['T', /T/y],
    ['15', /\d{2}/y],
    [':', /:/y],
    ['04', /\d{2}/y],
    [':', /:/y],
    ['05', /\d{2}/y],
    layout === LAYOUT ? ['', /([.,]\d+)?/y] : ['.000000', /[.,]\d{6}(?!\d)/y],
    ['Z07:00', /Z|[+-]\d{2}:\d{2}/y],
  ];
  let at = 0;
  for (const [wanted, shape] of parts) {
    shape.lastIndex = at;
    if (!shape.test(text)) return { rest: text.slice(at), wanted };
    at = shape.lastIndex;
  }
  return { rest: text.slice(at), wanted: '' };
}

function outOfRange(
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
  zone: string,
): string {
  if (Number(month) < 1 || Number(month) > 12) return 'month';
  if (Number(hour) > 23) return 'hour';
  if (Number(minute) > 59) return 'minute';
  if (Number(second) > 59) return 'second';
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > lastDay) return 'day';
  return zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 60) ? 'time zone offset' : '';
}

function zoneMillis(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999. */
function yearShift(year: string): number {
  return Number(year) < 100 ? -1900 : 0;
}
