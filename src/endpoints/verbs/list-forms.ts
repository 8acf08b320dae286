/**
 * A list in another form than the stored one (Table, metadata alone, YAML, indented JSON, protobuf), taken apart: what begins and
 * ends it, and how one object becomes a piece of it. So a long list is made in slices, and pieces are shared between requests.
 */
import { MEDIA_TYPES } from '../../codec/negotiate.ts';
import { prettyJson } from '../../codec/pretty.ts';
import { yamlOf } from '../../codec/yaml-write.ts';
import type { KubeObject } from '../../meta/object.ts';
import type { Resource } from '../../registry/resource.ts';
import { encodeMessage, envelopeAround } from '../../schema/protobuf-encode.ts';
import type { Messages } from '../../schema/protobuf-message.ts';
import { ProtobufWriter } from '../../schema/protobuf-writer.ts';
import { encodeJson } from '../encode.ts';
import type { Chunks } from './list-body.ts';
import { PROTOBUF_TYPE } from './protobuf.ts';

export type TextStyle = 'json' | 'pretty' | 'yaml';

export interface ListForm {
  readonly contentType: string;
  /** Forms with the same id make the same pieces. */
  readonly id: string;
  piece(object: KubeObject): Buffer;
  /** The body of the list that has these pieces. */
  whole(pieces: readonly Buffer[]): Chunks;
}

/** A list that JSON or YAML can say. */
export interface TextList {
  /** Without its items. */
  readonly head: Readonly<Record<string, unknown>>;
  /** The member that holds them: `items` or `rows`. */
  readonly member: string;
  readonly id: string;
  readonly item: (object: KubeObject) => unknown;
}

export function textForm(style: TextStyle, list: TextList): ListForm {
  const parts = PARTS[style](list);
  return {
    contentType: style === 'yaml' ? MEDIA_TYPES.yaml : MEDIA_TYPES.json,
    id: `${style} ${list.id}`,
    piece: (object) => parts.piece(list.item(object)),
    whole: (pieces) => (pieces.length === 0 ? alone(parts.none) : joined(parts, pieces)),
  };
}

/** What stands around and between the pieces. */
interface Frame {
  readonly begin: Buffer;
  readonly separator: Buffer;
  readonly end: Buffer;
}

interface Parts extends Frame {
  /** The whole of a list without items. */
  readonly none: Buffer;
  readonly piece: (value: unknown) => Buffer;
}

const PARTS: Readonly<Record<TextStyle, (list: TextList) => Parts>> = {
  json(list) {
    const none = encodeJson({ ...list.head, [list.member]: [] }).toString();
    return {
      ...cut(none, `"${list.member}":[`, ']'),
      separator: Buffer.from(','),
      // Without the final newline.
      piece: (value) => encodeJson(value).subarray(0, -1),
    };
  },
  pretty(list) {
    const none = prettyJson(encodeJson({ ...list.head, [list.member]: [] })).toString();
    const { begin, end, none: bytes } = cut(none, `"${list.member}": [`, ']');
    return {
      none: bytes,
      begin: Buffer.concat([begin, Buffer.from('\n')]),
      separator: Buffer.from(',\n'),
      end: Buffer.concat([Buffer.from('\n  '), end]),
      piece: (value) =>
        Buffer.from(`    ${prettyJson(encodeJson(value)).toString().trimEnd().replaceAll('\n', '\n    ')}`),
    };
  },
  yaml(list) {
    const none = `\n${yamlOf({ ...list.head, [list.member]: [] })}`;
    const mark = `\n${list.member}: []\n`;
    const at = none.indexOf(mark);
    return {
      none: Buffer.from(none.slice(1)),
      begin: Buffer.from(`${none.slice(1, Math.max(1, at + 1))}${list.member}:\n`),
      separator: NOTHING,
      end: Buffer.from(none.slice(at + mark.length)),
      piece: (value) => Buffer.from(yamlOf([value])),
    };
  },
};

/** Texts in JSON have no bare quotes, so that a member is found where it stands. */
function cut(none: string, opening: string, closing: string): Pick<Parts, 'none' | 'begin' | 'end'> {
  const at = none.indexOf(opening + closing) + opening.length;
  return { none: Buffer.from(none), begin: Buffer.from(none.slice(0, at)), end: Buffer.from(none.slice(at)) };
}

function alone(body: Buffer): Chunks {
  return { chunks: [body], bytes: body.length };
}

function joined(frame: Frame, pieces: readonly Buffer[]): Chunks {
  let bytes = frame.begin.length + frame.end.length + Math.max(0, pieces.length - 1) * frame.separator.length;
  for (const piece of pieces) bytes += piece.length;
  return { chunks: gathered(between(frame, pieces)), bytes };
}

function* between({ begin, separator, end }: Frame, pieces: readonly Buffer[]): Generator<Buffer> {
  yield begin;
  let first = true;
  for (const piece of pieces) {
    if (!first && separator.length > 0) yield separator;
    first = false;
    yield piece;
  }
  yield end;
}

export interface ProtobufList {
  readonly messages: Messages;
  readonly apiVersion: string;
  readonly kind: string;
  /** Definitions of the list and of its items. */
  readonly listType: string;
  readonly itemType: string;
  readonly metadata: object;
  readonly item: (object: KubeObject) => object;
}

/** Every list type has its metadata as field 1 and its items as field 2. */
const ITEMS_FIELD = 2;
const NOTHING = Buffer.alloc(0);
const BYTES = 2;

export function protobufForm(list: ProtobufList): ListForm {
  const { messages, apiVersion, kind } = list;
  return {
    contentType: PROTOBUF_TYPE,
    id: `protobuf ${list.itemType}`,
    piece(object) {
      const message = encodeMessage(messages, list.itemType, list.item(object));
      const writer = new ProtobufWriter(message.length + 8);
      writer.tag(ITEMS_FIELD, BYTES);
      writer.raw(message);
      return writer.finish();
    },
    whole(pieces) {
      const head = encodeMessage(messages, list.listType, { metadata: list.metadata, items: [] });
      let bytes = head.length;
      for (const piece of pieces) bytes += piece.length;
      const { begin, end } = envelopeAround(apiVersion, kind, bytes);
      const frame = { begin: Buffer.concat([begin, head]), separator: NOTHING, end };
      return joined(frame, pieces);
    },
  };
}

const CHUNK_BYTES = 256 * 1024;

/** Small parts together, so that calls cost little; made as the client takes them. */
function* gathered(parts: Iterable<Buffer>): Generator<Buffer> {
  let some: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    some.push(part);
    bytes += part.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(some, bytes);
    some = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(some, bytes);
}

/** The name that pieces of one resource's version are kept under. */
export function formId(resource: Resource, kind: string): string {
  return `${resource.apiVersion} ${resource.name} ${kind}`;
}
