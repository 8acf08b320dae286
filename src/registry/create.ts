/** POST: decode, default, own, admit (mutate), name, prepare, validate, admit (validate), store. */

import { atOnce, inTurns, isLongWork, turnFor } from '../base/turns.ts';
import { generatedName } from '../meta/names.ts';
import type { KubeObject } from '../meta/object.ts';
import { alreadyExists, badRequest, generateNameConflict } from '../meta/status.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { objectStages, type ParsedBody } from './body.ts';
import { commit, dryRunEntry } from './commit.ts';
import type { WriteContext } from './definition.ts';
import { type Entry, valueToStore } from './entry.ts';
import {
  admissionAttributes,
  contextOf,
  judgedFor,
  ownedBy,
  setManagedFields,
  settleNamespace,
  validateCreate,
  type WriteRequest,
} from './prepare.ts';
import { fresh } from './read.ts';
import { hooksOf, type Registry } from './registry.ts';
import { type Storage, storageKey, storageOf } from './resource.ts';

/** Names tried for one generateName before the client is told to try again (KEP-4420). */
const GENERATED_NAMES_MAX = 8;

export interface CreateRequest extends WriteRequest {
  readonly body: ParsedBody;
  readonly fieldValidation: FieldValidation;
}

export async function create(registry: Registry, request: CreateRequest): Promise<Entry> {
  const isLong = isLongWork(request.bodyBytes);
  const decoding = objectStages(request.resource, request.body, request.fieldValidation, request.caller, isLong);
  const object = isLong ? await inTurns(decoding) : atOnce(decoding);
  return createObject(registry, request, object, 'Update', null);
}

/** Throws 403 when the caller may not create the object. */
export type MayCreate = () => void | Promise<void>;

/**
 * Creates from an object in storage form: also the way of apply and of PUT on kinds that it may create. `mayCreate`: null when
 * that is settled already.
 */
export async function createObject(
  registry: Registry,
  request: WriteRequest,
  object: KubeObject,
  operation: 'Update' | 'Apply',
  mayCreate: MayCreate | null,
): Promise<Entry> {
  const storage = storageOf(request.resource);
  const loading = storage.cache.ready();
  if (loading !== null) await loading;
  const context = contextOf(registry, request);
  settleNamespace(request, object);
  checkNewName(object, request.name);
  // Apply has already written its own entry.
  if (operation === 'Update') {
    const isLong = isLongWork(request.bodyBytes);
    const owning = ownedBy(request, storage, null, object, context, isLong);
    setManagedFields(object, isLong ? await inTurns(owning) : atOnce(owning));
  }
  const owned = turnFor(request.bodyBytes);
  if (owned !== null) await owned;
  const { mutate, validate } = registry.admission;
  const attributes = admissionAttributes('CREATE', request, object.metadata.name ?? '', object, null);
  if (mutate !== null) {
    const mutating = mutate(attributes);
    if (mutating !== undefined) await mutating;
  }
  fillSystemFields(registry, request, storage, object, context);
  const { prepareForCreate } = storage.behavior;
  if (prepareForCreate !== null) judgedFor(request, object, () => prepareForCreate(object, context));
  const hooks = hooksOf(registry, request.resource);
  const pending = hooks === null ? null : await hooks.beforeWrite(object, null, context);
  let entry: Entry;
  try {
    validateCreate(request, storage, object, context);
    const validated = turnFor(request.bodyBytes);
    if (validated !== null) await validated;
    const asking = mayCreate?.();
    if (asking !== undefined) await asking;
    if (validate !== null) {
      const validating = validate(attributes);
      if (validating !== undefined) await validating;
    }
    entry = await store(registry, request, storage, object);
  } catch (error) {
    await pending?.rollback();
    throw error;
  }
  if (pending !== null) await pending.commit();
  return entry;
}

function checkNewName(object: KubeObject, pathName: string): void {
  const { metadata } = object;
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '' && metadata.resourceVersion !== '0') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  delete metadata.resourceVersion;
  if (pathName !== '' && (metadata.name === undefined || metadata.name === '')) metadata.name = pathName;
}

function fillSystemFields(
  registry: Registry,
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  context: WriteContext,
): void {
  const { metadata } = object;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  metadata.uid = registry.random.uuid();
  metadata.creationTimestamp = context.now;
  if (storage.behavior.generation === 'none') delete metadata.generation;
  else metadata.generation = 1;
  if ((metadata.name === undefined || metadata.name === '') && metadata.generateName) {
    metadata.name = freeName(registry, request, storage, metadata.generateName);
  }
}

/** Looks before it leaps: what is made from the name (labels, records of hooks) would have to be made anew. */
function freeName(registry: Registry, request: WriteRequest, storage: Storage, base: string): string {
  for (let attempt = 1; ; attempt++) {
    const name = generatedName(base, registry.random);
    if (storage.cache.get(storageKey(storage, request.namespace, name)) === undefined) return name;
    if (attempt === GENERATED_NAMES_MAX) throw generateNameConflict(request.resource.groupResource, name);
  }
}

/** Throws 409 for a name that is taken; one that was generated loses only a race, which the client may run again. */
async function store(registry: Registry, request: WriteRequest, storage: Storage, object: KubeObject): Promise<Entry> {
  const entry = request.dryRun
    ? await rehearse(registry, storage, object)
    : await place(registry, storage, object, request.bodyBytes);
  if (entry !== null) return entry;
  const { groupResource } = request.resource;
  const { name = '', generateName = '' } = object.metadata;
  throw generateName === '' ? alreadyExists(groupResource, name) : generateNameConflict(groupResource, name);
}

/** Null: the name is taken. */
async function place(registry: Registry, storage: Storage, object: KubeObject, bytes: number): Promise<Entry | null> {
  const encoding = valueToStore(storage, object, bytes);
  const value = encoding instanceof Promise ? await encoding : encoding;
  const outcome = await commit(registry, storage, object, value, null);
  return outcome.kind === 'committed' ? outcome.entry : null;
}

async function rehearse(registry: Registry, storage: Storage, object: KubeObject): Promise<Entry | null> {
  await fresh(registry, storage, '');
  const taken = storage.cache.get(storageKey(storage, object.metadata.namespace ?? '', object.metadata.name ?? ''));
  return taken === undefined ? dryRunEntry(storage, object, null) : null;
}
