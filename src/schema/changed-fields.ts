import type { FieldsV1 } from '../meta/object.ts';
import { type CompiledType, EMPTY_STRUCT, type Field, readField } from './compile.ts';
import { deepEqual, equalValues } from './equal.ts';
import { itemElement } from './field-element.ts';
import { memberType, wholeNode } from './fields-of.ts';
import { LEAF, nodeOf, withoutSelf } from './fieldset.ts';
import type { MadeNodes } from './long-nodes.ts';

/** What a write did, as sets of fields; null: nothing. */
export interface ChangedFields {
  /** Added or modified. */
  readonly changed: FieldsV1 | null;
  readonly removed: FieldsV1 | null;
}

/**
 * Compares two objects as Go's structs: what Go writes for an absent field equals its absence. Fields that nobody owns
 * (kind, apiVersion, metadata.name …) and the top-level fields in `skip` are left out. Equal parts cost a walk and no
 * memory. `made`: nodes of `after` that are made already. Throws FieldPathError.
 */
export function changedFields(
  type: CompiledType,
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>>,
  skip: ReadonlySet<string> = NOTHING,
  made: MadeNodes | null = null,
): ChangedFields {
  const walk: Walk = { removed: null, made };
  const left = before ?? EMPTY_STRUCT;
  let changed: FieldsV1 | null = null;
  let removed: FieldsV1 | null = null;
  for (const name of topLevelNames(type, left, after)) {
    if (UNOWNED.has(name) || skip.has(name)) continue;
    const isMetadata = name === 'metadata';
    let below = isMetadata
      ? compareMetadata(type, left[name], after[name], walk)
      : compareMember(type.fields.get(name), memberType(type, name), left[name], after[name], walk);
    if (isMetadata && below !== null) below = withoutSelf(below);
    if (below !== null) {
      changed ??= {};
      changed[`f:${name}`] = below;
    }
    if (walk.removed !== null) {
      removed ??= {};
      removed[`f:${name}`] = walk.removed;
    }
  }
  return { changed, removed };
}

/** Never part of managed fields: identity, and what the server keeps. */
export const UNOWNED_METADATA: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);

const UNOWNED: ReadonlySet<string> = new Set(['apiVersion', 'kind']);
const NOTHING: ReadonlySet<string> = new Set();

interface Walk {
  /** The second result of a comparison, read by the caller at once. */
  removed: FieldsV1 | null;
  /** Nodes of `after` that are made already. */
  readonly made: MadeNodes | null;
}

function topLevelNames(type: CompiledType, a: object, b: object): readonly string[] {
  const names = type.sorted.map((field) => field.name);
  if (type.element === null) return names;
  const unnamed = [...Object.keys(a), ...Object.keys(b)].filter((key) => !type.fields.has(key));
  return unnamed.length === 0 ? names : [...new Set([...names, ...unnamed])].sort();
}

function compareMetadata(type: CompiledType, before: unknown, after: unknown, walk: Walk): FieldsV1 | null {
  const metadata = type.fields.get('metadata')?.type;
  walk.removed = null;
  if (metadata === undefined || before === after) return null;
  return compareStruct(metadata, asObject(before), asObject(after), walk, UNOWNED_METADATA);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : EMPTY_STRUCT;
}

/** Of a struct's or map's member; `field` is undefined for unnamed ones. Sets `walk.removed`. */
function compareMember(
  field: Field | undefined,
  type: CompiledType | null,
  before: unknown,
  after: unknown,
  walk: Walk,
): FieldsV1 | null {
  walk.removed = null;
  if (type === null || before === after) return null;
  const left = field === undefined ? before : (before ?? field.zero);
  const right = field === undefined ? after : (after ?? field.zero);
  if (left === right) return null;
  if (left === undefined) return wholeNode(type, right, walk.made);
  if (right === undefined) {
    walk.removed = wholeNode(type, left, walk.made);
    return null;
  }
  return compareValue(type, left, right, walk);
}

/** Both are there, and not the same value or reference. */
function compareValue(type: CompiledType, before: unknown, after: unknown, walk: Walk): FieldsV1 | null {
  if (type.atomic) return equalValues(type, before, after) ? null : LEAF;
  switch (type.kind) {
    case 'struct':
      return compareStruct(type, asObject(before), asObject(after), walk, NOTHING);
    case 'map':
      return compareMaps(type, before, after, walk);
    case 'list':
      return compareLists(type, before, after, walk);
    case 'deduced':
      return isObject(before) && isObject(after) ? compareMaps(type, before, after, walk) : leafChange(before, after);
    default:
      return LEAF;
  }
}

function compareStruct(
  type: CompiledType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  walk: Walk,
  skip: ReadonlySet<string>,
): FieldsV1 | null {
  if (type.element !== null) return compareMaps(type, before, after, walk);
  let changed: FieldsV1 | null = null;
  let removed: FieldsV1 | null = null;
  const { sorted } = type;
  for (let i = 0; i < sorted.length; i++) {
    const field = sorted[i] as Field;
    const left = readField(before, field);
    const right = readField(after, field);
    if (left === right || (skip !== NOTHING && skip.has(field.name))) continue;
    const below = compareMember(field, field.type, left, right, walk);
    if (below !== null) {
      changed ??= {};
      changed[field.element] = below;
    }
    if (walk.removed !== null) {
      removed ??= {};
      removed[field.element] = walk.removed;
    }
  }
  walk.removed = removed;
  return changed;
}

/** Maps, values without a schema, and structs that keep members they do not name. */
function compareMaps(type: CompiledType, before: unknown, after: unknown, walk: Walk): FieldsV1 | null {
  const left = asObject(before);
  const right = asObject(after);
  const changed: [string, FieldsV1][] = [];
  const removed: [string, FieldsV1][] = [];
  for (const key of Object.keys(left)) {
    const other = Object.hasOwn(right, key) ? right[key] : undefined;
    const below = compareMember(type.fields.get(key), memberType(type, key), left[key], other, walk);
    if (below !== null) changed.push([`f:${key}`, below]);
    if (walk.removed !== null) removed.push([`f:${key}`, walk.removed]);
  }
  for (const key of Object.keys(right)) {
    if (Object.hasOwn(left, key)) continue;
    const below = compareMember(type.fields.get(key), memberType(type, key), undefined, right[key], walk);
    if (below !== null) changed.push([`f:${key}`, below]);
  }
  walk.removed = removed.length === 0 ? null : nodeOf(removed, false);
  if (changed.length > 0) return nodeOf(changed, false);
  // null became {}, or {} null: both are empty, and differ.
  return walk.removed === null && (before === null) !== (after === null) && isEmpty(left) && isEmpty(right)
    ? LEAF
    : null;
}

function compareLists(type: CompiledType, before: unknown, after: unknown, walk: Walk): FieldsV1 | null {
  const left = Array.isArray(before) ? (before as unknown[]) : [];
  const right = Array.isArray(after) ? (after as unknown[]) : [];
  if (left.length === 0 && right.length === 0) return (before === null) !== (after === null) ? LEAF : null;
  if (left.length === 0) return withoutSelf(wholeNode(type, right, walk.made));
  if (equalValues(type, left, right)) return null;
  const ours = itemsByElement(type, left);
  const theirs = itemsByElement(type, right);
  const changed: [string, FieldsV1][] = [];
  const removed: [string, FieldsV1][] = [];
  for (const [element, items] of ours) {
    const below = compareItems(type, items, theirs.get(element) ?? NO_ITEMS, walk);
    if (below !== null) changed.push([element, below]);
    if (walk.removed !== null) removed.push([element, walk.removed]);
  }
  for (const [element, items] of theirs) {
    if (ours.has(element)) continue;
    const below = compareItems(type, NO_ITEMS, items, walk);
    if (below !== null) changed.push([element, below]);
  }
  walk.removed = removed.length === 0 ? null : nodeOf(removed, false);
  return changed.length === 0 ? null : nodeOf(changed, false);
}

const NO_ITEMS: readonly unknown[] = [];

/** Items of one key; several share it only in lists with duplicates, which are then owned as one member. */
function compareItems(
  type: CompiledType,
  ours: readonly unknown[],
  theirs: readonly unknown[],
  walk: Walk,
): FieldsV1 | null {
  const element = type.element ?? type;
  walk.removed = null;
  if (ours.length <= 1 && theirs.length <= 1) return compareMember(undefined, element, ours[0], theirs[0], walk);
  if (ours.length > 1 && theirs.length > 1) return deepEqual(ours, theirs) ? null : LEAF;
  if (ours.length > 1) {
    walk.removed = LEAF;
    return theirs.length === 0 ? null : wholeNode(element, theirs[0], walk.made);
  }
  if (ours.length > 0) walk.removed = wholeNode(element, ours[0], walk.made);
  return LEAF;
}

function itemsByElement(type: CompiledType, list: readonly unknown[]): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of list) {
    const element = itemElement(type, item);
    const twins = items.get(element);
    if (twins === undefined) items.set(element, [item]);
    else twins.push(item);
  }
  return items;
}

function leafChange(before: unknown, after: unknown): FieldsV1 | null {
  return deepEqual(before, after) ? null : LEAF;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
