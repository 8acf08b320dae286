import { escapeHtml } from '../base/go-text.ts';
import { setOwn } from '../base/own.ts';
import type { Stages } from '../base/turns.ts';
import { type CompiledType, EMPTY_STRUCT, type Field } from './compile.ts';

export type Encoder = (object: object) => string;

/**
 * The canonical JSON of a type, as Go's encoder writes it: fields in declaration order, map keys sorted, `omitempty`
 * honoured, structs and required fields always there (`"status":{}`, `"rules":null`), `<`, `>`, `&`, U+2028 and U+2029
 * escaped. An object with kind and apiVersion starts `{"kind":"Pod","apiVersion":"v1","metadata":{`. The object is not
 * changed. Members that a struct does not name are left out unless its type keeps them; they follow in key order.
 */
export function compileEncoder(type: CompiledType): Encoder {
  return (object) => jsonText(inOrderStruct(type, object as Members));
}

/** What the encoder of `type` writes, of an object that may be long. */
export function* encodeStages(type: CompiledType, object: object): Stages<string> {
  const placed = inOrderStruct(type, object as Members);
  yield;
  return yield* textStages(type, placed);
}

/** Any JSON value with sorted keys and Go's escapes: what upstream writes for values without a type. */
export function encodeAny(value: unknown): string {
  return value === undefined ? 'null' : jsonText(sorted(value));
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

type Members = Readonly<Record<string, unknown>>;

/**
 * The engine's own serializer is far faster than any of ours, so a value is only brought into the order in which it is to be
 * written. What stands in order already, as everything that was read from the store does, is used as it is.
 */
function jsonText(value: unknown): string {
  let text = JSON.stringify(value);
  // A half of a surrogate pair, or a text that looks like one.
  if (text.includes('\\ud')) text = JSON.stringify(value, wellFormed);
  return escapeHtml(text);
}

/** `jsonText` of the members of structs and of some items of lists at a time. */
function* textStages(type: CompiledType, value: unknown): Stages<string> {
  yield;
  if (typeof value !== 'object' || value === null) return jsonText(value);
  const parts: string[] = [];
  if (type.kind === 'list' && Array.isArray(value)) {
    const element = type.element ?? type;
    if (value.length <= ITEMS_AT_ONCE) for (const item of value) parts.push(yield* textStages(element, item ?? null));
    else
      for (let i = 0; i < value.length; i += ITEMS_AT_ONCE) {
        parts.push(jsonText(value.slice(i, i + ITEMS_AT_ONCE)).slice(1, -1));
        yield;
      }
    return `[${parts.join(',')}]`;
  }
  if (type.kind !== 'struct' || type.element !== null) return jsonText(value);
  for (const [name, member] of Object.entries(value)) {
    const field = type.fields.get(name);
    if (field !== undefined && member !== undefined)
      parts.push(`${jsonText(name)}:${yield* textStages(field.type, member)}`);
  }
  return `{${parts.join(',')}}`;
}

const ITEMS_AT_ONCE = 128;

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** A value with the members of its structs in Go's order and its map keys sorted: itself when it stands so already. */
export function inOrder(type: CompiledType, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  switch (type.kind) {
    case 'struct':
      return inOrderStruct(type, value as Members);
    case 'list':
      return inOrderList(type.element ?? type, value as readonly unknown[]);
    case 'map':
      return inOrderMap(type.element ?? type, value as Members);
    default:
      if (type.element !== null) return inOrderSchema(type.element, value);
      // The elements of field sets stand in their order already.
      return type.scalar === 'fieldsV1' ? value : sorted(value);
  }
}

/** A JSON schema, or a list of schemas or texts. */
function inOrderSchema(schema: CompiledType, value: object): unknown {
  return Array.isArray(value) ? inOrderList(schema, value) : inOrderStruct(schema, value as Members);
}

/**
 * Walks the members that are there, since most fields of a big struct are not, and looks whether any is out of order, to be
 * left out, or changed within, or a zero value that Go writes is missing. No member is brought in order twice: in each other they
 * would double the work with every level.
 */
function inOrderStruct(type: CompiledType, value: Members): unknown {
  const { fields, zeros } = type;
  let placed: Record<string, unknown> | null = null;
  let count = 0;
  let last = -1;
  let z = 0;
  for (const name in value) {
    const field = fields.get(name);
    const member = value[name];
    if (field === undefined || field.index < last || isLeftOut(field, member))
      return rebuilt(type, value, placed ?? value, count);
    count++;
    last = field.index;
    if (typeof member === 'object') {
      const inPlace = inOrder(field.type, member);
      if (inPlace !== member) {
        placed ??= { ...value };
        put(placed, field, inPlace);
      }
    }
    if (z < zeros.length && (zeros[z] as Field).index <= last) {
      if (zeros[z] !== field) return rebuilt(type, value, placed ?? value, count);
      z++;
    }
  }
  return z < zeros.length ? rebuilt(type, value, placed ?? value, count) : (placed ?? value);
}

/** `placed`: has the first `count` members in order already. */
function rebuilt(type: CompiledType, value: Members, placed: Members, count: number): Members {
  const present: Field[] = [];
  const members: unknown[] = [];
  let i = 0;
  for (const name in value) {
    const isPlaced = i++ < count;
    const field = type.fields.get(name);
    const member = isPlaced ? placed[name] : value[name];
    if (field === undefined || isLeftOut(field, member)) continue;
    insert(present, members, field, isPlaced ? member : inOrder(field.type, member));
  }
  const out: Record<string, unknown> = {};
  let z = 0;
  for (let at = 0; at < present.length; at++) {
    const field = present[at] as Field;
    for (; z < type.zeros.length && (type.zeros[z] as Field).index <= field.index; z++) {
      const zero = type.zeros[z] as Field;
      if (zero !== field) put(out, zero, inOrder(zero.type, zero.zero));
    }
    put(out, field, members[at]);
  }
  for (; z < type.zeros.length; z++) {
    const zero = type.zeros[z] as Field;
    put(out, zero, inOrder(zero.type, zero.zero));
  }
  if (type.element !== null) addUnnamed(type, value, out);
  return out;
}

/** Few members are far from their place: inserting beats sorting. */
function insert(present: Field[], members: unknown[], field: Field, member: unknown): void {
  let at = present.length;
  present.push(field);
  members.push(member);
  for (; at > 0 && (present[at - 1] as Field).index > field.index; at--) {
    present[at] = present[at - 1] as Field;
    members[at] = members[at - 1];
  }
  present[at] = field;
  members[at] = member;
}

function put(out: Record<string, unknown>, field: Field, value: unknown): void {
  if (field.inherited) setOwn(out, field.name, value);
  else out[field.name] = value;
}

/** Members of a struct that keeps what it does not name, in key order. */
function addUnnamed(type: CompiledType, value: Members, out: Record<string, unknown>): void {
  for (const key of sortedKeys(value)) {
    if (!type.fields.has(key) && value[key] !== undefined) setOwn(out, key, sorted(value[key]));
  }
}

function inOrderList(element: CompiledType, value: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    const placed = inOrderItem(element, item);
    if (placed === item) continue;
    copy ??= [...value];
    copy[i] = placed;
  }
  return copy ?? value;
}

/** An item has no omitempty: an absent struct is `{}`. */
function inOrderItem(type: CompiledType, value: unknown): unknown {
  return inOrder(type, (value === null || value === undefined) && type.kind === 'struct' ? EMPTY_STRUCT : value);
}

function inOrderMap(element: CompiledType, value: Members): Members {
  let last: string | null = null;
  let isPlain = element.kind !== 'struct';
  for (const key in value) {
    if (last !== null && key < last) return sortedMap(element, value);
    if (typeof value[key] === 'object') isPlain = false;
    last = key;
  }
  if (isPlain) return value;
  let placed: Record<string, unknown> | null = null;
  for (const key in value) {
    const inPlace = inOrderItem(element, value[key]);
    if (inPlace === value[key]) continue;
    placed ??= { ...value };
    setOwn(placed, key, inPlace);
  }
  return placed ?? value;
}

function sortedMap(element: CompiledType, value: Members): Members {
  const out: Record<string, unknown> = {};
  for (const key of sortedKeys(value)) setOwn(out, key, inOrderItem(element, value[key]));
  return out;
}

/** A value without a type, its keys sorted. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const out: Record<string, unknown> = {};
  for (const key of sortedKeys(value)) setOwn(out, key, sorted((value as Members)[key]));
  return out;
}

function isLeftOut(field: Field, member: unknown): boolean {
  if (member === undefined || member === null) return true;
  return field.omitEmpty && !field.pointer && isEmptyValue(field.type, member);
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

/** Go sorts map keys by bytes; UTF-16 order differs only beyond U+FFFF, and the engine puts whole numbers first. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  return keys.length < 2 ? keys : keys.sort();
}
