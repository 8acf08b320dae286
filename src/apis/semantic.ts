/** Comparing values as upstream's structs compare, and saying where they differ. */
import { compileType } from '../schema/compile.ts';
import { equalValues } from '../schema/equal.ts';
import { typeTable } from '../schema/types.ts';

/** Equal as values of a type (`io.k8s.api.core.v1.PodSpec`): what Go writes for an absent field equals its absence. */
export function sameValues(typeName: string, a: unknown, b: unknown): boolean {
  return a === b || equalValues(compileType(typeTable(), typeName), a ?? {}, b ?? {});
}

const LINES_MAX = 50;

/** The fields that differ, one line for what was and one for what is: `-  nodeName: "a"`. For people; not to be parsed. */
export function differenceText(old: object, next: object): string {
  const lines: string[] = [];
  addDifferences(lines, '', old, next);
  if (lines.length > LINES_MAX) lines.splice(LINES_MAX, lines.length, '  ...');
  return lines.join('\n');
}

function addDifferences(lines: string[], path: string, old: unknown, next: unknown): void {
  if (old === next || lines.length > LINES_MAX) return;
  if (isContainer(old) && isContainer(next) && Array.isArray(old) === Array.isArray(next)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const inner = Array.isArray(old) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      addDifferences(lines, inner, member(old, key), member(next, key));
    }
    return;
  }
  if (old !== undefined) lines.push(`- ${path}: ${JSON.stringify(old)}`);
  if (next !== undefined) lines.push(`+ ${path}: ${JSON.stringify(next)}`);
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function member(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
