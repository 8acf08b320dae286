/** Server-side apply (KEP-555). */
import { atOnce, type Stages } from '../base/turns.ts';
import type { FieldsV1, KubeObject, ManagedFieldsEntry } from '../meta/object.ts';
import { badRequest, StatusError } from '../meta/status.ts';
import { conflictError, conflictsOf, type FieldConflict, inOrderOfMessages } from './apply-conflicts.ts';
import { type ChangedFields, UNOWNED_METADATA } from './changed-fields.ts';
import type { CompiledType } from './compile.ts';
import { equalValues } from './equal.ts';
import { FieldPathError } from './field-element.ts';
import { problemOf } from './field-problem.ts';
import { fieldsOf } from './fields-of.ts';
import {
  difference,
  EMPTY_SET,
  hasPath,
  intersection,
  isEmptySet,
  LEAF,
  nodeOf,
  recursiveDifference,
  setOfPaths,
  union,
  unionOf,
} from './fieldset.ts';
import { allowedByLastApplied, copyJson, LAST_APPLIED, lastAppliedText } from './last-applied.ts';
import { entriesOf, isSameManager, type Manager, managersOf } from './managers.ts';
import { applyMerge, removeItems } from './merge.ts';
import { afterUpdate, compared, withoutChanged } from './ownership.ts';

export interface Apply {
  readonly type: CompiledType;
  /** What stands there; null: the apply creates it. */
  readonly live: KubeObject | null;
  /** The configuration, decoded or as it was parsed, not defaulted. */
  readonly config: KubeObject;
  readonly manager: string;
  /** Take fields from the managers that own them. */
  readonly force: boolean;
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, seconds. */
  readonly now: string;
  readonly resetFields?: readonly string[];
  /** Worth stages. */
  readonly isLong?: boolean;
}

export interface Applied {
  /** Not defaulted. Shares nothing with `live` nor with the configuration. */
  readonly object: KubeObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/**
 * Lays the configuration over the live object, drops what the manager applied before and does not any more, unless others
 * own it, and hands over ownership. Throws 409 with upstream's words and causes when others own what would change, 400 when
 * the configuration carries managedFields, 500 for lists that break their keys.
 */
export function serverSideApply(apply: Apply): Applied {
  return atOnce(applyStages(apply));
}

/** `serverSideApply` of a configuration that may be long. */
export function* applyStages(apply: Apply): Stages<Applied> {
  if (apply.config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  try {
    return yield* applied(apply, ownersBefore(apply));
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    throw notTyped(apply.config, problemOf(apply.type, apply.config) ?? error.message);
  }
}

/** 500, as upstream: the configuration does not fit the kind's schema. */
export function notTyped(config: Readonly<Record<string, unknown>>, problem: string): StatusError {
  return new StatusError(500, '', `failed to create typed patch object (${describe(config)}): ${problem}`);
}

function* applied(apply: Apply, managers: readonly Manager[]): Stages<Applied> {
  const { type, live, config, isLong = false } = apply;
  const resetFields = apply.resetFields ?? [];
  // Identity (metadata.name) is nobody's, but it is applied, and so is not pruned.
  const wanted = withoutReset(fieldsOf(type, config, true), resetFields);
  if (isLong) yield;
  const applier = applierOf(apply, difference(wanted, UNOWNED));
  const last = managers.find((manager) => isSameManager(manager, applier));
  const others = managers.filter((manager) => manager !== last);
  const base = live ?? {};
  let object = applyMerge(type, base, config);
  if (isLong) yield;
  if (last !== undefined) object = yield* prune(type, object, last.fields, union(wanted, ownedBy(others)), isLong);
  if (isLong) yield;
  const change = compared(type, live, object, resetFields);
  if (isLong) yield;
  if (!apply.force) refuseConflicts(apply, others, change);
  const isSame = object === base || equalValues(type, base, object);
  const own = { ...applier, time: isSame ? (last?.time ?? '') : apply.now };
  if (isLong) yield;
  const after = others.map((manager) => ({ ...manager, fields: withoutChanged(manager.fields, change) }));
  return { object: finished(apply, object), managedFields: entriesOf([...after, own]) };
}

/** Objects written before anybody tracked them belong to `before-first-apply`. */
function ownersBefore({ type, live, apiVersion, subresource, now, resetFields }: Apply): Manager[] {
  if (live === null) return [];
  const managers = managersOf(live.metadata.managedFields);
  if (managers === null) throw new StatusError(500, '', 'failed to decode managed fields: invalid entry');
  if (managers.length > 0) return managers;
  const change = compared(type, null, live, resetFields ?? []);
  const updater: Manager = {
    name: 'before-first-apply',
    operation: 'Update',
    apiVersion,
    subresource,
    time: now,
    fields: EMPTY_SET,
  };
  return afterUpdate([], updater, change);
}

function applierOf({ manager, apiVersion, subresource, now }: Apply, fields: FieldsV1): Manager {
  return { name: manager === '' ? 'unknown' : manager, operation: 'Apply', apiVersion, subresource, time: now, fields };
}

const UNOWNED: FieldsV1 = {
  'f:apiVersion': LEAF,
  'f:kind': LEAF,
  'f:metadata': nodeOf(
    [...UNOWNED_METADATA].map((name) => [`f:${name}`, LEAF]),
    true,
  ),
};

function withoutReset(fields: FieldsV1, resetFields: readonly string[]): FieldsV1 {
  return resetFields.length === 0 ? fields : recursiveDifference(fields, setOfPaths(resetFields));
}

function ownedBy(managers: readonly Manager[]): FieldsV1 {
  return unionOf(managers.map(({ fields }) => fields));
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Takes out what `last` held, except what is `managed`, by the new configuration too. */
function* prune(
  type: CompiledType,
  merged: JsonObject,
  last: FieldsV1,
  managed: FieldsV1,
  isLong: boolean,
): Stages<JsonObject> {
  if (isEmptySet(difference(last, managed))) return merged;
  const lastNamed = withNamedFields(type, last);
  const managedNamed = withNamedFields(type, managed);
  if (isEmptySet(difference(lastNamed, managedNamed))) return merged;
  if (isLong) yield;
  const mergedSet = withNamedFields(type, fieldsOf(type, merged));
  if (isLong) yield;
  const setAfter = (object: JsonObject): FieldsV1 => withNamedFields(type, fieldsOf(type, object));
  const stripped = removed(type, merged, lastNamed);
  if (isLong) yield;
  const owned = removed(type, merged, difference(mergedSet, union(setAfter(stripped), managedNamed)));
  if (isLong) yield;
  return removed(type, merged, intersection(difference(mergedSet, setAfter(owned)), lastNamed));
}

function removed(type: CompiledType, object: JsonObject, set: FieldsV1): JsonObject {
  return (removeItems(type, object, set) ?? {}) as JsonObject;
}

/** Structs that are there because of their children become members: `a.b.c` brings `a`, where it is a field of a struct. */
function withNamedFields(type: CompiledType, set: FieldsV1): FieldsV1 {
  const out: FieldsV1 = {};
  for (const element in set) {
    const node = set[element] as FieldsV1;
    if (element === '.' || isEmptySet(node)) {
      out[element] = node;
      continue;
    }
    const field = element.startsWith('f:') ? type.fields.get(element.slice(2)) : undefined;
    const below = field?.type ?? type.element;
    const named = below === null ? node : withNamedFields(below, node);
    out[element] = field === undefined || named['.'] !== undefined ? named : { '.': LEAF, ...named };
  }
  return out;
}

function refuseConflicts(apply: Apply, others: readonly Manager[], { changed }: ChangedFields): void {
  if (changed === null) return;
  const conflicts: FieldConflict[] = [];
  for (const manager of inOrderOfMessages(others)) {
    const common = intersection(manager.fields, changed);
    if (!isEmptySet(common)) conflicts.push(...conflictsOf(manager, common));
  }
  if (conflicts.length === 0) return;
  // kubectl takes over what it applied on the client's side, as long as nobody has changed it since.
  const allowed =
    apply.manager === 'kubectl' && apply.live !== null
      ? allowedByLastApplied(apply.type, apply.live, apply.apiVersion)
      : EMPTY_SET;
  const refused = conflicts.filter((conflict) => !hasPath(allowed, conflict.path));
  if (refused.length > 0) throw conflictError(refused);
}

function finished({ manager, config }: Apply, object: JsonObject): KubeObject {
  const copy = copyJson(object) as KubeObject;
  const annotations = copy.metadata?.annotations;
  if (manager === 'kubectl' && annotations?.[LAST_APPLIED]) annotations[LAST_APPLIED] = lastAppliedText(config);
  return copy;
}

/** `default/web; apps/v1, Kind=Deployment`; the core group is `/v1`. What is no text counts as absent: the body as it came. */
function describe(config: Readonly<Record<string, unknown>>): string {
  const metadata = textsOf(config['metadata']);
  const { apiVersion = '', kind = '' } = textsOf(config);
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `${metadata['namespace'] ?? ''}/${metadata['name'] ?? ''}; ${version}, Kind=${kind}`;
}

function textsOf(value: unknown): Partial<Record<string, string>> {
  const texts = Object.entries(value ?? {}).filter(
    (member): member is [string, string] => typeof member[1] === 'string',
  );
  return Object.fromEntries(texts);
}
