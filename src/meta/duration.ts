/** Go's time.Duration as text: `1m30s`, `1.5h`, `300ms`. */

import { goTimeQuote } from '../base/go-text.ts';
import { trimEndCharacter } from '../base/trim.ts';

const NANOS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

const INT64_MAX_NANOS = 2 ** 63;

/** Milliseconds, with a fraction for what is finer; a string is Go's error text. */
export function parseGoDuration(text: string): number | string {
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return `time: invalid duration ${goTimeQuote(text)}`;
  let nanos = 0;
  while (rest !== '') {
    const number = /^[0-9]*(\.[0-9]*)?/.exec(rest)![0];
    if (number === '' || number === '.') return `time: invalid duration ${goTimeQuote(text)}`;
    rest = rest.slice(number.length);
    const unit = /^[^.0-9]*/.exec(rest)![0];
    if (unit === '') return `time: missing unit in duration ${goTimeQuote(text)}`;
    const factor = NANOS.get(unit);
    if (factor === undefined) return `time: unknown unit ${goTimeQuote(unit)} in duration ${goTimeQuote(text)}`;
    nanos += Math.floor(Number(number) * factor);
    if (nanos >= INT64_MAX_NANOS) return `time: invalid duration ${goTimeQuote(text)}`;
    rest = rest.slice(unit.length);
  }
  return ((negative ? -1 : 1) * nanos) / 1e6;
}

/** `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const nanos = Math.round(Math.abs(ms) * 1e6);
  if (nanos === 0) return '0s';
  if (nanos < 1e3) return `${sign}${nanos}ns`;
  if (nanos < 1e6) return `${sign}${decimal(nanos, 1e3, 3)}µs`;
  if (nanos < 1e9) return `${sign}${decimal(nanos, 1e6, 6)}ms`;
  const minutes = Math.floor(nanos / 60e9);
  const seconds = `${decimal(nanos - minutes * 60e9, 1e9, 9)}s`;
  if (minutes === 0) return sign + seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60}m${seconds}`;
}

/** nanos / unit without trailing zeros; `places`: decimals of the unit. */
function decimal(nanos: number, unit: number, places: number): string {
  const whole = Math.floor(nanos / unit);
  const rest = nanos - whole * unit;
  return rest === 0 ? String(whole) : `${whole}.${trimEndCharacter(String(rest).padStart(places, '0'), '0')}`;
}
