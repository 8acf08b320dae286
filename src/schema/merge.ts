/** Typed merge and removal (KEP-555, structured merge). Inputs are never changed; results share what did not change. */

import { setOwn } from '../base/own.ts';
import type { FieldsV1 } from '../meta/object.ts';
import type { CompiledType } from './compile.ts';
import { equalValues } from './equal.ts';
import { itemElement } from './field-element.ts';
import { memberType } from './fields-of.ts';
import { isEmptySet, isMember } from './fieldset.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * `applied` laid over `live`: granular structs and maps by member, list maps and sets by item, everything else replaced.
 * Throws FieldPathError for items without keys.
 */
export function applyMerge(type: CompiledType, live: JsonObject, applied: JsonObject): JsonObject {
  return mergeMembers(type, live, applied);
}

/** The value without the members of `set`; undefined when nothing is left. */
export function removeItems(type: CompiledType, value: unknown, set: FieldsV1): unknown {
  if (isEmptySet(set)) return value;
  if (type.atomic) return undefined;
  if (Array.isArray(value)) return type.kind === 'list' ? removeFromList(type, value, set) : undefined;
  return typeof value === 'object' && value !== null ? removeMembers(type, value as JsonObject, set) : value;
}

function mergeValue(type: CompiledType, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null || type.atomic || type.kind === 'scalar') return applied;
  if (type.kind === 'list') return mergeLists(type, live, applied);
  if (!isObject(live)) return applied;
  // An explicit null of a granular value takes nothing away: it claims the field, no more.
  if (applied === null) return Object.keys(live).length === 0 ? null : live;
  return isObject(applied) ? mergeMembers(type, live, applied) : applied;
}

function mergeMembers(type: CompiledType, live: JsonObject, applied: JsonObject): JsonObject {
  let merged: Record<string, unknown> | null = null;
  for (const key of Object.keys(applied)) {
    const member = memberType(type, key);
    if (member === null) continue;
    const old = Object.hasOwn(live, key) ? live[key] : undefined;
    const value = mergeValue(member, old, applied[key]);
    if (value === old) continue;
    merged ??= { ...live };
    setOwn(merged, key, value);
  }
  return merged ?? live;
}

function mergeLists(type: CompiledType, live: unknown, applied: unknown): unknown {
  if (applied === null) return Array.isArray(live) && live.length > 0 ? live : applied;
  if (!Array.isArray(live) || !Array.isArray(applied)) return applied;
  if (equalValues(type, live, applied)) return live;
  const theirs = indexItems(type, live);
  const ours = indexItems(type, applied);
  const merged = interleave(type, theirs, ours, live, applied);
  if (merged.length === 0) return applied;
  return merged.length === live.length && merged.every((item, i) => item === live[i]) ? live : merged;
}

interface IndexedItems {
  readonly elements: readonly string[];
  /** The item of an element; undefined for duplicates, which are not merged. */
  readonly byElement: ReadonlyMap<string, unknown>;
}

function indexItems(type: CompiledType, list: readonly unknown[]): IndexedItems {
  const elements = list.map((item) => itemElement(type, item));
  const byElement = new Map<string, unknown>();
  for (const [i, element] of elements.entries()) byElement.set(element, byElement.has(element) ? undefined : list[i]);
  return { elements, byElement };
}

/**
 * Items of the applied list stand in its order; live items that it lacks come as soon as the items before them are out:
 * live [a b c d] and applied [c x b] give [a c d x b].
 */
function interleave(
  type: CompiledType,
  theirs: IndexedItems,
  ours: IndexedItems,
  live: readonly unknown[],
  applied: readonly unknown[],
): unknown[] {
  const element = type.element ?? type;
  const shared = ours.elements.filter((item) => theirs.byElement.has(item));
  const out: unknown[] = [];
  const taken = new Set<string>();
  let next = 0;
  let l = 0;
  let r = 0;
  const take = (item: string): void => {
    taken.add(item);
    out.push(mergeValue(element, theirs.byElement.get(item), applied[r]));
    r++;
    if (shared[next] === item) next++;
  };
  while (l < live.length || r < applied.length) {
    const left = theirs.elements[l];
    const right = ours.elements[r];
    if (left !== undefined && right !== undefined) {
      if (left === right) {
        take(left);
        l++;
        continue;
      }
      // A shared item whose turn has not come yet.
      if (ours.byElement.has(left) && shared[next] !== undefined && shared[next] !== left) {
        l++;
        continue;
      }
    }
    if (left !== undefined) {
      if (!ours.byElement.has(left)) {
        out.push(live[l]);
        l++;
        continue;
      }
      if (taken.has(left)) l++;
    }
    if (right !== undefined) take(right);
  }
  return out;
}

function removeFromList(type: CompiledType, list: readonly unknown[], set: FieldsV1): unknown {
  const element = type.element ?? type;
  const kept: unknown[] = [];
  for (const item of list) {
    const node = set[itemElement(type, item)];
    if (node === undefined) kept.push(item);
    else if (!isMember(node)) kept.push(removeItems(element, item, node) ?? null);
  }
  return kept.length === 0 ? undefined : kept;
}

function removeMembers(type: CompiledType, value: JsonObject, set: FieldsV1): unknown {
  const kept: Record<string, unknown> = {};
  let count = 0;
  for (const key of Object.keys(value)) {
    const node = set[`f:${key}`];
    const member = memberType(type, key);
    let rest = value[key];
    if (node !== undefined && member !== null) {
      if (isMember(node)) continue;
      rest = removeItems(member, rest, node);
    }
    if (rest === undefined) continue;
    setOwn(kept, key, rest);
    count++;
  }
  return count === 0 ? undefined : kept;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
