/** Who owns which field (KEP-555): the entries of metadata.managedFields after a write. */
import { atOnce, type Stages } from '../base/turns.ts';
import type { KubeObject, ManagedFieldsEntry } from '../meta/object.ts';
import type { CompiledType } from './compile.ts';
import { FieldPathError } from './field-element.ts';
import { EMPTY_SET } from './fieldset.ts';
import { longNodes } from './long-nodes.ts';
import { capUpdaters, entriesOf, type Manager, startingManagers } from './managers.ts';
import { afterUpdate, compared } from './ownership.ts';

export { type Applied, type Apply, applyStages, notTyped, serverSideApply } from './apply.ts';

export interface UpdateOwnership {
  readonly type: CompiledType;
  /** Null on create. */
  readonly live: KubeObject | null;
  /** The object as it is to be stored; its own managedFields are the client's wish, which may be granted. */
  readonly next: KubeObject;
  /** Name of the field manager; '' becomes `unknown`. */
  readonly manager: string;
  readonly operation: 'Update';
  readonly apiVersion: string;
  /** '' for the main resource. */
  readonly subresource: string;
  /** RFC 3339, seconds. */
  readonly now: string;
  /** Paths (`status`, `metadata.labels`) that the strategy resets, and that this write so cannot own. */
  readonly resetFields: readonly string[];
}

/**
 * The entries after a create, update or patch: the manager owns what it added or changed, others lose it, and everybody
 * loses what is gone. Changes neither object; a write that changes nothing gets the live entries back as they are. Objects
 * that cannot be described by field paths keep their entries.
 */
export function updateManagedFields(write: UpdateOwnership): ManagedFieldsEntry[] {
  return atOnce(ownershipStages(write, false));
}

/** `updateManagedFields`; `isLong`: the objects may be long. */
export function* ownershipStages(write: UpdateOwnership, isLong: boolean): Stages<ManagedFieldsEntry[]> {
  const { live, next } = write;
  const given = next.metadata.managedFields;
  const liveEntries = live?.metadata.managedFields;
  const start = startingManagers(liveEntries, given, write.subresource);
  // Tracking starts with the creation of an object, or with the first apply.
  if (start.length === 0 && live !== null) return [];
  try {
    const made = isLong && live === null ? yield* longNodes(write.type, next) : null;
    const change = compared(write.type, live, next, write.resetFields, made);
    if (isLong) yield;
    if (change.changed === null && change.removed === null) return entriesOf(start);
    const after = afterUpdate(start, updaterOf(write), change);
    if (isLong) yield;
    return entriesOf(capUpdaters(after));
  } catch (error) {
    if (error instanceof FieldPathError) return liveEntries ?? [];
    throw error;
  }
}

function updaterOf(write: UpdateOwnership): Manager {
  return {
    name: write.manager === '' ? 'unknown' : write.manager,
    operation: 'Update',
    apiVersion: write.apiVersion,
    subresource: write.subresource,
    time: write.now,
    fields: EMPTY_SET,
  };
}
