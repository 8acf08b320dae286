/** Request bodies in JSON. */
import { type Buffer, isUtf8 } from 'node:buffer';
import { jsonSyntaxError, syntaxStages } from '../base/json-syntax.ts';
import { nestingDepthMax } from '../base/limits.ts';
import { inTurns, isLongWork, type Stages } from '../base/turns.ts';
import { DecodeError } from './decode-error.ts';
import { findDuplicateMembers } from './json-duplicates.ts';
import { holdsInfinity, runFrom } from './json-scan.ts';
import { parseInSlices } from './json-slices.ts';

export interface ParsedJson {
  /** Members named `__proto__` are own properties. */
  readonly value: unknown;
  readonly text: string;
  /** Members of all objects in the text, repeated ones included. */
  readonly memberCount: number;
}

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Throws DecodeError with Go's text: for malformed or too deep JSON, invalid UTF-8 and numbers beyond a double. */
export function parseJson(body: Buffer): ParsedJson {
  if (!isUtf8(body)) throw notUtf8();
  return parseText(body.toString());
}

function parseText(text: string): ParsedJson {
  const whole = runFrom(text, 0, 0, text.length);
  if (whole === null) throw new DecodeError(jsonSyntaxError(text, nestingDepthMax) ?? 'exceeded max depth');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DecodeError(jsonSyntaxError(text, nestingDepthMax) ?? (error as Error).message);
  }
  if (whole.mayOverflow && holdsInfinity(value)) throw outOfRange();
  return { value, text, memberCount: whole.members };
}

/** `parseJson`, which gives turns to others while it parses a long body. */
export function readJson(body: Buffer): ParsedJson | Promise<ParsedJson> {
  return isLongWork(body.length) ? inTurns(parseStages(body)) : parseJson(body);
}

function* parseStages(body: Buffer): Stages<ParsedJson> {
  if (!isUtf8(body)) throw notUtf8();
  const text = body.toString();
  yield;
  return yield* textStages(text);
}

/** `readJson` of a body that is text already. */
export function readJsonText(text: string): ParsedJson | Promise<ParsedJson> {
  return isLongWork(text.length) ? inTurns(textStages(text)) : parseText(text);
}

function* textStages(text: string): Stages<ParsedJson> {
  const parsed = yield* parseInSlices(text);
  if (parsed !== null) return { ...parsed, text };
  const problem = yield* syntaxStages(text, nestingDepthMax);
  throw problem === null ? outOfRange() : new DecodeError(problem);
}

function notUtf8(): DecodeError {
  return new DecodeError('the body is not valid UTF-8');
}

function outOfRange(): DecodeError {
  return new DecodeError('json: cannot unmarshal number into Go value of type float64: value out of range');
}

/**
 * Errors `duplicate field "spec.a"` for members given twice. `members`: how many the decoder met in the parsed value,
 * which tells nearly always that there are none. `memberCount`: that of `ParsedJson`.
 */
export function* duplicateMembers(text: string, members: number, memberCount: number): Stages<readonly string[]> {
  return memberCount === members ? [] : yield* findDuplicateMembers(text);
}

/** A body's apiVersion and kind, '' when absent. Throws DecodeError with upstream's text for other than text. */
export function typeMetaOf(value: unknown): TypeMeta {
  if (value === null) return { apiVersion: '', kind: '' };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const target =
      'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    throw new DecodeError(
      `${TYPE_META_ERROR}json: cannot unmarshal ${jsonKindOf(value)} into Go value of type ${target}`,
    );
  }
  const object = value as Readonly<Record<string, unknown>>;
  const apiVersion = textMember(object, 'apiVersion');
  const kind = textMember(object, 'kind');
  if (apiVersion.split('/').length > 2) throw new DecodeError(`unexpected GroupVersion string: ${apiVersion}`);
  return { apiVersion, kind };
}

export const TYPE_META_ERROR = "couldn't get version/kind; json parse error: ";

/** The error for a body without kind. */
export function missingKind(text: string): DecodeError {
  return new DecodeError(`Object 'Kind' is missing in '${text}'`);
}

/** The error for a body without apiVersion. */
export function missingVersion(text: string): DecodeError {
  return new DecodeError(`Object 'apiVersion' is missing in '${text}'`);
}

/** How upstream shows a body that it could not make sense of, in an error: its beginning, or the bytes in hex. */
export function summarizeBody(body: Buffer, lengthMax = 30): string {
  if (body.length === 0) return '<empty>';
  const encoding = body[0] === 0x7b ? 'utf8' : 'hex';
  const shown = body.subarray(0, lengthMax).toString(encoding);
  return body.length > lengthMax ? `${shown} ...` : shown;
}

/** `array`, `bool`, `number`, `object` or `string`, as Go names what it found. */
export function jsonKindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function textMember(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new DecodeError(
    `${TYPE_META_ERROR}json: cannot unmarshal ${jsonKindOf(value)} into Go struct field .${name} of type string`,
  );
}
