/** Answers of the verbs: an entry's bytes as they are where JSON is wanted, else what the client asked to make of them. */

import type { KubeObject } from '../../meta/object.ts';
import { notAcceptable } from '../../meta/status.ts';
import { type Entry, entryBytes } from '../../registry/entry.ts';
import type { ListResult } from '../../registry/list.ts';
import { storageOf } from '../../registry/resource.ts';
import { isPrettyRequest, JSON_TYPE, sendBytes, sendChunks, sendObject } from '../respond.ts';
import type { Call } from './call.ts';
import { listChunks, listMeta } from './list-body.ts';
import { listTypeName, metaTypeName, PROTOBUF_TYPE, protobufObject } from './protobuf.ts';
import { includeObjectOf, partialListOf, partialOf, tableOf } from './table.ts';

/** One stored object. */
export function answerEntry(call: Call, status: number, entry: Entry): void | Promise<void> {
  const { ctx, resource, negotiated } = call;
  const bytes = entryBytes(resource, storageOf(resource), entry);
  if (negotiated.media === 'json' && negotiated.as === null && !isPrettyRequest(ctx))
    return sendBytes(ctx, status, JSON_TYPE, bytes);
  return answerObject(call, status, JSON.parse(bytes.toString()) as KubeObject);
}

/** One object that is not stored as it is sent: a review, a Scale, a Status. */
export function answerObject(call: Call, status: number, object: KubeObject): void | Promise<void> {
  const { as } = call.negotiated;
  if (as === null || object.kind === 'Status') return send(call, status, typeNameOf(call, object), object);
  const apiVersion = `${as.group}/${as.version}`;
  switch (as.kind) {
    case 'Table':
      return sendObject(
        call.ctx,
        status,
        table(call, [object], { resourceVersion: object.metadata.resourceVersion ?? '' }, apiVersion),
      );
    case 'PartialObjectMetadata':
      return send(call, status, metaTypeName(as.kind), partialOf(object, apiVersion));
    default:
      throw wrongForm(`you requested ${as.kind}, but the requested object is not a list (${object.kind ?? ''})`);
  }
}

export function answerList(call: Call, result: ListResult): void | Promise<void> {
  const { ctx, resource, negotiated } = call;
  const storage = storageOf(resource);
  const { compare } = storage.behavior.printer;
  if (negotiated.media === 'json' && negotiated.as === null && !isPrettyRequest(ctx) && compare === null) {
    const { chunks, bytes } = listChunks(resource, storage, result);
    return sendChunks(ctx, 200, JSON_TYPE, chunks, bytes);
  }
  const objects = result.entries.map(
    (entry) => JSON.parse(entryBytes(resource, storage, entry).toString()) as KubeObject,
  );
  return answerObjects(call, objects, listMeta(result));
}

/** A list of objects at hand. */
export function answerObjects(
  call: Call,
  objects: KubeObject[],
  metadata: ReturnType<typeof listMeta>,
): void | Promise<void> {
  const { ctx, resource, negotiated } = call;
  const { as } = negotiated;
  if (as === null) return send(call, 200, listTypeName(resource), plainList(call, objects, metadata));
  const apiVersion = `${as.group}/${as.version}`;
  switch (as.kind) {
    case 'Table': {
      const compare = resource.printer?.compare ?? null;
      if (compare !== null) objects.sort(compare);
      return sendObject(ctx, 200, table(call, objects, metadata, apiVersion));
    }
    case 'PartialObjectMetadataList':
      return send(call, 200, metaTypeName(as.kind), partialListOf(objects, apiVersion, metadata));
    default:
      throw wrongForm(`you requested ${as.kind}, but the requested object is a list (${resource.listKind})`);
  }
}

/** Items of typed lists carry no kind and apiVersion of their own. */
function plainList(call: Call, objects: readonly KubeObject[], metadata: ReturnType<typeof listMeta>): object {
  const items = objects.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return { kind: call.resource.listKind, apiVersion: call.resource.apiVersion, metadata, items };
}

function table(
  call: Call,
  objects: readonly KubeObject[],
  metadata: ReturnType<typeof listMeta>,
  apiVersion: string,
): unknown {
  const { services, resource, ctx } = call;
  const { printer } = resource;
  if (printer === null) throw wrongForm(`the resource ${resource.name} does not support being converted to a Table`);
  const include = includeObjectOf(ctx.query.get('includeObject'));
  return tableOf(printer, objects, {
    apiVersion,
    include,
    nowMs: services.registry.clock.now(),
    metadata,
    columns: true,
  });
}

/** In the form that was negotiated. */
function send(call: Call, status: number, typeName: string, object: object): void | Promise<void> {
  if (call.negotiated.media !== 'protobuf') return sendObject(call.ctx, status, object);
  return sendBytes(call.ctx, status, PROTOBUF_TYPE, protobufObject(call.services.messages, typeName, object));
}

/** The definition of an answer's kind: the resource's, a subresource's (Scale) or Status. */
function typeNameOf({ resource, subresource }: Call, { kind = '' }: KubeObject): string {
  if (kind === 'Status') return metaTypeName(kind);
  return subresource !== null && subresource.type !== null && subresource.gvk.kind === kind
    ? subresource.type.typeName
    : resource.type.typeName;
}

function wrongForm(message: string): Error {
  const error = notAcceptable([]);
  error.message = message;
  return error;
}
