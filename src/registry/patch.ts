/** PATCH: JSON patch, merge patch, strategic merge patch, and server-side apply (KEP-555). */

import { applyJsonPatch } from '../meta/json-patch.ts';
import { applyMergePatch } from '../meta/merge-patch.ts';
import type { KubeObject } from '../meta/object.ts';
import { badRequest, StatusError } from '../meta/status.ts';
import { nowRfc3339 } from '../meta/time.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { serverSideApply } from '../schema/managed-fields.ts';
import { strategicMergePatch } from '../schema/strategic-merge-patch.ts';
import { objectOf, type ParsedBody, toStorage } from './body.ts';
import { createObject } from './create.ts';
import { type Entry, entryObject, toServed } from './entry.ts';
import { modify } from './modify.ts';
import { managerOf, settleName, settleNamespace, type WriteRequest } from './prepare.ts';
import type { Registry } from './registry.ts';
import { storageOf } from './resource.ts';
import { once, type Written } from './update.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchRequest extends WriteRequest {
  readonly type: PatchType;
  /** Parses the body; called once per attempt. */
  readonly body: () => ParsedBody;
  readonly fieldValidation: FieldValidation;
  /** Apply only: take fields that others own. */
  readonly force: boolean;
}

export function patch(registry: Registry, request: PatchRequest): Promise<Written> {
  const warned = new Set<string>();
  const caller = { ...request.caller, warn: once(warned, request.caller.warn) };
  const quiet = { ...request, caller };
  return request.type === 'apply' ? apply(registry, quiet) : patchExisting(registry, quiet);
}

async function patchExisting(registry: Registry, request: PatchRequest): Promise<Written> {
  const next = (_old: KubeObject, entry: Entry): KubeObject => {
    // Parsed once more: the steps after a patch change the object in place, and `old` must stay what it was.
    const served = toServed(request.resource, entryObject(entry));
    const body = request.body();
    const value = patched(request, served, body.value);
    // Unknown fields are those of the whole patched object, duplicates those of the patch alone.
    return objectOf(
      request.resource,
      { value, text: null, memberCount: 0, duplicates: body.duplicates },
      request.fieldValidation,
      request.caller,
    );
  };
  return {
    entry: await modify(registry, request, { next, operation: 'Update', checkRevision: false }),
    created: false,
  };
}

function patched(request: PatchRequest, object: KubeObject, body: unknown): unknown {
  switch (request.type) {
    case 'json':
      return applyJsonPatch(object, body);
    case 'merge':
      return applyMergePatch(object, body);
    case 'strategic':
      return strategicMergePatch(request.resource.type, object, body);
    case 'apply':
      throw new Error('apply is not a patch of one object');
  }
}

async function apply(registry: Registry, request: PatchRequest): Promise<Written> {
  const storage = storageOf(request.resource);
  const options = () => ({
    type: storage.type,
    manager: managerOf(request),
    force: request.force,
    apiVersion: request.resource.conversion === null ? request.resource.apiVersion : storage.apiVersion,
    subresource: request.subresource,
    now: nowRfc3339(registry.clock.now()),
  });
  const next = (old: KubeObject): KubeObject => {
    const { object, managedFields } = serverSideApply({ ...options(), live: old, config: configuration(request) });
    object.metadata.managedFields = managedFields;
    return toStorage(request.resource, toServed(request.resource, object));
  };
  try {
    return {
      entry: await modify(registry, request, { next, operation: 'Apply', checkRevision: false }),
      created: false,
    };
  } catch (error) {
    const missing = error instanceof StatusError && error.code === 404 && error.details?.name === request.name;
    if (!missing || request.subresource !== '') throw error;
    return { entry: await createApplied(registry, request, options()), created: true };
  }
}

async function createApplied(
  registry: Registry,
  request: PatchRequest,
  options: Omit<Parameters<typeof serverSideApply>[0], 'live' | 'config'>,
): Promise<Entry> {
  const config = configuration(request);
  if (config.metadata.uid) {
    throw new StatusError(
      409,
      'Conflict',
      `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`,
    );
  }
  const { object, managedFields } = serverSideApply({ ...options, live: null, config });
  object.metadata.managedFields = managedFields;
  return createObject(registry, request, toStorage(request.resource, toServed(request.resource, object)), 'Apply');
}

/** The applied configuration: what its manager wants, not defaulted, in storage form. */
function configuration(request: PatchRequest): KubeObject {
  const { resource } = request;
  const body = request.body();
  const given = body.value as { apiVersion?: unknown; kind?: unknown } | null;
  if (given?.apiVersion === undefined || given.kind === undefined)
    throw badRequest('invalid object type: apiVersion and kind must be set');
  const config = decoded(request, body);
  if ((config.metadata.managedFields?.length ?? 0) > 0) throw badRequest('metadata.managedFields must be nil');
  settleNamespace(request, config);
  settleName(request, config);
  return resource.conversion === null ? config : resource.conversion.toStorage(config);
}

function decoded(request: PatchRequest, body: ParsedBody): KubeObject {
  const plain = { ...request.resource, conversion: null, storage: null };
  return objectOf(plain, body, request.fieldValidation, request.caller);
}
