/** Answers of the verbs: an entry's bytes as they are where JSON is wanted, else what the client asked to make of them. */

import type { KubeObject } from '../../meta/object.ts';
import { notAcceptable, timeout } from '../../meta/status.ts';
import { type Entry, entryBytes } from '../../registry/entry.ts';
import type { ListResult } from '../../registry/list.ts';
import { storageOf } from '../../registry/resource.ts';
import { textStyleOf } from '../encode.ts';
import { isPrettyRequest, JSON_TYPE, sendBytes, sendChunks, sendObject } from '../respond.ts';
import type { Call } from './call.ts';
import { turnOfEventLoop } from './conversions.ts';
import { listChunks, listMeta } from './list-body.ts';
import { formId, type ListForm, protobufForm, textForm } from './list-forms.ts';
import { listTypeName, metaTypeName, PROTOBUF_TYPE, protobufObject } from './protobuf.ts';
import { includeObjectOf, partialOf, rowOf } from './table.ts';

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
  if (negotiated.media === 'json' && negotiated.as === null && !isPrettyRequest(ctx) && resource.conversion === null) {
    const { chunks, bytes } = listChunks(resource, storage, result);
    return sendChunks(ctx, 200, JSON_TYPE, chunks, bytes);
  }
  return answerConverted(call, result);
}

/** In slices: thousands of objects are parsed and written anew. */
async function answerConverted(call: Call, result: ListResult): Promise<void> {
  const { ctx, resource, services } = call;
  const storage = storageOf(resource);
  const form = listForm(call, listMeta(result));
  let gone = false;
  ctx.exchange.onClose(() => {
    gone = true;
  });
  const isWanted = (): boolean => !gone && !ctx.timedOut;
  const objectOf = (entry: Entry): KubeObject =>
    JSON.parse(entryBytes(resource, storage, entry).toString()) as KubeObject;
  const entries = await inOrder(call, result.entries, objectOf);
  const make = (entry: Entry): Buffer => form.piece(objectOf(entry));
  const pieces = await services.conversions.pieces({ entries, id: form.id, make, isWanted });
  if (pieces === null) {
    // The end of a request that nobody waits for; the answer goes nowhere.
    if (!ctx.exchange.responded) throw timeout('the client disconnected', 0);
    return;
  }
  const { chunks, bytes } = form.whole(pieces);
  await sendChunks(ctx, 200, form.contentType, chunks, bytes);
}

/** As the table of the kind sorts them (events). */
async function inOrder(
  call: Call,
  entries: readonly Entry[],
  objectOf: (entry: Entry) => KubeObject,
): Promise<readonly Entry[]> {
  const compare = call.resource.printer?.compare ?? null;
  if (compare === null || call.negotiated.as?.kind !== 'Table') return entries;
  const pairs: { readonly entry: Entry; readonly object: KubeObject }[] = [];
  for (const entry of entries) {
    pairs.push({ entry, object: objectOf(entry) });
    if (pairs.length % SORTED_PER_TURN === 0) await turnOfEventLoop();
  }
  return pairs.sort((a, b) => compare(a.object, b.object)).map(({ entry }) => entry);
}

const SORTED_PER_TURN = 200;

/** A list of objects at hand. */
export function answerObjects(
  call: Call,
  objects: KubeObject[],
  metadata: ReturnType<typeof listMeta>,
): void | Promise<void> {
  const form = listForm(call, metadata);
  const { chunks, bytes } = form.whole(objects.map((object) => form.piece(object)));
  return sendChunks(call.ctx, 200, form.contentType, chunks, bytes);
}

function listForm(call: Call, metadata: ReturnType<typeof listMeta>): ListForm {
  const { resource, negotiated, ctx, services } = call;
  const { as } = negotiated;
  const style = textStyleOf(ctx);
  const protobuf = negotiated.media === 'protobuf';
  if (as === null) {
    const { apiVersion, listKind: kind } = resource;
    if (protobuf) {
      const types = { listType: listTypeName(resource), itemType: resource.type.typeName };
      return protobufForm({
        messages: services.messages,
        apiVersion,
        kind,
        ...types,
        metadata,
        item: (object) => object,
      });
    }
    // Items of typed lists carry no kind and apiVersion of their own.
    const item = ({ kind: _kind, apiVersion: _apiVersion, ...rest }: KubeObject) => rest;
    return textForm(style, { head: { kind, apiVersion, metadata }, member: 'items', id: formId(resource, kind), item });
  }
  const apiVersion = `${as.group}/${as.version}`;
  switch (as.kind) {
    case 'Table': {
      const { head, row, id } = tableParts(call, metadata, apiVersion);
      return textForm(style, { head, member: 'rows', id: formId(resource, id), item: row });
    }
    case 'PartialObjectMetadataList': {
      const item = (object: KubeObject): object => partialOf(object, apiVersion);
      if (protobuf) {
        const types = { listType: metaTypeName(as.kind), itemType: metaTypeName('PartialObjectMetadata') };
        return protobufForm({ messages: services.messages, apiVersion, kind: as.kind, ...types, metadata, item });
      }
      const head = { kind: as.kind, apiVersion, metadata };
      return textForm(style, { head, member: 'items', id: formId(resource, `${as.kind} ${apiVersion}`), item });
    }
    default:
      throw wrongForm(`you requested ${as.kind}, but the requested object is a list (${resource.listKind})`);
  }
}

function table(
  call: Call,
  objects: readonly KubeObject[],
  metadata: ReturnType<typeof listMeta>,
  apiVersion: string,
): unknown {
  const { head, row } = tableParts(call, metadata, apiVersion);
  return { ...head, rows: objects.map(row) };
}

/** Rows tell ages, so that they are good for a second. */
function tableParts(call: Call, metadata: ReturnType<typeof listMeta>, apiVersion: string) {
  const { services, resource, ctx } = call;
  const { printer } = resource;
  if (printer === null) throw wrongForm(`the resource ${resource.name} does not support being converted to a Table`);
  const include = includeObjectOf(ctx.query.get('includeObject'));
  const nowMs = services.registry.clock.now();
  return {
    head: { kind: 'Table', apiVersion, metadata, columnDefinitions: printer.columns },
    id: `Table ${apiVersion} ${include} ${Math.floor(nowMs / 1000)}`,
    row: (object: KubeObject) => rowOf(printer, object, { apiVersion, include, nowMs }),
  };
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
