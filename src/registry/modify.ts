/**
 * The loop under PUT, PATCH, apply and scale: read, change, own, admit (mutate), prepare, validate, admit (validate),
 * compare-and-set; again from what stands there when somebody else was faster.
 */
import { inStages, isLongWork, turnFor } from '../base/turns.ts';
import type { KubeObject } from '../meta/object.ts';
import { conflict, MODIFIED_TEXT, notFound, StatusError } from '../meta/status.ts';
import { commit, dryRunEntry, remove } from './commit.ts';
import type { WriteContext } from './definition.ts';
import { type Entry, entryObject, sameAsStored, valueToStore } from './entry.ts';
import {
  admissionAttributes,
  bumpGeneration,
  checkName,
  checkRevision,
  checkUid,
  contextOf,
  judgedFor,
  keepSystemFields,
  ownedBy,
  setManagedFields,
  settleNamespace,
  validateUpdate,
  type WriteRequest,
} from './prepare.ts';
import { fresh } from './read.ts';
import { hooksOf, type Registry } from './registry.ts';
import { type Storage, storageKey, storageOf } from './resource.ts';

/** Lost races after which a client is told to try again: somebody writes this object without pause. */
const RACES_MAX = 100;

export interface Change {
  /**
   * The object wanted, in storage form, made from what stands there; `old` is not changed. Called anew after a lost race.
   */
  next(old: KubeObject, entry: Entry): KubeObject | Promise<KubeObject>;
  /** Apply writes its managed fields itself. */
  readonly operation: 'Update' | 'Apply';
  /** The optimistic lock of PUT: a body without resourceVersion must be allowed by the kind. */
  readonly checkRevision: boolean;
}

/** Throws 404 when nothing stands there. */
export async function modify(registry: Registry, request: WriteRequest, change: Change): Promise<Entry> {
  const entry = await modifyExisting(registry, request, change);
  if (entry === null) throw notFound(request.resource.groupResource, request.name);
  return entry;
}

export interface Written {
  readonly entry: Entry;
  readonly created: boolean;
}

/** Modifies what stands there, or creates when nothing does: whichever it is once nobody else is faster. */
export async function modifyOrCreate(
  registry: Registry,
  request: WriteRequest,
  change: Change,
  create: () => Promise<Entry>,
): Promise<Written> {
  for (let race = 1; ; race++) {
    const entry = await modifyExisting(registry, request, change);
    if (entry !== null) return { entry, created: false };
    try {
      return { entry: await create(), created: true };
    } catch (error) {
      const exists = error instanceof StatusError && error.reason === 'AlreadyExists';
      if (!exists || race === RACES_MAX || request.dryRun) throw error;
    }
  }
}

/** Null: nothing stands there. */
async function modifyExisting(registry: Registry, request: WriteRequest, change: Change): Promise<Entry | null> {
  const storage = storageOf(request.resource);
  const waiting = fresh(registry, storage, '');
  if (waiting !== null) await waiting;
  let entry: Entry | null = storage.cache.get(storageKey(storage, request.namespace, request.name)) ?? null;
  for (let race = 0; race < RACES_MAX; race++) {
    if (entry === null) return null;
    const outcome = await attempt(registry, request, storage, change, entry);
    if (outcome.kind === 'committed') return outcome.entry;
    entry = outcome.current;
  }
  throw conflict(request.resource.groupResource, request.name, MODIFIED_TEXT);
}

type Attempt =
  /** `isGone`: this write let a deleting object go. */
  | { readonly kind: 'committed'; readonly entry: Entry; readonly isGone: boolean }
  | { readonly kind: 'raced'; readonly current: Entry | null };

async function attempt(
  registry: Registry,
  request: WriteRequest,
  storage: Storage,
  change: Change,
  entry: Entry,
): Promise<Attempt> {
  const context = contextOf(registry, request);
  const bytes = Math.max(entry.bytes.length, request.bodyBytes);
  const old = entryObject(entry);
  const read = turnFor(bytes);
  if (read !== null) await read;
  const next = change.next(old, entry);
  const object = next instanceof Promise ? await next : next;
  settleNamespace(request, object);
  checkName(request, object);
  if (change.checkRevision || object.metadata.resourceVersion) checkRevision(request, storage, object, entry.revision);
  object.metadata.resourceVersion = String(entry.revision);
  if (change.checkRevision) checkUid(request, object, entry.key, old.metadata.uid ?? '');
  keepSystemFields(object, old);
  const isLong = isLongWork(bytes);
  const owning =
    change.operation === 'Apply'
      ? (object.metadata.managedFields ?? [])
      : inStages(isLong, ownedBy(request, storage, old, object, context, isLong));
  const entries = owning instanceof Promise ? await owning : owning;
  setManagedFields(object, entries);
  await mutate(registry, request, object, old);
  const owned = turnFor(bytes);
  if (owned !== null) await owned;
  prepare(storage, request, object, old, context);
  if (entries.length > 0) object.metadata.managedFields = entries;
  const hooks = hooksOf(registry, request.resource);
  const pending = hooks === null || request.subresource !== '' ? null : await hooks.beforeWrite(object, old, context);
  let outcome: Attempt;
  try {
    const prepared = turnFor(bytes);
    if (prepared !== null) await prepared;
    validateUpdate(request, storage, object, old, context);
    const validated = turnFor(bytes);
    if (validated !== null) await validated;
    await validate(registry, request, object, old);
    outcome = await store(registry, request, storage, object, entry);
  } catch (error) {
    await pending?.rollback();
    throw error;
  }
  if (pending !== null) await (outcome.kind === 'raced' ? pending.rollback() : pending.commit());
  if (outcome.kind === 'committed' && outcome.isGone && hooks !== null) await hooks.afterDelete(object);
  return outcome;
}

async function mutate(registry: Registry, request: WriteRequest, object: KubeObject, old: KubeObject): Promise<void> {
  if (registry.admission.mutate === null) return;
  const mutating = registry.admission.mutate(admissionAttributes('UPDATE', request, request.name, object, old));
  if (mutating !== undefined) await mutating;
}

async function validate(registry: Registry, request: WriteRequest, object: KubeObject, old: KubeObject): Promise<void> {
  if (registry.admission.validate === null) return;
  const validating = registry.admission.validate(admissionAttributes('UPDATE', request, request.name, object, old));
  if (validating !== undefined) await validating;
}

function prepare(
  storage: Storage,
  request: WriteRequest,
  object: KubeObject,
  old: KubeObject,
  context: WriteContext,
): void {
  const { behavior } = storage;
  const subresource = request.subresource === '' ? undefined : behavior.subresources[request.subresource];
  judgedFor(request, object, () => {
    if (subresource !== undefined) subresource.prepareForUpdate(object, old, context);
    else behavior.prepareForUpdate?.(object, old, context);
  });
  bumpGeneration(storage, request.subresource, object, old);
}

async function store(
  registry: Registry,
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  entry: Entry,
): Promise<Attempt> {
  if (deletionIsDue(storage, object)) {
    const last = dryRunEntry(storage, object, entry);
    if (request.dryRun) return { kind: 'committed', entry: last, isGone: false };
    const removed = await remove(registry, entry, storage);
    // Another one who let it go was faster: it is gone, as this one wants.
    const isGone = removed.kind === 'committed';
    if (!isGone && removed.current !== null) return removed;
    return { kind: 'committed', entry: last, isGone };
  }
  const encoding = valueToStore(storage, object, Math.max(entry.bytes.length, request.bodyBytes));
  const value = encoding instanceof Promise ? await encoding : encoding;
  if (sameAsStored(storage, entry, value)) return { kind: 'committed', entry, isGone: false };
  if (request.dryRun) return { kind: 'committed', entry: dryRunEntry(storage, object, entry), isGone: false };
  const outcome = await commit(registry, storage, object, value, entry);
  return outcome.kind === 'raced' ? outcome : { kind: 'committed', entry: outcome.entry, isGone: false };
}

/** A deleting object goes when nothing holds it any more: no finalizers, no grace left. */
export function deletionIsDue(storage: Storage, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined) return false;
  if (finalizers !== undefined && finalizers.length > 0) return false;
  if (deletionGracePeriodSeconds !== undefined && deletionGracePeriodSeconds > 0) return false;
  return storage.behavior.holdsDeletion === null || !storage.behavior.holdsDeletion(object);
}
