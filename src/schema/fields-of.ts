import type { FieldsV1 } from '../meta/object.ts';
import type { CompiledType, Field } from './compile.ts';
import { itemElement } from './field-element.ts';
import { LEAF, nodeOf } from './fieldset.ts';

/**
 * The set of fields that an applied configuration claims: its leaves, the items of list maps, and members of maps. Structs
 * and lists are not claimed themselves. Throws FieldPathError for items without keys.
 */
export function fieldsOf(type: CompiledType, object: Readonly<Record<string, unknown>>): FieldsV1 {
  return nodeOf(claimedMembers(type, object), false);
}

/**
 * The node of a value that came or went as a whole: every part of it is a member, also what Go writes for absent fields.
 * Throws FieldPathError.
 */
export function wholeNode(type: CompiledType, value: unknown): FieldsV1 {
  if (typeof value !== 'object' || value === null || type.atomic) return LEAF;
  switch (type.kind) {
    case 'struct':
      return wholeStruct(type, value as Readonly<Record<string, unknown>>);
    case 'map':
    case 'deduced':
      if (Array.isArray(value)) return LEAF;
      return wholeMap(type.element ?? type, value as Readonly<Record<string, unknown>>);
    case 'list':
      return wholeList(type, value as readonly unknown[]);
    default:
      return LEAF;
  }
}

/** The type of a struct's or map's member. */
export function memberType(type: CompiledType, name: string): CompiledType | null {
  return type.fields.get(name)?.type ?? type.element;
}

function wholeStruct(type: CompiledType, value: Readonly<Record<string, unknown>>): FieldsV1 {
  if (type.element !== null) return wholeOpenStruct(type, value);
  let node: FieldsV1 | null = null;
  const { sorted } = type;
  for (let i = 0; i < sorted.length; i++) {
    const field = sorted[i] as Field;
    const member = (field.inherited && !Object.hasOwn(value, field.name) ? undefined : value[field.name]) ?? field.zero;
    if (member === undefined) continue;
    if (node === null) node = { '.': LEAF };
    node[field.element] = wholeNode(field.type, member);
  }
  return node ?? LEAF;
}

/** A struct that keeps members it does not name: their names mix with the named ones. */
function wholeOpenStruct(type: CompiledType, value: Readonly<Record<string, unknown>>): FieldsV1 {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    const member = memberType(type, key);
    if (member !== null && value[key] !== undefined) children.push([`f:${key}`, wholeNode(member, value[key])]);
  }
  return nodeOf(children, true);
}

function wholeMap(element: CompiledType, value: Readonly<Record<string, unknown>>): FieldsV1 {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) children.push([`f:${key}`, wholeNode(element, value[key])]);
  }
  return nodeOf(children, true);
}

function wholeList(type: CompiledType, value: readonly unknown[]): FieldsV1 {
  const element = type.element ?? type;
  const children = new Map<string, FieldsV1>();
  for (const item of value) {
    const key = itemElement(type, item);
    // Items that share their key are one member, without anything below.
    children.set(key, children.has(key) ? LEAF : wholeNode(element, item));
  }
  return nodeOf([...children], true);
}

/** The node a value contributes below its own element, null when it claims nothing below. */
function claimedNode(type: CompiledType, value: unknown): [string, FieldsV1][] | 'leaf' | null {
  if (type.atomic || type.kind === 'scalar') return 'leaf';
  if (value === null || typeof value !== 'object') return type.kind === 'deduced' && value !== null ? 'leaf' : null;
  if (type.kind === 'list') return Array.isArray(value) ? claimedItems(type, value) : null;
  if (Array.isArray(value)) return type.kind === 'deduced' ? 'leaf' : null;
  return claimedMembers(type, value as Readonly<Record<string, unknown>>);
}

function claimedMembers(type: CompiledType, value: Readonly<Record<string, unknown>>): [string, FieldsV1][] {
  const children: [string, FieldsV1][] = [];
  for (const key of Object.keys(value)) {
    const member = value[key];
    const memberTyped = memberType(type, key);
    if (memberTyped === null || member === undefined) continue;
    const below = claimedNode(memberTyped, member);
    const whole = below === 'leaf' || member === null || isEmptyObject(member) || !type.fields.has(key);
    const grandchildren = below === 'leaf' || below === null ? [] : below;
    if (whole || grandchildren.length > 0) children.push([`f:${key}`, nodeOf(grandchildren, whole)]);
  }
  return children;
}

function claimedItems(type: CompiledType, value: readonly unknown[]): [string, FieldsV1][] {
  const element = type.element ?? type;
  const children = new Map<string, FieldsV1>();
  for (const item of value) {
    const key = itemElement(type, item);
    const below = claimedNode(element, item);
    const twin = children.has(key);
    children.set(key, twin || below === 'leaf' || below === null ? LEAF : nodeOf(below, true));
  }
  return [...children];
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const _ in value) return false;
  return true;
}
