import { setOwn } from '../meta/own.ts';
import { type CompiledType, EMPTY_STRUCT, type Field } from './compile.ts';

export type Encoder = (object: object) => string;

/**
 * The canonical JSON of a type, as Go's encoder writes it: fields in declaration order, map keys sorted, `omitempty`
 * honoured, structs and required fields always there (`"status":{}`, `"rules":null`), `<`, `>`, `&`, U+2028 and U+2029
 * escaped. An object with kind and apiVersion starts `{"kind":"Pod","apiVersion":"v1","metadata":{`. The object is not
 * changed. Members that a struct does not name are left out unless its type keeps them; they follow in key order.
 */
export function compileEncoder(type: CompiledType): Encoder {
  return (object) => encodeStruct(type, object as Readonly<Record<string, unknown>>);
}

/** Any JSON value with sorted keys and Go's escapes: what upstream writes for values without a type. */
export function encodeAny(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value);
  if (Array.isArray(value)) {
    let out = '[';
    for (let i = 0; i < value.length; i++) out += i === 0 ? encodeAny(value[i]) : `,${encodeAny(value[i])}`;
    return `${out}]`;
  }
  const object = value as Readonly<Record<string, unknown>>;
  let out = '';
  for (const key of sortedKeys(object)) {
    if (object[key] !== undefined) out += `${out === '' ? '{' : ','}${quote(key)}:${encodeAny(object[key])}`;
  }
  return out === '' ? '{}' : `${out}}`;
}

/** Bytes of `{"kind":"Pod","apiVersion":"v1","metadata":{`: how far all objects of a resource are alike. */
export function headerLength(bytes: Buffer): number {
  return bytes.indexOf(METADATA) + METADATA.length;
}

/**
 * Where `"resourceVersion":"123",` belongs in a canonical encoding without it: behind name, generateName, namespace,
 * selfLink and uid, the strings that Go writes before it. Another member follows there, since every stored object has a
 * creationTimestamp. `header` is the result of headerLength.
 */
export function spliceOffset(bytes: Buffer, header: number): number {
  let at = header;
  while (bytes[at] === QUOTE && isBeforeRevision(bytes, at + 1)) {
    at = stringEnd(bytes, stringEnd(bytes, at) + 1);
    if (bytes[at] !== COMMA) break;
    at++;
  }
  return at;
}

const METADATA = '"metadata":{';
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const FIRST_WORDS = ['name"', 'generateName"', 'namespace"', 'selfLink"', 'uid"'].map((word) => Buffer.from(word));

function isBeforeRevision(bytes: Buffer, at: number): boolean {
  for (const word of FIRST_WORDS) {
    if (bytes[at] === word[0] && bytes.compare(word, 0, word.length, at, at + word.length) === 0) return true;
  }
  return false;
}

/** Behind the closing quote of the string that opens at `at`. */
function stringEnd(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  return end + 1;
}

/**
 * Walks the members that are there, since most fields of a big struct are not, and slips in the zero values that Go writes
 * for absent ones. Members out of order (a client's) are put in order first.
 */
function encodeStruct(type: CompiledType, value: Readonly<Record<string, unknown>>): string {
  let out = '';
  const { fields, zeros } = type;
  let last = -1;
  let z = 0;
  for (const name in value) {
    const field = fields.get(name);
    if (field === undefined) continue;
    if (field.index < last) return encodeSorted(type, value);
    last = field.index;
    const member = value[name];
    if (member === undefined || member === null || isOmitted(field, member)) continue;
    for (; z < zeros.length && (zeros[z] as Field).index <= last; z++) {
      if (zeros[z] !== field) out += memberText(zeros[z] as Field, (zeros[z] as Field).zero, out);
    }
    out += memberText(field, member, out);
  }
  for (; z < zeros.length; z++) out += memberText(zeros[z] as Field, (zeros[z] as Field).zero, out);
  if (type.element !== null) out = withUnnamed(type, value, out);
  return `{${out}}`;
}

function encodeSorted(type: CompiledType, value: Readonly<Record<string, unknown>>): string {
  const present: Field[] = [];
  for (const name in value) {
    const field = type.fields.get(name);
    if (field === undefined) continue;
    let at = present.length;
    while (at > 0 && (present[at - 1] as Field).index > field.index) at--;
    present.splice(at, 0, field);
  }
  const sorted: Record<string, unknown> = {};
  for (const field of present) setOwn(sorted, field.name, value[field.name]);
  const text = encodeStruct(type, sorted);
  return type.element === null ? text : `{${withUnnamed(type, value, text.slice(1, -1))}}`;
}

function memberText(field: Field, member: unknown, before: string): string {
  return (before === '' ? field.keyText : field.nextKeyText) + encodeValue(field.type, member);
}

function isOmitted(field: Field, member: unknown): boolean {
  return field.omitEmpty && !field.pointer && isEmptyValue(field.type, member);
}

function encodeValue(type: CompiledType, value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return value === undefined ? 'null' : String(value);
  switch (type.kind) {
    case 'struct':
      return encodeStruct(type, value as Readonly<Record<string, unknown>>);
    case 'list':
      return encodeList(type, value as readonly unknown[]);
    case 'map':
      return encodeMap(type, value as Readonly<Record<string, unknown>>);
    default:
      // The elements of field sets stand in their order already.
      return type.scalar === 'fieldsV1' ? escapeHtml(JSON.stringify(value)) : encodeAny(value);
  }
}

function encodeList(type: CompiledType, value: readonly unknown[]): string {
  if (value.length === 0) return '[]';
  const element = type.element ?? type;
  let out = `[${encodeItem(element, value[0])}`;
  for (let i = 1; i < value.length; i++) out += `,${encodeItem(element, value[i])}`;
  return `${out}]`;
}

function encodeMap(type: CompiledType, value: Readonly<Record<string, unknown>>): string {
  const element = type.element ?? type;
  const keys = sortedKeys(value);
  if (keys.length === 0) return '{}';
  let out = '';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    out += `${i === 0 ? '{' : ','}${quote(key)}:${encodeItem(element, value[key])}`;
  }
  return `${out}}`;
}

/** An item has no omitempty: an absent struct is `{}`. */
function encodeItem(type: CompiledType, value: unknown): string {
  return encodeValue(type, (value === null || value === undefined) && type.kind === 'struct' ? EMPTY_STRUCT : value);
}

function withUnnamed(type: CompiledType, value: Readonly<Record<string, unknown>>, named: string): string {
  let out = named;
  for (const key of sortedKeys(value)) {
    if (type.fields.has(key) || value[key] === undefined) continue;
    out += `${out === '' ? '' : ','}${quote(key)}:${encodeAny(value[key])}`;
  }
  return out;
}

function isEmptyValue(type: CompiledType, value: unknown): boolean {
  if (typeof value !== 'object') {
    return (value === '' || value === 0 || value === false) && type.scalar !== 'intOrString';
  }
  if (Array.isArray(value)) return value.length === 0 && type.kind === 'list';
  if (type.kind !== 'map') return false;
  for (const _ in value) return false;
  return true;
}

/** Go sorts map keys by bytes; UTF-16 order differs only beyond U+FFFF. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  return keys.length < 2 ? keys : keys.sort();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON must escape
const NEEDS_ESCAPE = /[\0-\x1f"\\<>&\u2028\u2029\ud800-\udfff]/;

function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? escaped(text) : `"${text}"`;
}

/** Lone surrogates become U+FFFD, as in Go. */
function escaped(text: string): string {
  return escapeHtml(JSON.stringify(text.toWellFormed()));
}

const HTML = /[<>&\u2028\u2029]/;

function escapeHtml(json: string): string {
  if (!HTML.test(json)) return json;
  return json.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
