import { type CompiledType, type Field, readField } from './compile.ts';

/** Equality of JSON values; the order of members does not count, an undefined member is an absent one. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
    return true;
  }
  return !Array.isArray(b) && membersEqual(a as JsonObject, b as JsonObject, null);
}

/**
 * Equality of two values of a type as Go's structs would compare: what Go writes for an absent field equals its absence
 * (`resources: {}`, null).
 */
export function equalValues(type: CompiledType, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  switch (type.kind) {
    case 'struct':
      return !Array.isArray(a) && !Array.isArray(b) && structsEqual(type, a as JsonObject, b as JsonObject);
    case 'list':
      return Array.isArray(a) && Array.isArray(b) && listsEqual(type.element ?? type, a, b);
    case 'map':
      return !Array.isArray(a) && !Array.isArray(b) && membersEqual(a as JsonObject, b as JsonObject, type.element);
    default:
      return deepEqual(a, b);
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function structsEqual(type: CompiledType, a: JsonObject, b: JsonObject): boolean {
  const { ordered } = type;
  for (let i = 0; i < ordered.length; i++) {
    const field = ordered[i] as Field;
    const left = readField(a, field);
    const right = readField(b, field);
    if (left !== right && !equalValues(field.type, left ?? field.zero, right ?? field.zero)) return false;
  }
  if (type.element === null) return true;
  return unnamedEqual(type, a, b) && unnamedEqual(type, b, a);
}

function unnamedEqual(type: CompiledType, a: JsonObject, b: JsonObject): boolean {
  for (const key in a) if (!type.fields.has(key) && !deepEqual(a[key], ownMember(b, key))) return false;
  return true;
}

function listsEqual(element: CompiledType, a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalValues(element, a[i], b[i])) return false;
  return true;
}

function membersEqual(a: JsonObject, b: JsonObject, element: CompiledType | null): boolean {
  for (const key in a) {
    const other = ownMember(b, key);
    if (a[key] !== other && !(element === null ? deepEqual(a[key], other) : equalValues(element, a[key], other)))
      return false;
  }
  for (const key in b) if (b[key] !== undefined && ownMember(a, key) === undefined) return false;
  return true;
}

function ownMember(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
