/** metadata.managedFields as the list of managers that it is: reading, identity, order and the cap on updates. */
import type { FieldsV1, ManagedFieldsEntry } from '../meta/object.ts';
import { deepEqual } from './equal.ts';
import { EMPTY_SET, isEmptySet, normalSet, unionOf } from './fieldset.ts';

export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; '' for none, which sorts first. */
  readonly time: string;
  readonly fields: FieldsV1;
}

/** Who owns more than this by Update is too many: the oldest are put together. */
export const UPDATE_MANAGERS_MAX = 10;
const ANCIENT_CHANGES = 'ancient-changes';

/** Entries that the server wrote: their trees are canonical. Null when an entry is not valid. */
export function managersOf(entries: readonly ManagedFieldsEntry[] | undefined): Manager[] | null {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') return null;
    if (!entry.apiVersion || entry.fieldsType !== 'FieldsV1') return null;
    const manager: Manager = {
      name: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time ?? '',
      fields: entry.fieldsV1 ?? EMPTY_SET,
    };
    managers.set(managerId(manager), manager);
  }
  return [...managers.values()];
}

/**
 * What a write starts from: the client's entries when they are valid, else the live ones. `[]` and `[{}]` from a client
 * forget all owners. Through a subresource nobody changes entries by hand.
 */
export function startingManagers(
  live: readonly ManagedFieldsEntry[] | undefined,
  given: readonly ManagedFieldsEntry[] | undefined,
  subresource: string,
): Manager[] {
  if (subresource === '' && given !== undefined && !deepEqual(given, live)) {
    if (given.length === 0 || (given.length === 1 && Object.keys(given[0] as object).length === 0)) return [];
    const managers = managersOf(normalEntries(given));
    if (managers !== null && managers.length > 0) return managers;
  }
  return managersOf(live) ?? [];
}

/** Appliers are one manager whatever version they apply in; updaters are one for each. */
export function isSameManager(a: Manager, b: Manager): boolean {
  return (
    a.name === b.name &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** The identity as upstream writes it, by which managers are ordered in messages. */
export function managerId(manager: Manager): string {
  const { name, operation, subresource } = manager;
  return JSON.stringify({
    manager: name === '' ? undefined : name,
    operation,
    apiVersion: operation === 'Update' ? manager.apiVersion : undefined,
    subresource: subresource === '' ? undefined : subresource,
  });
}

/** Entries in upstream's order: appliers first, then by time, name, version and subresource. Managers of nothing go. */
export function entriesOf(managers: readonly Manager[]): ManagedFieldsEntry[] {
  const sorted = managers.filter((manager) => !isEmptySet(manager.fields)).sort(compareManagers);
  return sorted.map(entryOf);
}

/** Puts the oldest updaters together, by version, until few enough are left. */
export function capUpdaters(managers: Manager[]): Manager[] {
  const updaters = managers.filter((manager) => manager.operation === 'Update');
  if (updaters.length <= UPDATE_MANAGERS_MAX) return managers;
  const byAge = updaters.map((manager) => ({ manager, id: managerId(manager) }));
  byAge.sort((a, b) => compareText(a.manager.time, b.manager.time) || compareText(a.id, b.id));
  const kept = new Set(managers);
  const firstOfVersion = new Map<string, Manager>();
  const ancient = new Map<string, Manager>();
  for (const manager of managers) if (isAncient(manager)) ancient.set(manager.apiVersion, manager);
  // What is put together, joined at the end.
  const parts = new Map<Manager, FieldsV1[]>();
  let count = updaters.length;
  for (const { manager: updater } of byAge) {
    if (count <= UPDATE_MANAGERS_MAX) break;
    const first = firstOfVersion.get(updater.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(updater.apiVersion, updater);
      continue;
    }
    const older = ancient.get(updater.apiVersion) ?? first;
    const joined = parts.get(older) ?? [older.fields];
    joined.push(updater.fields);
    const merged: Manager = { ...updater, name: ANCIENT_CHANGES, subresource: '' };
    kept.delete(older);
    kept.delete(updater);
    kept.add(merged);
    parts.set(merged, joined);
    ancient.set(updater.apiVersion, merged);
    count--;
  }
  return [...kept].map((manager) => {
    const joined = parts.get(manager);
    return joined === undefined ? manager : { ...manager, fields: unionOf(joined) };
  });
}

function isAncient({ name, operation, subresource }: Manager): boolean {
  return name === ANCIENT_CHANGES && operation === 'Update' && subresource === '';
}

function entryOf(manager: Manager): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = {};
  if (manager.name !== '') entry.manager = manager.name;
  entry.operation = manager.operation;
  entry.apiVersion = manager.apiVersion;
  if (manager.time !== '') entry.time = manager.time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = manager.fields;
  if (manager.subresource !== '') entry.subresource = manager.subresource;
  return entry;
}

function compareManagers(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time, b.time) ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A client's trees in canonical form; undefined when one is no FieldsV1. */
function normalEntries(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] | undefined {
  try {
    return entries.map((entry) => ({ ...entry, fieldsV1: normalSet(entry.fieldsV1 ?? {}) }));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
