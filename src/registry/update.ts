/** PUT: the whole object; creates where the kind allows it. */
import { afterwards, inStages, isLongWork } from '../base/turns.ts';
import type { KubeObject } from '../meta/object.ts';
import { notFound } from '../meta/status.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { objectStages, type ParsedBody } from './body.ts';
import { createObject, type MayCreate } from './create.ts';
import type { Entry } from './entry.ts';
import { modifyOrCreate, type Written } from './modify.ts';
import { checkName, checkUid, settleNamespace, type WriteRequest } from './prepare.ts';
import type { Registry } from './registry.ts';
import { storageKey, storageOf } from './resource.ts';

export interface UpdateRequest extends WriteRequest {
  /** Parses the body; called once per attempt, since an attempt changes what it gets. A promise: it is long. */
  readonly body: () => ParsedBody | Promise<ParsedBody>;
  readonly fieldValidation: FieldValidation;
  /** Asked only when the write would create. */
  readonly mayCreate: MayCreate;
}

/** Throws 404 for what is gone; 409 for a body with a uid where a write may create. */
export function update(registry: Registry, request: UpdateRequest): Promise<Written> {
  const warned = new Set<string>();
  const caller = { ...request.caller, warn: once(warned, request.caller.warn) };
  const quiet = { ...request, caller };
  const isLong = isLongWork(request.bodyBytes);
  const wanted = (): KubeObject | Promise<KubeObject> =>
    afterwards(request.body(), (body) =>
      inStages(isLong, objectStages(request.resource, body, request.fieldValidation, caller, isLong)),
    );
  const create = async (): Promise<Entry> => {
    const object = await wanted();
    const storage = storageOf(request.resource);
    settleNamespace(request, object);
    checkName(request, object);
    if (!storage.behavior.allowCreateOnUpdate || request.subresource !== '')
      throw notFound(request.resource.groupResource, request.name);
    checkUid(request, object, storageKey(storage, request.namespace, request.name), '');
    // It speaks of a version that is gone: this is a new object.
    delete object.metadata.resourceVersion;
    return createObject(registry, quiet, object, 'Update', request.mayCreate);
  };
  return modifyOrCreate(registry, quiet, { next: wanted, operation: 'Update', checkRevision: true }, create);
}

/** A repeated attempt does not repeat its warnings. */
export function once(seen: Set<string>, warn: (text: string) => void): (text: string) => void {
  return (text) => {
    if (seen.has(text)) return;
    seen.add(text);
    warn(text);
  };
}
