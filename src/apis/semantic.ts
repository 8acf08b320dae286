/** Comparing values as upstream's structs compare, and saying where they differ. */
import { escapeHtml } from '../base/go-text.ts';
import { unifiedDiff } from '../base/unified-diff.ts';
import { compileType } from '../schema/compile.ts';
import { equalValues } from '../schema/equal.ts';
import { internalForm } from '../schema/internal-form.ts';
import { typeTable } from '../schema/types.ts';

/** Equal as values of a type (`io.k8s.api.core.v1.PodSpec`): what Go writes for an absent field equals its absence. */
export function sameValues(typeName: string, a: unknown, b: unknown): boolean {
  return a === b || equalValues(compileType(typeTable(), typeName), a ?? {}, b ?? {});
}

/** Where two values of a type differ, line by line of their internal form, as upstream's messages show it. */
export function internalDifference(typeName: string, old: object, next: object): string {
  const type = compileType(typeTable(), typeName);
  const lines = (value: object): string => escapeHtml(JSON.stringify(internalForm(type, value), null, 1));
  return unifiedDiff(lines(old), lines(next));
}
