import { createLineWriter, type LineWriter } from './line-writer.ts';

/** Structured keys of a log line. Values that are not plain are printed as JSON. */
export type LogKeys = Readonly<Record<string, unknown>>;

/** Leveled logging in the manner of klog: verbosity 0 is always printed, higher ones only up to the level set by `-v`. */
export interface Logger {
  /** Ask before gathering keys that cost something: a disabled line must cost nothing. */
  enabled(verbosity: number): boolean;
  info(verbosity: number, message: string, keys?: LogKeys): void;
  warning(message: string, keys?: LogKeys): void;
  /** `error` may be anything that was thrown; null when there is only the message. The stack is printed for bugs. */
  error(error: unknown, message: string, keys?: LogKeys): void;
  verbosity(): number;
  setVerbosity(verbosity: number): void;
  /** Writes what still waits before it returns: for the end of the process. */
  flush(): void;
}

export interface LoggerOptions {
  /** text: klog's lines (`I0102 15:04:05.000000 4242 keelson] "text" key="value"`); json: one object per line. */
  readonly format: 'text' | 'json';
  readonly verbosity: number;
  /** Stands where klog prints file and line. */
  readonly component: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Default: stderr, never waiting for it. */
  readonly writer?: LineWriter;
}

type Severity = 'I' | 'W' | 'E';

export function createLogger(options: LoggerOptions): Logger {
  const writer = options.writer ?? createLineWriter(2);
  const now = options.now ?? Date.now;
  const format = options.format === 'json' ? jsonLine : textLine;
  let level = options.verbosity;

  function write(
    severity: Severity,
    verbosity: number,
    message: string,
    error: unknown,
    keys: LogKeys | undefined,
  ): void {
    writer.write(format({ severity, verbosity, message, error, keys, ms: now(), component: options.component }));
  }

  return {
    enabled: (verbosity) => verbosity <= level,
    info(verbosity, message, keys) {
      if (verbosity <= level) write('I', verbosity, message, undefined, keys);
    },
    warning: (message, keys) => write('W', 0, message, undefined, keys),
    error: (error, message, keys) => write('E', 0, message, error, keys),
    verbosity: () => level,
    setVerbosity(verbosity) {
      level = verbosity;
    },
    flush: () => writer.flush(),
  };
}

/** Drops everything: for tests and tools. */
export function createSilentLogger(): Logger {
  return createLogger({
    format: 'text',
    verbosity: 0,
    component: '',
    writer: { write() {}, flush() {}, dropped: () => 0 },
  });
}

interface Line {
  readonly severity: Severity;
  readonly verbosity: number;
  readonly message: string;
  readonly error: unknown;
  readonly keys: LogKeys | undefined;
  readonly ms: number;
  readonly component: string;
}

const PID = String(process.pid).padStart(7);

function textLine(line: Line): string {
  let text = `${line.severity}${klogTime(line.ms)} ${PID} ${line.component}] ${JSON.stringify(line.message)}`;
  if (line.severity === 'E')
    text += ` err=${line.error === null || line.error === undefined ? '<nil>' : JSON.stringify(errorText(line.error))}`;
  for (const key in line.keys) text += ` ${key}=${textValue(line.keys[key])}`;
  const stack = bugStack(line.error);
  return stack === '' ? `${text}\n` : `${text}\n${stack}\n`;
}

function jsonLine(line: Line): string {
  const out: Record<string, unknown> = { ts: line.ms / 1000, caller: line.component, msg: line.message };
  if (line.severity === 'I') out['v'] = line.verbosity;
  else out['level'] = line.severity === 'W' ? 'warning' : 'error';
  if (line.error !== null && line.error !== undefined) {
    out['err'] = errorText(line.error);
    const stack = bugStack(line.error);
    if (stack !== '') out['stacktrace'] = stack;
  }
  for (const key in line.keys) out[key] = jsonValue(line.keys[key]);
  return `${JSON.stringify(out)}\n`;
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A plain Error is a bug of ours, whose place must be found; errors of the API's own classes are outcomes. */
function bugStack(error: unknown): string {
  if (!(error instanceof Error) || typeof Reflect.get(error, 'code') === 'number') return '';
  return error.stack ?? '';
}

function textValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return String(value);
  return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(safeJson(value));
}

function jsonValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? JSON.parse(safeJson(value))
    : typeof value === 'bigint'
      ? String(value)
      : value;
}

/** A log line must never fail for what it is given: cycles and big integers fall back to a plain text. */
function safeJson(value: unknown): string {
  try {
    return (value instanceof Error ? JSON.stringify(value.message) : JSON.stringify(value)) ?? 'null';
  } catch {
    return JSON.stringify(Object.prototype.toString.call(value));
  }
}

/** `0102 15:04:05.000000`, local time. */
function klogTime(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
