/** The lists of strategic merge patch: merging by key, directives among items, and the order that comes out. */

import { setOwn } from '../base/own.ts';
import { checkDepth } from '../meta/depth.ts';
import { StatusError } from '../meta/status.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const DIRECTIVE = '$patch';
export const BAD_PRIMITIVE_LIST = 'invalid patch format of primitive list';
export const BAD_ELEMENT_ORDER = 'invalid patch format of setElementOrder list';

export interface ListMerge {
  readonly original: readonly unknown[];
  readonly patch: readonly unknown[];
  /** '' for lists of scalars. */
  readonly mergeKey: string;
  /** Go's name of the item's type, for messages. */
  readonly typeName: string;
  readonly mergeItem: (original: JsonObject, patch: JsonObject) => JsonObject;
}

/** Throws 422 for lists of lists, 500 for items that do not fit each other, lack their merge key, or have an odd directive. */
export function mergeItems(merge: ListMerge): unknown[] {
  const { original, patch, mergeKey } = merge;
  if (original.length === 0 && patch.length === 0) return [];
  if (!haveObjects(original, patch)) {
    return orderItems([...new Set([...original, ...patch])], patch, original, '');
  }
  if (mergeKey === '') throw failure(`cannot merge lists without merge key for ${merge.typeName}`);
  const special = applySpecialItems(merge);
  const merged = mergeByKey(merge, special.original, special.patch);
  return orderItems(merged, special.patch, special.original, mergeKey);
}

/**
 * The items named by `order` in that order, and between them the others, each before the first item that stood behind it
 * in `original`.
 */
export function orderItems(
  items: readonly unknown[],
  order: readonly unknown[],
  original: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const rank = ranks(order, mergeKey);
  const place = ranks(original, mergeKey);
  const named: unknown[] = [];
  const others: unknown[] = [];
  for (const item of items) (rank.has(keyOf(item, mergeKey)) ? named : others).push(item);
  const byRank = (map: ReadonlyMap<unknown, number>) => (a: unknown, b: unknown) =>
    (map.get(keyOf(a, mergeKey)) ?? 0) - (map.get(keyOf(b, mergeKey)) ?? 0);
  named.sort(byRank(rank));
  others.sort(byRank(place));
  const out: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length || j < named.length) {
    const left = i < others.length ? place.get(keyOf(others[i], mergeKey)) : undefined;
    const right = j < named.length ? place.get(keyOf(named[j], mergeKey)) : undefined;
    const otherFirst = j >= named.length || (left !== undefined && right !== undefined && left < right);
    out.push(i < others.length && otherFirst ? others[i++] : named[j++]);
  }
  return out;
}

/** A new value as it is to be stored: what carries `$patch` is left out; undefined when that is all of it. */
export function withoutDirectives(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  checkDepth(depth);
  if (Array.isArray(value)) {
    return value.map((item) => withoutDirectives(item, depth + 1)).filter((item) => item !== undefined);
  }
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const below = withoutDirectives(member, depth + 1);
    if (below !== undefined) setOwn(kept, key, below);
  }
  return kept;
}

/** A new value brings no null members. */
export function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  checkDepth(depth);
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== null) setOwn(kept, key, withoutNulls(member, depth + 1));
  }
  return kept;
}

export function badArgument(wanted: string, actual: unknown): StatusError {
  return failure(`expected a ${wanted}, but received a ${goType(actual)}`);
}

export function noMergeKey(item: JsonObject, mergeKey: string): StatusError {
  return failure(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
}

export function unknownDirective(directive: unknown, patch: JsonObject): StatusError {
  return failure(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** Errors without a kind of their own: upstream answers 500 with the bare text. */
function failure(text: string): StatusError {
  return new StatusError(500, '', text);
}

/** True for lists of objects, false for scalars. All items of both lists must be of one kind. */
function haveObjects(original: readonly unknown[], patch: readonly unknown[]): boolean {
  const kind = goType(original.length > 0 ? original[0] : patch[0]);
  if (kind === '[]interface {}') {
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
  for (const list of [original, patch]) {
    for (const item of list) {
      if (goType(item) !== kind) throw failure(`list element types are not identical: ${goText([original, patch])}`);
    }
  }
  return kind === 'map[string]interface {}';
}

/** Items with `$patch: delete` take originals out; one with `$patch: replace` makes the patch the whole list. */
function applySpecialItems({ original, patch, mergeKey }: ListMerge): {
  original: readonly unknown[];
  patch: readonly unknown[];
} {
  const plain: JsonObject[] = [];
  const gone = new Set<unknown>();
  let replace = false;
  for (const item of patch as readonly JsonObject[]) {
    const directive = Object.hasOwn(item, DIRECTIVE) ? item[DIRECTIVE] : undefined;
    if (directive === undefined) plain.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw failure('merging lists cannot yet be specified in the patch');
    else if (directive !== 'delete') throw unknownDirective(directive, item);
    else if (Object.hasOwn(item, mergeKey)) gone.add(item[mergeKey]);
    else throw noMergeKey(item, mergeKey);
  }
  if (replace) return { original: plain, patch: [] };
  if (gone.size === 0) return { original, patch: plain };
  return { original: original.filter((item) => !gone.has(rawKey(item as JsonObject, mergeKey))), patch: plain };
}

function mergeByKey(merge: ListMerge, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const { mergeKey } = merge;
  const merged = [...(original as readonly JsonObject[])];
  const places = new Map<unknown, number>();
  for (const [i, item] of merged.entries()) {
    const key = rawKey(item, mergeKey);
    if (key !== undefined && !places.has(key)) places.set(key, i);
  }
  for (const item of patch as readonly JsonObject[]) {
    const key = keyOf(item, mergeKey);
    const at = places.get(key);
    if (at === undefined) {
      places.set(key, merged.length);
      merged.push(item);
    } else {
      merged[at] = merge.mergeItem(merged[at] as JsonObject, item);
    }
  }
  return merged;
}

function ranks(list: readonly unknown[], mergeKey: string): ReadonlyMap<unknown, number> {
  const map = new Map<unknown, number>();
  for (const [i, item] of list.entries()) {
    const key = mergeKey === '' ? item : rawKey(item as JsonObject, mergeKey);
    if (!map.has(key)) map.set(key, i);
  }
  return map;
}

function rawKey(item: JsonObject | null, mergeKey: string): unknown {
  return item !== null && typeof item === 'object' && Object.hasOwn(item, mergeKey) ? item[mergeKey] : undefined;
}

function keyOf(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item;
  const key = rawKey(item as JsonObject, mergeKey);
  if (key === undefined) throw noMergeKey(item as JsonObject, mergeKey);
  return key;
}

function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'object':
      return 'map[string]interface {}';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

/** Go's `%v` of JSON data: `map[a:1 b:[x y]]`. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${goText((value as JsonObject)[key])}`).join(' ')}]`;
}
