/**
 * Cron schedules: five fields (minute, hour, day of month, month, day of week) or a descriptor (`@daily`, `@every 1h`).
 * Errors are worded as those of the cron library that upstream uses.
 */
import { goQuote } from '../../base/go-text.ts';
import { parseGoDuration } from '../../meta/duration.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);
const EVERY = '@every ';

/** What is wrong with a schedule; null: nothing. */
export function scheduleProblem(given: string): string | null {
  if (given === '') return 'empty spec string';
  const zoned = /^(?:CRON_)?TZ=/.test(given);
  // The zone is refused elsewhere, by name.
  const schedule = zoned ? given.slice(Math.max(given.indexOf(' '), 0)).trim() : given;
  if (schedule.startsWith('@')) return descriptorProblem(schedule);
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`;
  }
  for (let i = 0; i < fields.length; i++) {
    for (const part of fields[i]!.split(',')) {
      const problem = part === '' ? null : rangeProblem(part, FIELDS[i]!);
      if (problem !== null) return problem;
    }
  }
  return null;
}

function descriptorProblem(descriptor: string): string | null {
  if (DESCRIPTORS.has(descriptor)) return null;
  if (!descriptor.startsWith(EVERY)) return `unrecognized descriptor: ${descriptor}`;
  const duration = parseGoDuration(descriptor.slice(EVERY.length));
  return typeof duration === 'string' ? `failed to parse duration ${descriptor}: ${duration}` : null;
}

/** `number | number-number | *`, each with an optional `/number`. */
function rangeProblem(text: string, bounds: Bounds): string | null {
  const [range = '', stepText, ...more] = text.split('/');
  const [lowText = '', highText, ...others] = range.split('-');
  let low: number;
  let high: number;
  if (lowText === '*' || lowText === '?') {
    low = bounds.min;
    high = bounds.max;
  } else {
    const start = numberOf(lowText, bounds.names);
    if (typeof start === 'string') return start;
    const end = highText === undefined ? start : numberOf(highText, bounds.names);
    if (typeof end === 'string') return end;
    if (others.length > 0) return `too many hyphens: ${text}`;
    low = start;
    // `5/15` begins at 5 and goes on to the end.
    high = stepText !== undefined && highText === undefined ? bounds.max : end;
  }
  let step = 1;
  if (stepText !== undefined) {
    const given = numberOf(stepText, []);
    if (typeof given === 'string') return given;
    step = given;
  }
  if (more.length > 0) return `too many slashes: ${text}`;
  if (low < bounds.min) return `beginning of range (${low}) below minimum (${bounds.min}): ${text}`;
  if (high > bounds.max) return `end of range (${high}) above maximum (${bounds.max}): ${text}`;
  if (low > high) return `beginning of range (${low}) beyond end of range (${high}): ${text}`;
  return step === 0 ? `step of range should be a positive number: ${text}` : null;
}

function numberOf(text: string, names: readonly string[]): number | string {
  const named = names.indexOf(text.toLowerCase());
  // Months count from one, days from zero.
  if (named >= 0) return names === MONTHS ? named + 1 : named;
  if (!/^[+-]?[0-9]+$/.test(text))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: value out of range`;
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}

/** What is wrong with the name of a time zone; null: nothing. */
export function timeZoneProblem(name: string): string | null {
  if (name === '') return 'timeZone must be nil or non-empty string';
  for (const part of name.split('/')) {
    if (part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z._0-9+-]{1,14}$/.test(part))
      return `unknown time zone ${name}`;
  }
  if (name.toLowerCase() === 'local')
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  return isTimeZone(name) ? null : `unknown time zone ${name}`;
}

function isTimeZone(name: string): boolean {
  // Offsets are no names, though the runtime takes them.
  if (/^[+-]/.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // The runtime takes any case; the database's files are found by theirs.
    return known === name || (known.toLowerCase() !== name.toLowerCase() && /^[A-Z]/.test(name));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
