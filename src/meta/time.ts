/** Times as text: metav1.Time (RFC 3339, whole seconds, UTC) and metav1.MicroTime (six decimals). */
import { goTimeQuote } from '../base/go-text.ts';

/** A moment; zero is the year 1, which Go takes for "no time" and writes as null. */
export interface Moment {
  /** Milliseconds since 1970, whole seconds. */
  readonly ms: number;
  /** Nanoseconds within the second. */
  readonly nanos: number;
}

const TIME_LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_TIME_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';
const YEAR_ONE_MS = -62135596800000;

/** `2026-01-02T15:04:05Z`. `ms`: milliseconds since 1970. */
export function nowRfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2026-01-02T15:04:05.678000Z`. `micros`: microseconds beyond the millisecond. */
export function nowRfc3339Micro(ms: number, micros = 0): string {
  return `${new Date(ms).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`;
}

/** The canonical text of a time. null: it is the zero time. A StatusError is not thrown: an Error carries Go's text. */
export function canonicalTime(text: string): string | null {
  if (isCanonical(text)) return text;
  const moment = parsed(text, TIME_LAYOUT);
  return isZero(moment) ? null : nowRfc3339(moment.ms);
}

/** As `canonicalTime`, with exactly six decimals, which the text must have too. */
export function canonicalMicroTime(text: string): string | null {
  const moment = parsed(text, MICRO_TIME_LAYOUT);
  return isZero(moment) ? null : `${nowRfc3339(moment.ms).slice(0, 19)}.${microsText(moment.nanos)}Z`;
}

/** A stored or sent time as milliseconds since 1970; NaN when it is none. */
export function timeMs(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const result = parseMoment(text, text.includes('.') ? MICRO_TIME_LAYOUT : TIME_LAYOUT);
  return typeof result === 'string' ? Number.NaN : result.ms + Math.floor(result.nanos / 1e6);
}

/** Reads RFC 3339 as Go's time.Parse does; a string is Go's error text. */
export function parseRfc3339(text: string): Moment | string {
  return parseMoment(text, TIME_LAYOUT);
}

/** How long something takes or has lasted, short: `5m12s`, `3d4h`; `<invalid>` for what lies in the future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return pair(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

function parsed(text: string, layout: string): Moment {
  const result = parseMoment(text, layout);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

function isZero(moment: Moment): boolean {
  return moment.ms === YEAR_ONE_MS && moment.nanos === 0;
}

function microsText(nanos: number): string {
  return String(Math.floor(nanos / 1000)).padStart(6, '0');
}

/** The text of nearly every time that clients send back: `2026-01-02T15:04:05Z`, a day that every month has. */
function isCanonical(text: string): boolean {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':') return false;
  if (text[16] !== ':' || text[19] !== 'Z' || text.startsWith('0')) return false;
  const day = digits(text, 8, 10);
  const month = digits(text, 5, 7);
  if (digits(text, 0, 4) < 0 || month < 1 || month > 12 || day < 1 || day > 28) return false;
  return inRange(digits(text, 11, 13), 23) && inRange(digits(text, 14, 16), 59) && inRange(digits(text, 17, 19), 59);
}

function inRange(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}

/** The number in [start, end); -1 when something is no digit. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!(code >= 0x30 && code <= 0x39)) return -1;
    value = value * 10 + code - 0x30;
  }
  return value;
}

function parseMoment(text: string, layout: string): Moment | string {
  const reader = new Reader(text, layout);
  try {
    return reader.moment();
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

class Malformed extends Error {}

/** Reads element by element, as the layout lists them, so that errors name the element at which Go stops. */
class Reader {
  readonly #text: string;
  readonly #layout: string;
  #at = 0;
  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
  }

  moment(): Moment {
    const year = this.#number(4, 4, '2006');
    this.#literal('-');
    const month = this.#number(2, 2, '01');
    if (month < 1 || month > 12) throw this.#outOfRange('month');
    this.#literal('-');
    const day = this.#number(2, 2, '02');
    this.#literal('T');
    const hour = this.#number(1, 2, '15');
    if (hour > 23) throw this.#outOfRange('hour');
    this.#literal(':');
    const minute = this.#number(2, 2, '04');
    if (minute > 59) throw this.#outOfRange('minute');
    this.#literal(':');
    const second = this.#number(2, 2, '05');
    if (second > 59) throw this.#outOfRange('second');
    const nanos = this.#layout === MICRO_TIME_LAYOUT ? this.#micros() : this.#anyFraction();
    const offsetMinutes = this.#zone();
    if (this.#at < this.#text.length) {
      throw new Malformed(
        `parsing time ${goTimeQuote(this.#text)}: extra text: ${goTimeQuote(this.#text.slice(this.#at))}`,
      );
    }
    if (day < 1 || day > daysIn(year, month)) throw this.#outOfRange('day');
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute - offsetMinutes, second);
    return { ms: date.getTime(), nanos };
  }

  #number(lengthMin: number, lengthMax: number, element: string): number {
    let length = 0;
    while (length < lengthMax && digits(this.#text, this.#at + length, this.#at + length + 1) >= 0) length++;
    if (length < lengthMin) throw this.#cannotParse(element);
    const value = digits(this.#text, this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  #literal(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#cannotParse(character);
    this.#at++;
  }

  #micros(): number {
    const micros = this.#fractionMark() ? digits(this.#text, this.#at + 1, this.#at + 7) : -1;
    if (micros < 0) throw this.#cannotParse('.000000');
    this.#at += 7;
    return micros * 1000;
  }

  /** Go reads a fraction after the seconds even where the layout has none, of any length; beyond nine digits it is cut. */
  #anyFraction(): number {
    if (!this.#fractionMark() || digits(this.#text, this.#at + 1, this.#at + 2) < 0) return 0;
    let end = this.#at + 1;
    while (digits(this.#text, end, end + 1) >= 0) end++;
    const nanos = Number(this.#text.slice(this.#at + 1, Math.min(end, this.#at + 10)).padEnd(9, '0'));
    this.#at = end;
    return nanos;
  }

  #fractionMark(): boolean {
    return this.#text[this.#at] === '.' || this.#text[this.#at] === ',';
  }

  /** Minutes east of Greenwich. */
  #zone(): number {
    const text = this.#text;
    const at = this.#at;
    if (text[at] === 'Z') {
      this.#at++;
      return 0;
    }
    const hours = digits(text, at + 1, at + 3);
    const minutes = digits(text, at + 4, at + 6);
    if ((text[at] !== '+' && text[at] !== '-') || text[at + 3] !== ':' || hours < 0 || minutes < 0)
      throw this.#cannotParse('Z07:00');
    if (hours > 24) throw this.#outOfRange('time zone offset hour');
    if (minutes > 60) throw this.#outOfRange('time zone offset minute');
    this.#at += 6;
    return (text[at] === '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  #cannotParse(element: string): Malformed {
    const rest = goTimeQuote(this.#text.slice(this.#at));
    return new Malformed(
      `parsing time ${goTimeQuote(this.#text)} as ${goTimeQuote(this.#layout)}: cannot parse ${rest} as ${goTimeQuote(element)}`,
    );
  }

  #outOfRange(element: string): Malformed {
    return new Malformed(`parsing time ${goTimeQuote(this.#text)}: ${element} out of range`);
  }
}

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}
