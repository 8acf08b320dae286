import type { FieldsV1 } from '../meta/object.ts';
import { type CompiledType, type Field, readField } from './compile.ts';
import { FieldPathError, itemElement, pathText } from './field-element.ts';
import { LEAF, nodeOf } from './fieldset.ts';
import type { MadeNodes } from './long-nodes.ts';

/**
 * The set of fields that an applied configuration claims: its leaves, the items of list maps, and members of maps. Structs
 * and lists are not claimed themselves. Throws FieldPathError for items without keys, and when `unique` for items that share
 * their keys.
 */
export function fieldsOf(type: CompiledType, object: Readonly<Record<string, unknown>>, unique = false): FieldsV1 {
  return claimedNode(type, object, false, unique) ?? LEAF;
}

/**
 * The node of a value that came or went as a whole: every part of it is a member, also what Go writes for absent fields.
 * `made`: nodes that are made already. Throws FieldPathError.
 */
export function wholeNode(type: CompiledType, value: unknown, made: MadeNodes | null): FieldsV1 {
  if (typeof value !== 'object' || value === null || type.atomic) return LEAF;
  const known = made?.get(value);
  if (known !== undefined) return known;
  switch (type.kind) {
    case 'struct':
      return wholeStruct(type, value as Readonly<Record<string, unknown>>, made);
    case 'map':
    case 'deduced':
      if (Array.isArray(value)) return LEAF;
      return wholeMap(type.element ?? type, value as Readonly<Record<string, unknown>>, made);
    case 'list':
      return wholeList(type, value as readonly unknown[], made);
    default:
      return LEAF;
  }
}

/** The type of a struct's or map's member. */
export function memberType(type: CompiledType, name: string): CompiledType | null {
  return type.fields.get(name)?.type ?? type.element;
}

function wholeStruct(type: CompiledType, value: Readonly<Record<string, unknown>>, made: MadeNodes | null): FieldsV1 {
  if (type.element !== null) return wholeOpenStruct(type, value, made);
  let node: FieldsV1 | null = null;
  const { sorted } = type;
  for (let i = 0; i < sorted.length; i++) {
    const field = sorted[i] as Field;
    const member = readField(value, field) ?? field.zero;
    if (member === undefined) continue;
    if (node === null) node = { '.': LEAF };
    node[field.element] = wholeNode(field.type, member, made);
  }
  return node ?? LEAF;
}

/** A struct that keeps members it does not name: their names mix with the named ones. */
function wholeOpenStruct(
  type: CompiledType,
  value: Readonly<Record<string, unknown>>,
  made: MadeNodes | null,
): FieldsV1 {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    const member = memberType(type, key);
    if (member !== null && value[key] !== undefined) children.push([`f:${key}`, wholeNode(member, value[key], made)]);
  }
  return nodeOf(children, true);
}

function wholeMap(element: CompiledType, value: Readonly<Record<string, unknown>>, made: MadeNodes | null): FieldsV1 {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) children.push([`f:${key}`, wholeNode(element, value[key], made)]);
  }
  return nodeOf(children, true);
}

function wholeList(type: CompiledType, value: readonly unknown[], made: MadeNodes | null): FieldsV1 {
  const element = type.element ?? type;
  const children = new Map<string, FieldsV1>();
  for (const item of value) {
    const key = itemElement(type, item);
    // Items that share their key are one member, without anything below.
    children.set(key, children.has(key) ? LEAF : wholeNode(element, item, made));
  }
  return nodeOf([...children], true);
}

/** The node of a claimed value; `member`: the value itself is claimed, not only what is in it. Null: nothing is. */
function claimedNode(type: CompiledType, value: unknown, member: boolean, unique: boolean): FieldsV1 | null {
  if (type.atomic || type.kind === 'scalar') return LEAF;
  if (typeof value !== 'object' || value === null)
    return member || (type.kind === 'deduced' && value !== null) ? LEAF : null;
  if (Array.isArray(value)) {
    if (type.kind === 'deduced') return LEAF;
    return type.kind === 'list' ? claimedItems(type, value, member, unique) : claimedNothing(member);
  }
  if (type.kind === 'list') return claimedNothing(member);
  const object = value as Readonly<Record<string, unknown>>;
  if (type.kind === 'struct' && type.element === null) return claimedStruct(type, object, member, unique);
  return claimedMembers(type, object, member, unique);
}

function claimedNothing(member: boolean): FieldsV1 | null {
  return member ? LEAF : null;
}

function claimedStruct(
  type: CompiledType,
  value: Readonly<Record<string, unknown>>,
  member: boolean,
  unique: boolean,
): FieldsV1 | null {
  let node: FieldsV1 | null = null;
  const { sorted } = type;
  for (let i = 0; i < sorted.length; i++) {
    const field = sorted[i] as Field;
    const given = readField(value, field);
    if (given === undefined) continue;
    const below = claimedNode(field.type, given, isEmptyObject(given), unique);
    if (below === null) continue;
    if (node === null) node = member ? { '.': LEAF } : {};
    node[field.element] = below;
  }
  return node ?? claimedNothing(member);
}

/** Of maps, values without a schema, and structs that keep members they do not name. */
function claimedMembers(
  type: CompiledType,
  value: Readonly<Record<string, unknown>>,
  member: boolean,
  unique: boolean,
): FieldsV1 | null {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    const given = value[key];
    const below = memberType(type, key);
    if (below === null || given === undefined) continue;
    const node = claimedNode(below, given, isEmptyObject(given) || !type.fields.has(key), unique);
    if (node !== null) children.push([`f:${key}`, node]);
  }
  return children.length === 0 ? claimedNothing(member) : nodeOf(children, member);
}

function claimedItems(
  type: CompiledType,
  value: readonly unknown[],
  member: boolean,
  unique: boolean,
): FieldsV1 | null {
  const element = type.element ?? type;
  const children = new Map<string, FieldsV1>();
  for (const item of value) {
    const key = itemElement(type, item);
    const twin = children.has(key);
    if (twin && unique) throw new FieldPathError(`duplicate entries for key ${pathText([key])}`);
    children.set(key, (twin ? null : claimedNode(element, item, true, unique)) ?? LEAF);
  }
  return children.size === 0 ? claimedNothing(member) : nodeOf([...children], member);
}

/** null counts as empty: it claims its field. */
function isEmptyObject(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  for (const _ in value) return false;
  return true;
}
