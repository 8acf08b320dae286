/** PATCH: JSON patch, merge patch, strategic merge patch, and server-side apply (KEP-555). */

import { afterwards, inStages, isLongWork, type Stages } from '../base/turns.ts';
import { invalidValue } from '../meta/field-error.ts';
import { applyJsonPatch, unknownJsonPatchFields } from '../meta/json-patch.ts';
import { applyMergePatch } from '../meta/merge-patch.ts';
import type { KubeObject } from '../meta/object.ts';
import { badRequest, conflict, invalid, notFound, StatusError } from '../meta/status.ts';
import { nowRfc3339 } from '../meta/time.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { goText } from '../schema/applied-problems.ts';
import { DecodeError } from '../schema/decode.ts';
import { applyStages } from '../schema/managed-fields.ts';
import { strategicMergePatch } from '../schema/strategic-merge-patch.ts';
import { appliedStages, objectStages, type ParsedBody, toStorage, versioned } from './body.ts';
import { createObject, type MayCreate } from './create.ts';
import { type Entry, entryObject, toServed } from './entry.ts';
import { modify, modifyOrCreate, type Written } from './modify.ts';
import { checkName, managerOf, resetFieldsOf, settleNamespace, type WriteRequest, writtenVersion } from './prepare.ts';
import type { Registry } from './registry.ts';
import { storageOf } from './resource.ts';
import { once } from './update.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchRequest extends WriteRequest {
  readonly type: PatchType;
  /** Parses the body; called once per attempt. A promise: it is long. */
  readonly body: () => ParsedBody | Promise<ParsedBody>;
  readonly fieldValidation: FieldValidation;
  /** Apply only: take fields that others own. */
  readonly force: boolean;
  /** Asked only when an apply would create. */
  readonly mayCreate: MayCreate;
}

export function patch(registry: Registry, request: PatchRequest): Promise<Written> {
  const warned = new Set<string>();
  const caller = { ...request.caller, warn: once(warned, request.caller.warn) };
  const quiet = { ...request, caller };
  return request.type === 'apply' ? apply(registry, quiet) : patchExisting(registry, quiet);
}

async function patchExisting(registry: Registry, request: PatchRequest): Promise<Written> {
  const { resource } = request;
  const next = (old: KubeObject, entry: Entry): KubeObject | Promise<KubeObject> =>
    afterwards(request.body(), (body) => {
      const isLong = isLongWork(Math.max(request.bodyBytes, entry.bytes.length));
      return inStages(isLong, patching(old, entry, body, isLong));
    });
  function* patching(old: KubeObject, entry: Entry, body: ParsedBody, isLong: boolean): Stages<KubeObject> {
    // Patches copy along the paths they change and share the rest with `old`: what is shared needs no comparing later.
    const served =
      resource.conversion === null
        ? { ...old, kind: resource.kind, apiVersion: resource.apiVersion }
        : toServed(resource, entryObject(entry));
    const made = ownTop(patched(request, served, body.value));
    if (isLong) yield;
    return yield* patchedObject(request, body, made, isLong);
  }
  return {
    entry: await modify(registry, request, { next, operation: 'Update', checkRevision: false }),
    created: false,
  };
}

/** Unknown fields are those of the whole patched object, duplicates those of the patch alone. Throws 422. */
function* patchedObject(request: PatchRequest, body: ParsedBody, value: unknown, isLong: boolean): Stages<KubeObject> {
  const isJson = request.type === 'json';
  const duplicates = isJson
    ? [...unknownJsonPatchFields(body.value), ...body.duplicates.map((text) => `json patch ${text}`)]
    : body.duplicates;
  // Decoding works in place: the error shows what the patch made.
  const shown = () => (request.type === 'strategic' ? goText(body.value) : JSON.stringify(value));
  try {
    const parsed = { value, text: null, memberCount: 0, duplicates };
    return yield* objectStages(request.resource, parsed, request.fieldValidation, request.caller, isLong);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    const why = error instanceof DecodeError ? error.detail : error.message;
    throw invalid(NO_KIND, '', [invalidValue('patch', shown(), why)]);
  }
}

/** Upstream does not say what kind of object a patch made invalid. */
const NO_KIND = { group: '', resource: '' };

/** The steps after a patch write to the object itself and to its metadata: these two must not be shared. */
function ownTop(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { metadata } = value as { metadata?: unknown };
  const own = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return own ? { ...value, metadata: { ...metadata } } : { ...value };
}

function patched(request: PatchRequest, object: KubeObject, body: unknown): unknown {
  switch (request.type) {
    case 'json':
    case 'merge':
      return versioned(request.type === 'json' ? applyJsonPatch(object, body) : applyMergePatch(object, body));
    case 'strategic':
      return strategicMergePatch(request.resource.type, object, body);
    case 'apply':
      throw new Error('apply is not a patch of one object');
  }
}

function apply(registry: Registry, request: PatchRequest): Promise<Written> {
  const { resource } = request;
  const storage = storageOf(resource);
  const applied = (live: KubeObject | null, entry: Entry | null): KubeObject | Promise<KubeObject> =>
    afterwards(request.body(), (body) => {
      const isLong = isLongWork(Math.max(request.bodyBytes, entry?.bytes.length ?? 0));
      return inStages(isLong, applying(live, body, isLong));
    });
  function* applying(live: KubeObject | null, body: ParsedBody, isLong: boolean): Stages<KubeObject> {
    const config = yield* configuration(request, body, isLong);
    const { uid } = config.metadata;
    if (live === null && uid) {
      const text = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(resource.groupResource, request.name, text);
    }
    const { object, managedFields } = yield* applyStages({
      type: storage.type,
      live,
      config,
      manager: managerOf(request),
      force: request.force,
      apiVersion: writtenVersion(resource, storage),
      subresource: request.subresource,
      now: nowRfc3339(registry.clock.now()),
      resetFields: resetFieldsOf(storage, request.subresource),
      isLong,
    });
    // What the configuration leaves out is the live object's, its name too.
    checkName(request, object);
    object.metadata.managedFields = managedFields;
    return toStorage(resource, toServed(resource, object));
  }
  const create = async (): Promise<Entry> => {
    if (request.subresource !== '') throw notFound(resource.groupResource, request.name);
    const object = await applied(null, null);
    delete object.metadata.resourceVersion;
    return createObject(registry, request, object, 'Apply', request.mayCreate);
  };
  return modifyOrCreate(registry, request, { next: applied, operation: 'Apply', checkRevision: false }, create);
}

/** The applied configuration: what its manager wants, not defaulted, in storage form. */
function* configuration(request: PatchRequest, body: ParsedBody, isLong: boolean): Stages<KubeObject> {
  const { resource } = request;
  const config = yield* appliedStages(resource, body, request.fieldValidation, request.caller, isLong);
  if ((config.metadata.managedFields?.length ?? 0) > 0) throw badRequest('metadata.managedFields must be nil');
  settleNamespace(request, config);
  return resource.conversion === null ? config : resource.conversion.toStorage(config);
}
