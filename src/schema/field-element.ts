/**
 * Elements of field paths (KEP-555) in their FieldsV1 text: `f:name` a field, `k:{"name":"x"}` the item of a list map,
 * `v:"x"` the item of a set, `i:0` an index.
 */
import { goQuote } from '../base/go-text.ts';
import type { CompiledType, Field } from './compile.ts';
import { encodeAny } from './encode.ts';

/** An object that cannot be described by field paths: a list map's item without keys, a set of objects. */
export class FieldPathError extends Error {}

/**
 * The element of an item of a list map or set. Missing keys take their default, or what Go writes for absence. Throws
 * FieldPathError.
 */
export function itemElement(type: CompiledType, item: unknown): string {
  if (type.listType === 'set') {
    if (item === null) throw new FieldPathError("associative list without keys has an element that's an explicit null");
    if (Array.isArray(item)) throw new FieldPathError('not supported: associative list with lists as elements');
    if (typeof item === 'object') {
      throw new FieldPathError("associative list without keys has an element that's a map type");
    }
    return `v:${encodeAny(item)}`;
  }
  if (item === null) throw new FieldPathError('associative list with keys may not have a null element');
  if (typeof item !== 'object' || Array.isArray(item)) {
    throw new FieldPathError('associative list with keys may not have non-map elements');
  }
  return keyElement(type, item as Readonly<Record<string, unknown>>);
}

/** The order of FieldsV1: fields by name, list items by keys, set items by value, indices. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  const kind = a.charCodeAt(0);
  if (kind !== b.charCodeAt(0)) return KIND_ORDER.indexOf(a[0] ?? '') - KIND_ORDER.indexOf(b[0] ?? '');
  if (kind === FIELD) return compareUtf8(a, b);
  const order = compareStrings(a, b);
  if (order !== 0) return order;
  return kind === KEY ? compareKeys(parsed(a), parsed(b)) : compareValues(parsed(a), parsed(b));
}

/** The canonical text of an element of unknown origin, null for one of an unknown kind. Throws SyntaxError. */
export function normalElement(element: string): string | null {
  if (element.length < 2 || element[1] !== ':') throw new SyntaxError(`missing colon: ${element}`);
  switch (element[0]) {
    case 'f':
      return element;
    case 'v':
      return `v:${encodeAny(parsed(element))}`;
    case 'k': {
      const key = parsed(element);
      if (typeof key !== 'object' || key === null || Array.isArray(key)) throw new SyntaxError('key is no object');
      return `k:${encodeAny(key)}`;
    }
    case 'i': {
      if (!/^[+-]?[0-9]{1,15}$/.test(element.slice(2))) throw new SyntaxError('index is no number');
      return `i:${Number(element.slice(2))}`;
    }
    default:
      return null;
  }
}

/** `.spec.containers[name="web"].image` */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

const KIND_ORDER = 'fkvi';
const FIELD = 0x66;
const KEY = 0x6b;

function keyElement(type: CompiledType, item: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (let i = 0; i < type.keys.length; i++) {
    const field = type.keys[i] as Field;
    const value = (Object.hasOwn(item, field.name) ? item[field.name] : undefined) ?? field.default ?? field.zero;
    if (value !== undefined) text += (text === '' ? '{' : ',') + field.keyText + encodeAny(value);
  }
  if (text === '') {
    const names = type.keys.map((field) => goQuote(field.name)).join(' ');
    throw new FieldPathError(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return `k:${text}}`;
}

function parsed(element: string): unknown {
  return JSON.parse(element.slice(2));
}

function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const members = Object.entries(JSON.parse(rest) as Record<string, unknown>);
      return `[${members.map(([name, value]) => `${name}=${valueText(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${valueText(JSON.parse(rest))}]`;
    default:
      return `[${rest}]`;
  }
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : encodeAny(value);
}

/**
 * The usual case without parsing: the texts first differ inside a string, before any escape. 0: not that case.
 */
function compareStrings(a: string, b: string): number {
  let inside = false;
  for (let i = 2; i < a.length && i < b.length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === BACKSLASH || right === BACKSLASH || left >= SURROGATES || right >= SURROGATES) return 0;
    if (left !== right) {
      if (!inside) return compareNumbers(a, b, i);
      return left === QUOTE ? -1 : right === QUOTE ? 1 : left - right;
    }
    if (left === QUOTE) inside = !inside;
  }
  return 0;
}

/** Two whole numbers that first differ at `at`. 0: they are not both such. */
function compareNumbers(a: string, b: string, at: number): number {
  let start = at;
  while (isDigit(a.charCodeAt(start - 1))) start--;
  const leftEnd = endOfDigits(a, start);
  const rightEnd = endOfDigits(b, start);
  const isWhole =
    leftEnd > start && rightEnd > start && isEnd(a, leftEnd) && isEnd(b, rightEnd) && a[start - 1] === ':';
  return isWhole ? leftEnd - rightEnd || a.charCodeAt(at) - b.charCodeAt(at) : 0;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Of a number in canonical JSON: no fraction nor exponent follows. */
function isEnd(text: string, at: number): boolean {
  return at === text.length || text[at] === ',' || text[at] === '}';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SURROGATES = 0xd800;

function compareKeys(a: unknown, b: unknown): number {
  const left = Object.entries(a as Record<string, unknown>);
  const right = Object.entries(b as Record<string, unknown>);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName, leftValue] = left[i] as [string, unknown];
    const [rightName, rightValue] = right[i] as [string, unknown];
    const order = compareUtf8(leftName, rightName) || compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Numbers, then strings, booleans, lists, objects, null. */
function compareValues(a: unknown, b: unknown): number {
  const rank = valueRank(a) - valueRank(b);
  if (rank !== 0) return rank;
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'string') return compareUtf8(a, b as string);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  return compareUtf8(encodeAny(a), encodeAny(b));
}

function valueRank(value: unknown): number {
  if (value === null) return 5;
  if (Array.isArray(value)) return 3;
  return { number: 0, string: 1, boolean: 2 }[typeof value as string] ?? 4;
}

/** Go compares strings by their UTF-8 bytes; UTF-16 differs where surrogates meet U+E000 and beyond. */
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    return leftHigh === rightHigh ? left - right : leftHigh ? 1 : -1;
  }
  return a.length - b.length;
}
