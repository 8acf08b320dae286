/** A rich object that the server takes: from one that it takes, field by field. */
import { type CompiledType, type Field, readField } from '../../src/schema/compile.ts';
import type { Json } from '../support/api.ts';
import { candidates } from './sample.ts';

/** Answers whether the server takes the object as it is now. */
export type Taken = (object: Json) => Promise<boolean>;

/** Fields that are the server's, or that would make the object another one. */
const LEFT_ALONE: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'metadata', 'managedFields']);
const DEPTH_MAX = 12;

/** Adds to `part`, which stands within `object`, what the server takes; `budget` counts the questions left. */
export async function grow(
  object: Json,
  part: Json,
  type: CompiledType,
  taken: Taken,
  budget: { left: number },
  depth = 0,
): Promise<void> {
  if (depth > DEPTH_MAX || typeof part !== 'object' || part === null) return;
  if (type.kind === 'list' || type.kind === 'map') {
    const [first] = Array.isArray(part) ? part : Object.values(part);
    await grow(object, first, type.element ?? type, taken, budget, depth + 1);
    return;
  }
  for (const field of type.ordered) {
    if (depth === 0 && LEFT_ALONE.has(field.name)) continue;
    if (readField(part, field) === undefined) await add(object, part, field, taken, budget);
    await grow(object, part[field.name], field.type, taken, budget, depth + 1);
  }
}

async function add(object: Json, part: Json, field: Field, taken: Taken, budget: { left: number }): Promise<void> {
  for (const value of candidates(field)) {
    if (budget.left-- <= 0) return;
    part[field.name] = value;
    if (await taken(object)) return;
    delete part[field.name];
  }
}
