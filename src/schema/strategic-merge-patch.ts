import { strategicMergeRepeatedItemsMax } from '../base/limits.ts';
import { setOwn } from '../base/own.ts';
import { checkDepth } from '../meta/depth.ts';
import { badRequest, requestEntityTooLarge, StatusError } from '../meta/status.ts';
import type { CompiledType } from './compile.ts';
import { memberType } from './fields-of.ts';
import {
  BAD_ELEMENT_ORDER,
  BAD_PRIMITIVE_LIST,
  badArgument,
  DIRECTIVE,
  type JsonObject,
  mergeItems,
  noMergeKey,
  orderItems,
  unknownDirective,
  withoutDirectives,
  withoutNulls,
} from './strategic-merge-list.ts';

const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList';
const SET_ELEMENT_ORDER = '$setElementOrder';
const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';

/**
 * Strategic merge patch: a merge patch in which lists merge by the merge keys of their type, with the directives `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList/…` and `$setElementOrder/…`. Changes neither object nor patch; the result shares
 * with both. Throws 400, 422 or 500 with upstream's texts for a patch that makes no sense.
 */
export function strategicMergePatch(type: CompiledType, object: object, patch: unknown): object {
  if (patch !== null && !isObject(patch)) {
    const kind = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
  }
  return mergeMap({ owned: new Set(), mergedAgain: 0 }, type, object as JsonObject, patch ?? {}, 0);
}

interface Merging {
  /** Made by this patch, and so changed in place: a patch may name one item a hundred thousand times. */
  readonly owned: Set<unknown>;
  /** Items of lists that were merged before. */
  mergedAgain: number;
}

function mergeMap(
  merging: Merging,
  type: CompiledType,
  original: JsonObject,
  patch: JsonObject,
  depth: number,
): JsonObject {
  checkDepth(depth);
  if (Object.hasOwn(patch, DIRECTIVE)) return directed(patch);
  const merged: Record<string, unknown> = merging.owned.has(original) ? original : { ...original };
  merging.owned.add(merged);
  let rest = retainKeys(merged, patch);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(SET_ELEMENT_ORDER)) rest = mergeOrdered(merging, type, merged, rest, key, depth);
  }
  for (const key of Object.keys(rest)) {
    const value = rest[key];
    if (key.startsWith(DELETE_FROM_PRIMITIVE_LIST)) deleteFromList(merged, key, value);
    else if (value === null) delete merged[key];
    else mergeMember(merging, type, merged, key, value, depth);
  }
  return merged;
}

function directed(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw unknownDirective(directive, patch);
  const { [DIRECTIVE]: _, ...rest } = patch;
  return rest;
}

/** Drops from `merged` what the directive does not list; returns the patch without the directive. */
function retainKeys(merged: Record<string, unknown>, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return patch;
  const { [RETAIN_KEYS]: list, ...rest } = patch;
  if (!Array.isArray(list)) throw badRequest(BAD_RETAIN_KEYS);
  const retained = new Set<unknown>(list);
  for (const key of Object.keys(rest)) {
    const isDirective = key.startsWith(DELETE_FROM_PRIMITIVE_LIST) || key.startsWith(SET_ELEMENT_ORDER);
    if (rest[key] !== null && !isDirective && !retained.has(key)) throw badRequest(BAD_RETAIN_KEYS);
  }
  for (const key of Object.keys(merged)) if (!retained.has(key)) delete merged[key];
  return rest;
}

function mergeMember(
  merging: Merging,
  type: CompiledType,
  merged: Record<string, unknown>,
  key: string,
  value: unknown,
  depth: number,
): void {
  const original = Object.hasOwn(merged, key) ? merged[key] : undefined;
  const below = memberType(type, key);
  const field = type.fields.get(key);
  if (isObject(original) && isObject(value)) {
    if (below === null) throw noSuchField(type, key);
    const next = field?.patchReplace ? value : mergeMap(merging, below, original, value, depth + 1);
    setOwn(merged, key, next);
  } else if (Array.isArray(original) && Array.isArray(value)) {
    if (below === null) throw noSuchField(type, key);
    setOwn(merged, key, mergeList(merging, type, key, original, value, depth));
  } else if (original !== undefined && typeof original === typeof value && typeof value !== 'object') {
    setOwn(merged, key, value);
  } else {
    const kept = withoutDirectives(withoutNulls(value, depth), depth);
    if (kept === undefined) delete merged[key];
    else setOwn(merged, key, kept);
  }
}

function mergeList(
  merging: Merging,
  type: CompiledType,
  key: string,
  original: readonly unknown[],
  patch: readonly unknown[],
  depth: number,
): unknown[] {
  const field = type.fields.get(key);
  if (!field?.patchMerge) return [...patch];
  if (merging.owned.has(original)) merging.mergedAgain += original.length + 1;
  if (merging.mergedAgain > strategicMergeRepeatedItemsMax) {
    throw requestEntityTooLarge(
      `The allowed maximum of list items that a patch merges repeatedly is ${strategicMergeRepeatedItemsMax}`,
    );
  }
  const item = field.type.element ?? field.type;
  const merged = mergeItems({
    original,
    patch,
    mergeKey: field.patchMergeKey,
    typeName: item.goName,
    mergeItem: (old, change) => mergeMap(merging, item, old, change, depth + 1),
  });
  merging.owned.add(merged);
  return merged;
}

/** `$deleteFromPrimitiveList/finalizers`: takes values out of a list of scalars. */
function deleteFromList(merged: Record<string, unknown>, key: string, value: unknown): void {
  const name = nameBehind(key, DELETE_FROM_PRIMITIVE_LIST, BAD_PRIMITIVE_LIST);
  const original = Object.hasOwn(merged, name) ? merged[name] : undefined;
  if (!Array.isArray(original) || !Array.isArray(value)) return;
  const gone = new Set<unknown>(value);
  setOwn(
    merged,
    name,
    original.filter((item) => !gone.has(item)),
  );
}

/** `$setElementOrder/containers`: merges the list it is about and puts it in that order; returns what is left of the patch. */
function mergeOrdered(
  merging: Merging,
  type: CompiledType,
  merged: Record<string, unknown>,
  patch: JsonObject,
  key: string,
  depth: number,
): JsonObject {
  const order = patch[key];
  if (!Array.isArray(order)) throw badArgument('[]interface {}', order);
  const name = nameBehind(key, SET_ELEMENT_ORDER, BAD_ELEMENT_ORDER);
  const { [key]: _, [name]: change, ...rest } = patch;
  const original = Object.hasOwn(merged, name) ? merged[name] : undefined;
  const changes = Object.hasOwn(patch, name) ? change : undefined;
  if (original !== undefined && original !== null && !Array.isArray(original))
    throw badArgument('[]interface {}', original);
  if (changes !== undefined && !Array.isArray(changes)) throw badArgument('[]interface {}', changes);
  const field = type.fields.get(name);
  if (field === undefined) throw noSuchField(type, name);
  checkOrder(changes, order, field.patchMergeKey);
  const list = Array.isArray(original) ? original : undefined;
  if (list === undefined && changes === undefined) return rest;
  const together =
    changes === undefined
      ? (list ?? [])
      : list === undefined
        ? (withoutDirectives(changes, depth) as unknown[])
        : mergeList(merging, type, name, list, changes, depth);
  const ordered = orderItems(together, order, list ?? [], field.patchMergeKey);
  merging.owned.add(ordered);
  setOwn(merged, name, ordered);
  return rest;
}

/** The items of the patch must stand in the order that the directive gives. */
function checkOrder(changes: readonly unknown[] | undefined, order: readonly unknown[], mergeKey: string): void {
  if (changes === undefined || changes.length === 0 || order.length === 0) return;
  let at = 0;
  for (const item of changes) {
    if (isObject(item) && Object.hasOwn(item, DIRECTIVE)) continue;
    const wanted = keyOf(item, mergeKey);
    while (at < order.length && keyOf(order[at], mergeKey) !== wanted) at++;
    if (at === order.length) {
      throw new StatusError(
        500,
        '',
        `The order in patch list:\n${JSON.stringify(changes)}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${JSON.stringify(order)}\n`,
      );
    }
    at++;
  }
}

function keyOf(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item;
  if (!isObject(item)) throw badArgument('map[string]interface {}', item);
  if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  return item[mergeKey];
}

function nameBehind(key: string, directive: string, problem: string): string {
  if (!key.startsWith(`${directive}/`)) throw badRequest(problem);
  return key.slice(directive.length + 1);
}

function noSuchField(type: CompiledType, key: string): StatusError {
  const name = type.goName.split('.').pop() ?? '';
  return new StatusError(
    500,
    '',
    `unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`,
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
