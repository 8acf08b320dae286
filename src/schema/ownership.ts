import type { FieldsV1, KubeObject } from '../meta/object.ts';
import { type ChangedFields, changedFields } from './changed-fields.ts';
import type { CompiledType } from './compile.ts';
import { difference, isEmptySet, recursiveDifference, setOfPaths, union } from './fieldset.ts';
import type { MadeNodes } from './long-nodes.ts';
import { isSameManager, type Manager } from './managers.ts';

/** What changed, without what is reset. */
export function compared(
  type: CompiledType,
  live: KubeObject | null,
  next: Readonly<Record<string, unknown>>,
  resetFields: readonly string[],
  made: MadeNodes | null = null,
): ChangedFields {
  const { changed, removed } = changedFields(type, live, next, new Set(resetFields), made);
  const nested = resetFields.filter((path) => path.includes('.'));
  if (nested.length === 0) return { changed, removed };
  const reset = setOfPaths(nested);
  return { changed: withoutReset(changed, reset), removed: withoutReset(removed, reset) };
}

/** The managers after an update: `updater` has owned nothing new yet. */
export function afterUpdate(managers: readonly Manager[], updater: Manager, change: ChangedFields): Manager[] {
  const after: Manager[] = [];
  let own = updater;
  for (const manager of managers) {
    const fields = withoutChanged(manager.fields, change);
    if (isSameManager(manager, updater)) own = { ...manager, fields };
    else after.push(fields === manager.fields ? manager : { ...manager, fields });
  }
  if (change.changed !== null) own = { ...own, time: updater.time, fields: union(own.fields, change.changed) };
  after.push(own);
  return after;
}

export function withoutChanged(fields: FieldsV1, { changed, removed }: ChangedFields): FieldsV1 {
  const kept = changed === null ? fields : difference(fields, changed);
  return removed === null ? kept : difference(kept, removed);
}

function withoutReset(set: FieldsV1 | null, reset: FieldsV1): FieldsV1 | null {
  if (set === null) return null;
  const rest = recursiveDifference(set, reset);
  return isEmptySet(rest) ? null : rest;
}
