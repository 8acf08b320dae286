import { goQuote } from '../base/go-text.ts';
import type { FieldsV1 } from '../meta/object.ts';
import { applyConflict, type StatusError } from '../meta/status.ts';
import { pathText } from './field-element.ts';
import { forEachPath } from './fieldset.ts';
import { type Manager, managerId } from './managers.ts';

/** A field that would change and that another manager owns. */
export interface FieldConflict {
  readonly manager: Manager;
  readonly path: readonly string[];
}

export function conflictsOf(manager: Manager, fields: FieldsV1): FieldConflict[] {
  const conflicts: FieldConflict[] = [];
  forEachPath(fields, (path) => conflicts.push({ manager, path: [...path] }));
  return conflicts;
}

export function inOrderOfMessages(managers: readonly Manager[]): Manager[] {
  const pairs = managers.map((manager) => ({ manager, id: managerId(manager) }));
  return pairs.sort((a, b) => compareText(a.id, b.id)).map(({ manager }) => manager);
}

/** 409 with one cause for each field, in upstream's words. `conflicts`: by manager, in the order of messages. */
export function conflictError(conflicts: readonly FieldConflict[]): StatusError {
  let last: Manager | null = null;
  let message = '';
  const causes = conflicts.map(({ manager, path }) => {
    if (manager !== last) message = `conflict with ${managerText(manager)}`;
    last = manager;
    return { reason: 'FieldManagerConflict', message, field: pathText(path) };
  });
  return applyConflict(causes, messageOf(conflicts));
}

function messageOf(conflicts: readonly FieldConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${managerText(first.manager)}: ${pathText(first.path)}`;
  }
  const lines: string[] = [];
  let last: Manager | null = null;
  for (const { manager, path } of conflicts) {
    if (manager !== last) lines.push(`conflicts with ${managerText(manager)}:`);
    lines.push(`- ${pathText(path)}`);
    last = manager;
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** `"kubectl-edit" using apps/v1`; appliers have no version. */
function managerText(manager: Manager): string {
  const name = goQuote(manager.name);
  const who = manager.subresource === '' ? name : `${name} with subresource ${goQuote(manager.subresource)}`;
  return manager.operation === 'Update' ? `${who} using ${manager.apiVersion}` : who;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
