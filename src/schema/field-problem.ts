import type { CompiledType } from './compile.ts';
import { FieldPathError, itemElement, pathText } from './field-element.ts';
import { memberType } from './fields-of.ts';

/**
 * What is wrong with a configuration that cannot be applied, with its path: items of list maps or sets that lack their keys
 * or share them. Null when nothing is.
 */
export function problemOf(type: CompiledType, config: Readonly<Record<string, unknown>>): string | null {
  try {
    checkApplied(type, config);
    return null;
  } catch (error) {
    if (error instanceof FieldPathError) return error.message;
    throw error;
  }
}

function checkApplied(type: CompiledType, value: unknown): void {
  if (typeof value !== 'object' || value === null || type.atomic || type.kind === 'scalar') return;
  if (Array.isArray(value)) {
    if (type.kind === 'list') checkItems(type, value);
    return;
  }
  for (const key of Object.keys(value)) {
    const member = memberType(type, key);
    if (member === null || member.kind === 'scalar') continue;
    inside(`.${key}`, () => checkApplied(member, (value as Readonly<Record<string, unknown>>)[key]));
  }
}

function checkItems(type: CompiledType, list: readonly unknown[]): void {
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const element = inside(`: element ${i}: `, () => itemElement(type, item));
    if (seen.has(element)) throw new FieldPathError(`: duplicate entries for key ${pathText([element])}`);
    seen.add(element);
    inside(pathText([element]), () => checkApplied(type.element ?? type, item));
  }
}

function inside<T>(prefix: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof FieldPathError) throw new FieldPathError(prefix + error.message);
    throw error;
  }
}
