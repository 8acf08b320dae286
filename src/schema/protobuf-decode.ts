/** From protobuf to the plain values that JSON.parse would give for the same object. */
import { isUtf8 } from 'node:buffer';
import { setOwn } from '../base/own.ts';
import { nowRfc3339, nowRfc3339Micro } from '../meta/time.ts';
import { durationText } from './decode-time.ts';
import { type Form, JSON_SCHEMA_PROPS, type Message, type Messages } from './protobuf-message.ts';
import {
  BYTES,
  FIXED64,
  malformed,
  type Reader,
  readBytes,
  readDouble,
  readerOf,
  readMessage,
  readTag,
  readVarint,
  skip,
  VARINT,
} from './protobuf-reader.ts';
import type { AnyForm } from './protobuf-table.ts';

type Members = Record<string, unknown>;

/** The object of a message without its envelope. Throws 400 for malformed bytes. */
export function decodeMessage(messages: Messages, typeName: string, bytes: Buffer): Members {
  const object: Members = {};
  readInto(messages, messages(typeName), readerOf(bytes), object);
  return object;
}

/** runtime.Unknown behind the magic number: kind, apiVersion and the message. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Buffer;
}

export const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

export function readEnvelope(bytes: Buffer): Envelope {
  if (bytes.length < MAGIC.length || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) {
    throw malformed('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const envelope = { apiVersion: '', kind: '', raw: Buffer.alloc(0) as Buffer };
  const reader = readerOf(bytes.subarray(MAGIC.length));
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | BYTES)) readTypeMeta(readMessage(reader), envelope);
    else if (tag === ((2 << 3) | BYTES)) envelope.raw = readBytes(reader);
    else skip(reader, tag & 7);
  }
  return envelope;
}

function readTypeMeta(reader: Reader, envelope: { apiVersion: string; kind: string }): void {
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | BYTES)) envelope.apiVersion = readText(reader);
    else if (tag === ((2 << 3) | BYTES)) envelope.kind = readText(reader);
    else skip(reader, tag & 7);
  }
}

function readInto(messages: Messages, message: Message, reader: Reader, object: Members): void {
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    const slot = message.byNumber.get(tag >>> 3);
    if (slot === undefined) {
      skip(reader, tag & 7);
      continue;
    }
    const { form, name } = slot;
    expectWire(form, tag & 7);
    switch (form.kind) {
      case 'embedded':
        readInto(messages, form.message, readMessage(reader), object);
        break;
      case 'list': {
        const list = (Object.hasOwn(object, name) ? object[name] : undefined) as unknown[] | undefined;
        const item = readValue(messages, form.item, reader);
        if (list === undefined) setOwn(object, name, [item]);
        else list.push(item);
        break;
      }
      case 'map':
        readEntry(messages, form.value, readMessage(reader), mapOf(object, name));
        break;
      default:
        setOwn(object, name, readValue(messages, form, reader));
    }
  }
}

function mapOf(object: Members, name: string): Members {
  if (Object.hasOwn(object, name)) return object[name] as Members;
  const map: Members = {};
  setOwn(object, name, map);
  return map;
}

function readEntry(messages: Messages, form: Form, reader: Reader, map: Members): void {
  let key = '';
  let value: unknown;
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | BYTES)) key = readText(reader);
    else if (tag >>> 3 === 2) {
      expectWire(form, tag & 7);
      value = readValue(messages, form, reader);
    } else skip(reader, tag & 7);
  }
  setOwn(map, key, value ?? emptyOf(form));
}

/** An entry may leave its value out when that is empty. */
function emptyOf(form: Form): unknown {
  if (form.kind === 'wrapped') return [];
  return form.kind === 'scalar' ? '' : {};
}

function expectWire(form: Form, wireType: number): void {
  const wanted = form.kind === 'list' ? wireOf(form.item) : wireOf(form);
  if (wireType !== wanted) throw malformed(`wrong wireType = ${wireType}`);
}

function wireOf(form: Form): number {
  if (form.kind !== 'scalar') return BYTES;
  switch (form.scalar) {
    case 'boolean':
    case 'int32':
    case 'int64':
      return VARINT;
    case 'double':
      return FIXED64;
    default:
      return BYTES;
  }
}

function readValue(messages: Messages, form: Form, reader: Reader): unknown {
  switch (form.kind) {
    case 'scalar':
      return readScalar(form.scalar, reader);
    case 'any':
      return readAny(messages, form.any, reader);
    case 'wrapped':
      return readItems(readMessage(reader));
    case 'message':
    case 'embedded': {
      const object: Members = {};
      readInto(messages, form.message, readMessage(reader), object);
      return object;
    }
    case 'list':
    case 'map':
      throw malformed('a list of lists has no protobuf form');
  }
}

function readScalar(scalar: Extract<Form, { kind: 'scalar' }>['scalar'], reader: Reader): unknown {
  switch (scalar) {
    case 'string':
      return readText(reader);
    case 'boolean':
      return readVarint(reader) !== 0;
    case 'int32':
    case 'int64':
      return readVarint(reader);
    case 'double':
      return readDouble(reader);
    case 'bytes':
      return readBytes(reader).toString('base64');
    case 'quantity':
      return readPart(readMessage(reader)) ?? '0';
    case 'time':
      return readTime(readMessage(reader), false);
    case 'microtime':
      return readTime(readMessage(reader), true);
    case 'duration':
      return durationText(BigInt(readNumber(readMessage(reader))));
    case 'intOrString':
      return readIntOrString(readMessage(reader));
    case 'fieldsV1':
      return readJson(readPart(readMessage(reader)) ?? '{}');
    case 'any':
      throw malformed('any has a form of its own');
  }
}

/** Field 1, a text; null when absent. */
function readPart(reader: Reader): string | null {
  let text: string | null = null;
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | BYTES)) text = readText(reader);
    else skip(reader, tag & 7);
  }
  return text;
}

/** Field 1, a number. */
function readNumber(reader: Reader): number {
  let number = 0;
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | VARINT)) number = readVarint(reader);
    else skip(reader, tag & 7);
  }
  return number;
}

function readItems(reader: Reader): string[] {
  const items: string[] = [];
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | BYTES)) items.push(readText(reader));
    else skip(reader, tag & 7);
  }
  return items;
}

/** An empty message is the zero time, which JSON shows as null. */
function readTime(reader: Reader, micro: boolean): string | null {
  if (reader.at === reader.end) return null;
  let seconds = 0;
  let nanos = 0;
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | VARINT)) seconds = readVarint(reader);
    else if (tag === ((2 << 3) | VARINT)) nanos = readVarint(reader);
    else skip(reader, tag & 7);
  }
  // What RFC 3339 can write: years 0 to 9999.
  if (seconds < -62_167_219_200 || seconds > 253_402_300_799) throw malformed('time out of range');
  if (!micro) return nowRfc3339(seconds * 1000);
  return nowRfc3339Micro(seconds * 1000 + Math.floor(nanos / 1e6), Math.floor((nanos % 1e6) / 1e3));
}

function readIntOrString(reader: Reader): number | string {
  let isText = false;
  let number = 0;
  let text = '';
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    if (tag === ((1 << 3) | VARINT)) isText = readVarint(reader) === 1;
    else if (tag === ((2 << 3) | VARINT)) number = readVarint(reader);
    else if (tag === ((3 << 3) | BYTES)) text = readText(reader);
    else skip(reader, tag & 7);
  }
  return isText ? text : number;
}

function readAny(messages: Messages, form: AnyForm, reader: Reader): unknown {
  const inner = readMessage(reader);
  if (form === 'RawExtension' || form === 'JSON') return readJson(readPart(inner) ?? 'null');
  return readSchemaOr(messages, form, inner);
}

/** A schema, or else several schemas, a boolean or a list of properties. */
function readSchemaOr(messages: Messages, form: AnyForm, reader: Reader): unknown {
  const schemaNumber = form === 'JSONSchemaPropsOrBool' ? 2 : 1;
  let schema: Members | null = null;
  let allows = false;
  const others: unknown[] = [];
  for (let tag = readTag(reader); tag !== 0; tag = readTag(reader)) {
    const number = tag >>> 3;
    if (form === 'JSONSchemaPropsOrBool' && tag === ((1 << 3) | VARINT)) allows = readVarint(reader) !== 0;
    else if ((tag & 7) !== BYTES) skip(reader, tag & 7);
    else if (number === schemaNumber) schema = readSchema(messages, readMessage(reader));
    else if (number === 2 && form === 'JSONSchemaPropsOrStringArray') others.push(readText(reader));
    else if (number === 2) others.push(readSchema(messages, readMessage(reader)));
    else skip(reader, BYTES);
  }
  if (schema !== null) return schema;
  return form === 'JSONSchemaPropsOrBool' ? allows : others;
}

function readSchema(messages: Messages, reader: Reader): Members {
  const schema: Members = {};
  readInto(messages, messages(JSON_SCHEMA_PROPS), reader, schema);
  return schema;
}

function readText(reader: Reader): string {
  const bytes = readBytes(reader);
  if (!isUtf8(bytes)) throw malformed('string field contains invalid UTF-8');
  return bytes.toString();
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('a raw field holds no JSON');
  }
}
