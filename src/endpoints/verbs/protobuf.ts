/** Kubernetes' protobuf form at the edge: bodies in, answers and watch frames out. */
import type { KubeObject } from '../../meta/object.ts';
import { badRequest, type Status } from '../../meta/status.ts';
import type { ParsedBody } from '../../registry/body.ts';
import type { Resource, Storage } from '../../registry/resource.ts';
import type { FrameEncoder } from '../../registry/watch.ts';
import { decodeMessage, readEnvelope } from '../../schema/protobuf-decode.ts';
import { encodeEnvelope, encodeMessage, encodeWatchEvent } from '../../schema/protobuf-encode.ts';
import type { Messages } from '../../schema/protobuf-message.ts';
import { bookmarkObject, bytesAt } from './frames.ts';
import { partialOf } from './table.ts';

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
export const PROTOBUF_WATCH_TYPE = `${PROTOBUF_TYPE};stream=watch`;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
export const DELETE_OPTIONS = `${META}DeleteOptions`;

/** A body as JSON would have given it, but for duplicate and unknown fields, which protobuf cannot have. */
export function protobufBody(messages: Messages, typeName: string, bytes: Buffer): ParsedBody {
  const { kind, apiVersion, raw } = readEnvelope(bytes);
  if (kind === '' || apiVersion === '') throw badRequest("Object 'Kind' is missing in the protobuf envelope");
  const value = { kind, apiVersion, ...decodeMessage(messages, typeName, raw) };
  return { value, text: null, memberCount: 0, duplicates: [] };
}

/** A whole object with its envelope; kind and apiVersion are the object's own. */
export function protobufObject(messages: Messages, typeName: string, object: object): Buffer {
  const { apiVersion = '', kind = '' } = object as { apiVersion?: string; kind?: string };
  return encodeEnvelope(apiVersion, kind, encodeMessage(messages, typeName, object));
}

/** `io.k8s.api.core.v1.Pod` to `io.k8s.api.core.v1.PodList`. */
export function listTypeName(resource: Resource): string {
  const { typeName } = resource.type;
  return typeName.slice(0, typeName.length - resource.kind.length) + resource.listKind;
}

/** Definition of a kind of meta.k8s.io or of Status. */
export function metaTypeName(kind: string): string {
  return META + kind;
}

/** Frames of a length in four bytes, big-endian, and a WatchEvent around a whole object. */
export function protobufFrames(
  messages: Messages,
  resource: Resource,
  storage: Storage,
  partialApiVersion: string | null,
): FrameEncoder {
  const typeName = partialApiVersion === null ? resource.type.typeName : metaTypeName('PartialObjectMetadata');
  const frame = (type: string, name: string, object: object): Buffer => {
    const raw = protobufObject(messages, name, object);
    const event = encodeWatchEvent(type, raw);
    const framed = Buffer.allocUnsafe(event.length + 4);
    framed.writeUInt32BE(event.length, 0);
    event.copy(framed, 4);
    return framed;
  };
  return {
    id: `protobuf ${partialApiVersion ?? ''} ${resource.apiVersion}`,
    frame(type, entry, revision) {
      const object = JSON.parse(bytesAt(resource, storage, entry, revision).toString()) as KubeObject;
      return frame(type, typeName, partialApiVersion === null ? object : partialOf(object, partialApiVersion));
    },
    bookmark(revision, initialEventsEnd) {
      const kind = partialApiVersion === null ? resource.kind : 'PartialObjectMetadata';
      return frame(
        'BOOKMARK',
        typeName,
        bookmarkObject(kind, partialApiVersion ?? resource.apiVersion, revision, initialEventsEnd),
      );
    },
    error: (status: Status) => frame('ERROR', metaTypeName('Status'), status),
  };
}
