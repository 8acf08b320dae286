/** The steps that create, update, patch and apply share between decoding and the store. */

import { setOwn } from '../base/own.ts';
import type { Stages } from '../base/turns.ts';
import { type FieldError, invalidValue } from '../meta/field-error.ts';
import type { KubeObject, ManagedFieldsEntry } from '../meta/object.ts';
import {
  duplicateOwnerWarnings,
  finalizersAreWellFormed,
  validateFinalizerOwners,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../meta/object-meta.ts';
import { badRequest, conflict, invalid, MODIFIED_TEXT } from '../meta/status.ts';
import { nowRfc3339 } from '../meta/time.ts';
import { type CompiledType, readField } from '../schema/compile.ts';
import { deepEqual, equalValues } from '../schema/equal.ts';
import { shownForm } from '../schema/internal-form.ts';
import { ownershipStages, type UpdateOwnership } from '../schema/managed-fields.ts';
import type { AdmissionAttributes, Operation } from './admission.ts';
import type { WriteContext } from './definition.ts';
import { judged } from './judge.ts';
import type { Caller, Registry } from './registry.ts';
import type { Resource, Storage } from './resource.ts';

/** One write as the caller asked for it. */
export interface WriteRequest {
  readonly resource: Resource;
  /** '' for the main resource. */
  readonly subresource: string;
  readonly namespace: string;
  /** '' for create. */
  readonly name: string;
  readonly caller: Caller;
  readonly dryRun: boolean;
  /** '' when the request names none. */
  readonly fieldManager: string;
  /** Length of the body that the write came with: work on a long one gives turns to others. */
  readonly bodyBytes: number;
}

export function contextOf(registry: Registry, request: WriteRequest): WriteContext {
  const nowMs = registry.clock.now();
  return {
    user: request.caller.user,
    apiVersion: request.resource.apiVersion,
    now: nowRfc3339(nowMs),
    nowMs,
    dryRun: request.dryRun,
    uuid: registry.random.uuid,
  };
}

export function managerOf(request: WriteRequest): string {
  return request.fieldManager === '' ? request.caller.defaultFieldManager : request.fieldManager;
}

/** The paths that a write here resets, and so cannot own. */
export function resetFieldsOf({ behavior }: Storage, subresource: string): readonly string[] {
  const rules = subresource === '' ? undefined : behavior.subresources[subresource];
  return rules?.resetFields ?? behavior.resetFields;
}

/** The body's namespace must be the path's; an empty one is filled in. */
export function settleNamespace(request: WriteRequest, object: KubeObject): void {
  const { metadata } = object;
  if (!request.resource.namespaced) {
    if (metadata.namespace !== undefined && metadata.namespace !== '') delete metadata.namespace;
    return;
  }
  if (metadata.namespace === undefined || metadata.namespace === '') metadata.namespace = request.namespace;
  if (metadata.namespace !== request.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
}

/** The name that an update, patch or apply gives its object must be the path's. Throws 400, also for none. */
export function checkName(request: WriteRequest, object: KubeObject): void {
  const { name = '' } = object.metadata;
  if (name === '') {
    throw badRequest(`the name of the object (${request.name} based on URL) was undeterminable: name must be provided`);
  }
  if (name !== request.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name})`);
  }
}

/** The managed fields after a create (`live` is null) or an update; nobody's for an empty list. */
export function* ownedBy(
  request: WriteRequest,
  storage: Storage,
  live: KubeObject | null,
  next: KubeObject,
  { now }: WriteContext,
  isLong: boolean,
): Stages<ManagedFieldsEntry[]> {
  const { resource, subresource } = request;
  const write: UpdateOwnership = {
    type: storage.type,
    live,
    next,
    manager: managerOf(request),
    operation: 'Update',
    apiVersion: writtenVersion(resource, storage),
    subresource,
    now,
    resetFields: resetFieldsOf(storage, subresource),
  };
  return yield* ownershipStages(write, isLong);
}

/** The version that fields are owned in. */
export function writtenVersion(resource: Resource, storage: Storage): string {
  return resource.conversion === null ? resource.apiVersion : storage.apiVersion;
}

export function setManagedFields(object: KubeObject, entries: ManagedFieldsEntry[]): void {
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

/** Null when the chain has nothing to do, so that the common write pays nothing. */
export function admissionAttributes(
  operation: Operation,
  request: WriteRequest,
  name: string,
  object: KubeObject | null,
  oldObject: KubeObject | null,
): AdmissionAttributes {
  const { resource, caller } = request;
  return {
    operation,
    group: resource.group,
    version: resource.version,
    resource: resource.name,
    subresource: request.subresource,
    kind: resource.gvk,
    namespace: request.namespace,
    name,
    user: caller.user,
    dryRun: request.dryRun,
    object,
    oldObject,
    warn: caller.warn,
  };
}

export function judgedFor<T>(request: WriteRequest, object: KubeObject, rules: () => T): T {
  return judged(request.resource.groupKind, object.metadata.name ?? '', rules);
}

export function validateCreate(
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  context: WriteContext,
): void {
  judgedFor(request, object, () => checkCreate(request, storage, object, context));
}

function checkCreate(request: WriteRequest, storage: Storage, object: KubeObject, context: WriteContext): void {
  const { behavior } = storage;
  for (const text of duplicateOwnerWarnings(object.metadata)) request.caller.warn(text);
  const errors = validateObjectMeta(object.metadata, {
    namespaced: storage.namespaced,
    validateName: behavior.validateName,
    field: 'metadata',
  });
  errors.push(...finalizerErrors(storage, object));
  if (behavior.validate !== null) errors.push(...behavior.validate(object, context));
  refuse(request, storage, object, errors);
  warn(request, storage, object, null);
}

/** Groups whose validation upstream built on the general rules alone. */
const FREE_FINALIZERS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
]);

function finalizerErrors({ groupResource }: Storage, object: KubeObject): FieldError[] {
  if (FREE_FINALIZERS.has(groupResource.group) || groupResource.resource === 'events') return [];
  return validateFinalizerOwners(object.metadata, 'metadata');
}

export function validateUpdate(
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  old: KubeObject,
  context: WriteContext,
): void {
  judgedFor(request, object, () => checkUpdate(request, storage, object, old, context));
}

function checkUpdate(
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  old: KubeObject,
  context: WriteContext,
): void {
  const { behavior } = storage;
  for (const text of duplicateOwnerWarnings(object.metadata)) request.caller.warn(text);
  const errors = metaUpdateErrors(storage, object, old, request.subresource);
  const subresource = request.subresource === '' ? undefined : behavior.subresources[request.subresource];
  if (subresource !== undefined) {
    if (subresource.validateUpdate !== null) errors.push(...subresource.validateUpdate(object, old, context));
  } else if (behavior.validateUpdate !== null) {
    errors.push(...behavior.validateUpdate(object, old, context));
  }
  refuse(request, storage, object, errors);
  if (subresource === undefined) warn(request, storage, object, old);
}

/** An update's name is the stored one, which older rules may have let in. */
const ANY_NAME = { validateName: () => [], field: 'metadata' };

function metaUpdateErrors(storage: Storage, object: KubeObject, old: KubeObject, subresource: string): FieldError[] {
  const { metadata } = object;
  const changed = validateObjectMetaUpdate(metadata, old.metadata);
  const finalizers = finalizerErrors(storage, object);
  // Nothing else of the whole metadata can have become bad: what is not looked at as a change was carried over.
  if (changed.length === 0 && finalizers.length === 0 && finalizersAreWellFormed(metadata)) return [];
  const whole = validateObjectMeta(metadata, { ...ANY_NAME, namespaced: storage.namespaced });
  // The general rules, both; then the kind's own, which repeat them.
  const errors = [...whole, ...changed, ...changed, ...finalizers];
  const repeats = subresource === '' && storage.behavior.repeatsMetadataChecks;
  return repeats ? [...errors, ...whole, ...finalizers] : errors;
}

/** What an error shows of the object is shown as upstream does, which checks another form than it is sent. */
function refuse(request: WriteRequest, storage: Storage, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const shown = (error: FieldError) => ({ ...error, value: shownForm(storage.type, error.field, error.value) });
  // Events of events.k8s.io are checked, and named, as those of core.
  const kind = { ...request.resource.groupKind, group: storage.groupResource.group };
  throw invalid(kind, object.metadata.name ?? '', errors, shown);
}

function warn(request: WriteRequest, storage: Storage, object: KubeObject, old: KubeObject | null): void {
  const { warnings } = storage.behavior;
  if (warnings !== null) for (const text of warnings(object, old)) request.caller.warn(text);
}

/** The optimistic lock: 409 when the caller saw another version, 422 when it must say which one it saw. */
export function checkRevision(
  request: WriteRequest,
  storage: Storage,
  object: KubeObject,
  currentRevision: number,
): void {
  const given = object.metadata.resourceVersion;
  if (given === undefined || given === '' || given === '0') {
    if (!storage.behavior.allowUnconditionalUpdate && request.subresource === '') {
      const error = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
      // Upstream names the resource where its errors name kinds.
      throw invalid(request.resource.groupResource, request.name, [error]);
    }
    return;
  }
  if (given !== String(currentRevision)) throw conflict(request.resource.groupResource, request.name, MODIFIED_TEXT);
}

/** A body with a uid speaks of that very object, not of a later one with its name. `uid`: that of what stands there. */
export function checkUid(request: WriteRequest, object: KubeObject, key: string, uid: string): void {
  const given = object.metadata.uid ?? '';
  if (given === '' || given === uid) return;
  const text = `Precondition failed: UID in precondition: ${given}, UID in object meta: ${uid}`;
  throw conflict(
    request.resource.groupResource,
    request.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${text}`,
  );
}

/** What only the server decides stays as it was. */
export function keepSystemFields(object: KubeObject, old: KubeObject): void {
  const next = object.metadata;
  const was = old.metadata;
  if (next.uid === undefined || next.uid === '') carry(next, was, 'uid');
  carry(next, was, 'creationTimestamp');
  carry(next, was, 'generation');
  // Clients may send the deletion marks back or leave them out; validation refuses other ones.
  if (was.deletionTimestamp !== undefined) next.deletionTimestamp = was.deletionTimestamp;
  if (next.deletionGracePeriodSeconds === undefined) carry(next, was, 'deletionGracePeriodSeconds');
}

function carry<K extends keyof KubeObject['metadata']>(
  next: KubeObject['metadata'],
  was: KubeObject['metadata'],
  field: K,
): void {
  const value = was[field];
  if (value === undefined) delete next[field];
  else next[field] = value;
}

/** metadata.generation counts changes of what the user wants, not of what the system reports. */
export function bumpGeneration(storage: Storage, subresource: string, object: KubeObject, old: KubeObject): void {
  const rule = storage.behavior.generation;
  if (rule === 'none') return;
  const before = old.metadata.generation ?? 0;
  const changed =
    !sameDesired(storage, object, old) ||
    (rule === 'spec-or-annotations' &&
      subresource === '' &&
      !deepEqual(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}));
  object.metadata.generation = changed ? before + 1 : before;
  if (object.metadata.generation === 0) delete object.metadata.generation;
}

/**
 * Everything outside metadata and status is equal, as Go's structs compare. What is equal becomes the same: validation need
 * not look again at a spec that is the stored one.
 */
function sameDesired({ type }: Storage, object: KubeObject, old: KubeObject): boolean {
  for (const field of type.ordered) {
    if (REPORTED.has(field.name)) continue;
    const left = readField(object, field) ?? field.zero;
    const right = readField(old, field) ?? field.zero;
    if (!equalValues(field.type, left, right)) return false;
    if (typeof left === 'object' && left !== null && Object.hasOwn(old, field.name)) setOwn(object, field.name, right);
  }
  return type.element === null || (sameUnnamed(type, object, old) && sameUnnamed(type, old, object));
}

const REPORTED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Of a struct that keeps members it does not name (custom resources). */
function sameUnnamed(type: CompiledType, a: KubeObject, b: KubeObject): boolean {
  for (const key of Object.keys(a)) {
    if (type.fields.has(key) || REPORTED.has(key)) continue;
    if (!deepEqual(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  }
  return true;
}
