/** DELETE: preconditions, grace, finalizers, then the store. */
import type { DeleteOptions, Preconditions } from '../meta/delete-options.ts';
import type { KubeObject } from '../meta/object.ts';
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN } from '../meta/object-meta.ts';
import { conflict, MODIFIED_TEXT, notFound } from '../meta/status.ts';
import { nowRfc3339 } from '../meta/time.ts';
import { commit, dryRunEntry, remove } from './commit.ts';
import { type Entry, entryObject, storedValue } from './entry.ts';
import { admissionAttributes, type WriteRequest } from './prepare.ts';
import { fresh } from './read.ts';
import { hooksOf, type Registry } from './registry.ts';
import { type Resource, type Storage, storageKey, storageOf } from './resource.ts';

const RACES_MAX = 100;

export interface DeleteRequest extends WriteRequest {
  readonly options: DeleteOptions;
}

export interface Deleted {
  readonly entry: Entry;
  /** False: it stays for now, held by grace or finalizers. */
  readonly gone: boolean;
}

export async function deleteObject(registry: Registry, request: DeleteRequest): Promise<Deleted> {
  const storage = storageOf(request.resource);
  const waiting = fresh(registry, storage, '');
  if (waiting !== null) await waiting;
  let entry: Entry | null = storage.cache.get(storageKey(storage, request.namespace, request.name)) ?? null;
  for (let race = 0; race < RACES_MAX; race++) {
    if (entry === null) throw notFound(request.resource.groupResource, request.name);
    const outcome = await attempt(registry, request, storage, entry);
    if (outcome.kind === 'done') return outcome;
    entry = outcome.current;
  }
  throw conflict(request.resource.groupResource, request.name, MODIFIED_TEXT);
}

type Attempt =
  | { readonly kind: 'done'; readonly entry: Entry; readonly gone: boolean }
  | { readonly kind: 'raced'; readonly current: Entry | null };

async function attempt(registry: Registry, request: DeleteRequest, storage: Storage, entry: Entry): Promise<Attempt> {
  const object = entryObject(entry);
  checkPreconditions(request.resource, object, request.options.preconditions);
  await admit(registry, request, object);
  const plan = planDeletion(storage, object, request.options, registry.clock.now());
  switch (plan) {
    case 'remove':
      return removeNow(registry, request, storage, entry, object);
    case 'unchanged':
      if (storage.behavior.deletionUnderWay !== null) {
        throw conflict(request.resource.groupResource, request.name, storage.behavior.deletionUnderWay);
      }
      return { kind: 'done', entry, gone: false };
    case 'mark': {
      if (request.dryRun) return { kind: 'done', entry: dryRunEntry(storage, object, entry), gone: false };
      const outcome = await commit(registry, storage, object, storedValue(storage, object), entry);
      return outcome.kind === 'committed' ? { kind: 'done', entry: outcome.entry, gone: false } : outcome;
    }
  }
}

async function removeNow(
  registry: Registry,
  request: DeleteRequest,
  storage: Storage,
  entry: Entry,
  object: KubeObject,
): Promise<Attempt> {
  if (request.dryRun) return { kind: 'done', entry, gone: true };
  const outcome = await remove(registry, entry, storage);
  if (outcome.kind === 'raced') return outcome;
  await hooksOf(registry, request.resource)?.afterDelete(object);
  return { kind: 'done', entry: outcome.entry, gone: true };
}

/** Throws 409 unless `object` is the very one, in the very version, that is meant. Upstream names the kind here. */
export function checkPreconditions(
  { groupKind }: Resource,
  { metadata }: KubeObject,
  preconditions: Preconditions | null,
): void {
  const { uid = null, resourceVersion = null } = preconditions ?? {};
  const { name = '' } = metadata;
  if (uid !== null && uid !== metadata.uid) {
    const text = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflict(groupKind, name, text);
  }
  if (resourceVersion !== null && resourceVersion !== metadata.resourceVersion) {
    const text = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`;
    throw conflict(groupKind, name, text);
  }
}

async function admit(registry: Registry, request: DeleteRequest, object: KubeObject): Promise<void> {
  const { mutate, validate } = registry.admission;
  if (mutate === null && validate === null) return;
  const attributes = admissionAttributes('DELETE', request, request.name, null, object);
  const mutating = mutate?.(attributes);
  if (mutating !== undefined) await mutating;
  const validating = validate?.(attributes);
  if (validating !== undefined) await validating;
}

/**
 * Decides what this delete does, and writes the marks into `object`.
 * 'remove': nothing holds it; 'mark': grace or finalizers hold it, the marks must be stored; 'unchanged': marked already.
 */
export function planDeletion(
  storage: Storage,
  object: KubeObject,
  options: DeleteOptions,
  nowMs: number,
): 'remove' | 'mark' | 'unchanged' {
  const { metadata } = object;
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = metadata;
  if (deletionTimestamp !== undefined && left > 0) return shortenGrace(object, storage, options, left);
  const finalizersChanged = applyPropagation(object, options);
  const held = (metadata.finalizers?.length ?? 0) > 0 || storage.behavior.holdsDeletion?.(object) === true;
  if (deletionTimestamp !== undefined) return held ? (finalizersChanged ? 'mark' : 'unchanged') : 'remove';
  const requested = options.gracePeriodSeconds;
  const grace = storage.behavior.gracePeriodSeconds?.(object, requested !== null && requested < 0 ? 1 : requested) ?? 0;
  if (!held && grace === 0) return 'remove';
  metadata.deletionTimestamp = nowRfc3339(nowMs + grace * 1000);
  // Namespaces end by their finalizers alone.
  if (storage.behavior.beginDeletion === null) metadata.deletionGracePeriodSeconds = grace;
  if (metadata.generation !== undefined && metadata.generation > 0) metadata.generation += 1;
  storage.behavior.beginDeletion?.(object);
  return 'mark';
}

/** A grace that runs can only become shorter, and only when the caller says so; finalizers stay as they are. */
function shortenGrace(
  object: KubeObject,
  storage: Storage,
  { gracePeriodSeconds }: DeleteOptions,
  left: number,
): 'remove' | 'mark' | 'unchanged' {
  const { metadata } = object;
  if (gracePeriodSeconds === null) return 'unchanged';
  const grace = gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds;
  if (grace >= left) return 'unchanged';
  const began = Date.parse(metadata.deletionTimestamp ?? '') - left * 1000;
  metadata.deletionTimestamp = nowRfc3339(began + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
  const held = (metadata.finalizers?.length ?? 0) > 0 || storage.behavior.holdsDeletion?.(object) === true;
  return grace === 0 && !held ? 'remove' : 'mark';
}

/** The garbage collector's finalizers, by propagationPolicy; true when they changed. */
function applyPropagation(object: KubeObject, options: DeleteOptions): boolean {
  const policy =
    options.propagationPolicy ??
    (options.orphanDependents === true ? 'Orphan' : options.orphanDependents === false ? 'Background' : null);
  if (policy === null) return false;
  const before = object.metadata.finalizers ?? [];
  const after = before.filter((finalizer) => finalizer !== FINALIZER_ORPHAN && finalizer !== FINALIZER_FOREGROUND);
  if (policy === 'Orphan') after.push(FINALIZER_ORPHAN);
  if (policy === 'Foreground') after.push(FINALIZER_FOREGROUND);
  const known = new Set(before);
  if (after.length === before.length && after.every((finalizer) => known.has(finalizer))) return false;
  if (after.length > 0) object.metadata.finalizers = after;
  else delete object.metadata.finalizers;
  return true;
}
