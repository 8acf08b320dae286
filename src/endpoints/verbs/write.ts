/** POST, PUT and PATCH of objects, of their subresources, and of what is only answered (reviews, bindings). */
import { apiVersionOf, type KubeObject } from '../../meta/object.ts';
import { methodNotAllowed, unsupportedMediaType } from '../../meta/status.ts';
import { nowRfc3339 } from '../../meta/time.ts';
import { fieldValidationOf, parsePatchOptions, parseWriteOptions } from '../../meta/write-options.ts';
import { objectOf, type ParsedBody } from '../../registry/body.ts';
import { create } from '../../registry/create.ts';
import { patch } from '../../registry/patch.ts';
import { managerOf, type WriteRequest } from '../../registry/prepare.ts';
import type { Resource } from '../../registry/resource.ts';
import { patchScale, writeScale } from '../../registry/scale.ts';
import { update } from '../../registry/update.ts';
import { updateManagedFields } from '../../schema/managed-fields.ts';
import { answerEntry, answerObject } from './answer.ts';
import { patchTypeOf, readObject, readPatch } from './body.ts';
import { authorizeCreate, type Call, callerOf, writeRequest } from './call.ts';
import { CONNECTS, connect } from './read.ts';

export async function createVerb(call: Call): Promise<void> {
  const { services, ctx, resource, subresource } = call;
  const path = subresource === null ? '' : `/${subresource.name}`;
  const action = services.registry.actions.get(`${resource.group}/${resource.name}${path}`);
  if (action === undefined && (resource.storage === null || subresource !== null)) {
    if (subresource !== null && CONNECTS.has(subresource.name)) return connect(call);
    throw methodNotAllowed();
  }
  const options = parseWriteOptions(ctx.query, 'CreateOptions');
  const body = await readObject(call, bodyResource(call).type.typeName);
  const request = writeRequest(call, options, body.bytes);
  if (action !== undefined) {
    const object = objectOf(bodyResource(call), await body.parse(), fieldValidationOf(options), request.caller);
    const answer = await action({
      user: ctx.user,
      namespace: call.namespace,
      name: call.name,
      object,
      dryRun: options.dryRun,
    });
    return answerObject(call, 201, answer.kind === resource.kind ? owned(call, request, answer) : answer);
  }
  const entry = await create(services.registry, {
    ...request,
    body: await body.parse(),
    fieldValidation: fieldValidationOf(options),
  });
  return answerEntry(call, 201, entry);
}

/** Reviews tell who asked, as stored objects do, and come in the order of their type. */
function owned(call: Call, request: WriteRequest, review: KubeObject): KubeObject {
  const { resource, services } = call;
  const entries = updateManagedFields({
    type: resource.type,
    live: null,
    next: review,
    manager: managerOf(request),
    operation: 'Update',
    apiVersion: resource.apiVersion,
    subresource: '',
    now: nowRfc3339(services.registry.clock.now()),
    resetFields: ['status'],
  });
  if (entries.length > 0) review.metadata.managedFields = entries;
  return JSON.parse(resource.encode(review)) as KubeObject;
}

export async function updateVerb(call: Call): Promise<void> {
  const { services, ctx } = call;
  const options = parseWriteOptions(ctx.query, 'UpdateOptions');
  const body = await readObject(call, bodyResource(call).type.typeName);
  const request = writeRequest(call, options, body.bytes);
  const fieldValidation = fieldValidationOf(options);
  if (isScale(call)) {
    const scale = await writeScale(services.registry, request, async () =>
      objectOf(bodyResource(call), await body.parse(), fieldValidation, request.caller),
    );
    return answerObject(call, 200, scale);
  }
  const mayCreate = (): Promise<void> => authorizeCreate(call);
  const { entry, created } = await update(services.registry, {
    ...request,
    body: body.parse,
    fieldValidation,
    mayCreate,
  });
  return answerEntry(call, created ? 201 : 200, entry);
}

export async function patchVerb(call: Call): Promise<void> {
  const { services, ctx } = call;
  const type = patchTypeOf(ctx);
  const options = parsePatchOptions(ctx.query, type === 'apply');
  const body = await readPatch(call, type);
  const request = writeRequest(call, options, body.bytes);
  const fieldValidation = fieldValidationOf(options);
  if (isScale(call)) {
    if (type === 'apply')
      throw unsupportedMediaType([
        'application/json-patch+json',
        'application/merge-patch+json',
        'application/strategic-merge-patch+json',
      ]);
    const form = type === 'json' ? 'json' : 'merge';
    const scale = await writeScale(services.registry, request, async (current) =>
      patchedScale(call, form, current, await body.parse()),
    );
    return answerObject(call, 200, scale);
  }
  const { entry, created } = await patch(services.registry, {
    ...request,
    type,
    body: body.parse,
    fieldValidation,
    force: options.force === true,
    mayCreate: () => authorizeCreate(call),
  });
  return answerEntry(call, created ? 201 : 200, entry);
}

function isScale(call: Call): boolean {
  return call.subresource !== null && call.subresource.name === 'scale';
}

function patchedScale(call: Call, form: 'json' | 'merge', current: KubeObject, body: ParsedBody): KubeObject {
  const value = patchScale(form, current, body.value);
  return objectOf(bodyResource(call), { value, text: null, memberCount: 0, duplicates: [] }, 'Ignore', callerOf(call));
}

/** What the body is decoded as: a subresource's own kind (Scale, Binding, Eviction, TokenRequest) or the resource's. */
function bodyResource(call: Call): Resource {
  const { resource, subresource } = call;
  if (subresource === null) return resource;
  if (subresource.type === null) throw methodNotAllowed();
  const { gvk, type } = subresource;
  const apiVersion = apiVersionOf(gvk.group, gvk.version);
  return {
    ...resource,
    gvk,
    kind: gvk.kind,
    apiVersion,
    group: gvk.group,
    version: gvk.version,
    type,
    conversion: null,
    storage: null,
  };
}
