/** From plain values to protobuf, in the form that upstream's generated code writes. */
import { timeMs } from '../meta/time.ts';
import { parseDuration } from './decode-time.ts';
import { MAGIC } from './protobuf-decode.ts';
import { type Form, JSON_SCHEMA_PROPS, type Message, type Messages, type Slot } from './protobuf-message.ts';
import { BYTES, FIXED64, VARINT } from './protobuf-reader.ts';
import type { AnyForm } from './protobuf-table.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import type { Scalar } from './type-table.ts';

type Members = Readonly<Record<string, unknown>>;

/** A whole answer: magic number, envelope, message. */
export function encodeEnvelope(apiVersion: string, kind: string, message: Buffer): Buffer {
  const { begin, end } = envelopeAround(apiVersion, kind, message.length);
  return Buffer.concat([begin, message, end]);
}

/** What stands before and behind a message of so many bytes. */
export function envelopeAround(
  apiVersion: string,
  kind: string,
  messageBytes: number,
): { readonly begin: Buffer; readonly end: Buffer } {
  const writer = new ProtobufWriter(apiVersion.length + kind.length + 48);
  writer.append(MAGIC);
  writer.tag(1, BYTES);
  const typeMeta = writer.open();
  writer.tag(1, BYTES);
  writer.text(apiVersion);
  writer.tag(2, BYTES);
  writer.text(kind);
  writer.close(typeMeta);
  writer.tag(2, BYTES);
  writer.unsigned(messageBytes);
  return { begin: writer.finish(), end: ENVELOPE_END };
}

/** contentEncoding and contentType, which Go writes even when they are empty. */
const ENVELOPE_END = Buffer.from([0x1a, 0, 0x22, 0]);

/** metav1.WatchEvent: a type, and an object with its envelope in a RawExtension. */
export function encodeWatchEvent(type: string, envelope: Buffer): Buffer {
  const writer = new ProtobufWriter(envelope.length + 64);
  writer.tag(1, BYTES);
  writer.text(type);
  writer.tag(2, BYTES);
  const extension = writer.open();
  writer.tag(1, BYTES);
  writer.raw(envelope);
  writer.close(extension);
  return writer.finish();
}

/** The message of an object, without envelope. */
export function encodeMessage(messages: Messages, typeName: string, object: object): Buffer {
  const writer = new ProtobufWriter();
  writeFields(messages, writer, messages(typeName), object as Members);
  return writer.finish();
}

function writeFields(messages: Messages, writer: ProtobufWriter, message: Message, object: Members): void {
  for (const slot of message.slots) {
    if (slot.form.kind === 'embedded') {
      writer.tag(slot.number, BYTES);
      const place = writer.open();
      writeFields(messages, writer, slot.form.message, object);
      writer.close(place);
    } else {
      const value = Object.hasOwn(object, slot.name) ? object[slot.name] : undefined;
      writeSlot(messages, writer, slot, value ?? undefined);
    }
  }
}

function writeSlot(messages: Messages, writer: ProtobufWriter, { number, form, optional }: Slot, value: unknown): void {
  switch (form.kind) {
    case 'list':
      for (const item of (value ?? []) as readonly unknown[]) writeValue(messages, writer, number, form.item, item);
      return;
    case 'map':
      writeMap(messages, writer, number, form.value, (value ?? {}) as Members);
      return;
    case 'wrapped':
      if (value !== undefined) writeValue(messages, writer, number, form, value);
      return;
    case 'scalar':
      if (value === undefined && (optional || form.scalar === 'bytes' || form.scalar === 'fieldsV1')) return;
      writeValue(messages, writer, number, form, value);
      return;
    default:
      if (value === undefined && (optional || form.kind === 'any')) return;
      writeValue(messages, writer, number, form, value);
  }
}

function writeMap(messages: Messages, writer: ProtobufWriter, number: number, form: Form, map: Members): void {
  for (const key of Object.keys(map).sort()) {
    writer.tag(number, BYTES);
    const place = writer.open();
    writer.tag(1, BYTES);
    writer.text(key);
    writeValue(messages, writer, 2, form, map[key]);
    writer.close(place);
  }
}

function writeValue(messages: Messages, writer: ProtobufWriter, number: number, form: Form, value: unknown): void {
  if (form.kind === 'scalar') {
    writeScalar(writer, number, form.scalar, value);
    return;
  }
  writer.tag(number, BYTES);
  const place = writer.open();
  switch (form.kind) {
    case 'message':
    case 'embedded':
      writeFields(messages, writer, form.message, (value ?? {}) as Members);
      break;
    case 'wrapped':
      for (const item of (value ?? []) as readonly string[]) {
        writer.tag(1, BYTES);
        writer.text(item);
      }
      break;
    case 'any':
      writeAny(messages, writer, form.any, value);
      break;
    case 'list':
    case 'map':
      throw new Error('a list of lists has no protobuf form');
  }
  writer.close(place);
}

function writeScalar(writer: ProtobufWriter, number: number, scalar: Scalar, value: unknown): void {
  switch (scalar) {
    case 'string':
      writer.tag(number, BYTES);
      writer.text((value ?? '') as string);
      return;
    case 'boolean':
      writer.tag(number, VARINT);
      writer.unsigned(value === true ? 1 : 0);
      return;
    case 'int32':
    case 'int64':
      writer.tag(number, VARINT);
      writer.signed((value ?? 0) as number);
      return;
    case 'double':
      writer.tag(number, FIXED64);
      writer.double((value ?? 0) as number);
      return;
    case 'bytes':
      writer.tag(number, BYTES);
      writer.raw(Buffer.from((value ?? '') as string, 'base64'));
      return;
    default:
      writer.tag(number, BYTES);
      writePart(writer, scalar, value);
  }
}

/** Scalars of JSON that are messages of their own. */
function writePart(writer: ProtobufWriter, scalar: Scalar, value: unknown): void {
  const place = writer.open();
  switch (scalar) {
    case 'quantity':
      writer.tag(1, BYTES);
      writer.text((value ?? '0') as string);
      break;
    case 'time':
    case 'microtime':
      writeTime(writer, value as string | undefined);
      break;
    case 'duration':
      writer.tag(1, VARINT);
      writer.signed(Number(parseDuration((value ?? '0s') as string) ?? 0n));
      break;
    case 'intOrString':
      writeIntOrString(writer, (value ?? 0) as number | string);
      break;
    default:
      writer.tag(1, BYTES);
      writer.text(JSON.stringify(value ?? {}));
  }
  writer.close(place);
}

/** The zero time is an empty message. */
function writeTime(writer: ProtobufWriter, text: string | undefined): void {
  if (text === undefined || text === '') return;
  const ms = timeMs(text);
  const seconds = Math.floor(ms / 1000);
  const fraction = /\.([0-9]{1,9})/.exec(text)?.[1] ?? '';
  writer.tag(1, VARINT);
  writer.signed(seconds);
  writer.tag(2, VARINT);
  writer.unsigned(Number(fraction.padEnd(9, '0')));
}

function writeIntOrString(writer: ProtobufWriter, value: number | string): void {
  writer.tag(1, VARINT);
  writer.unsigned(typeof value === 'string' ? 1 : 0);
  writer.tag(2, VARINT);
  writer.signed(typeof value === 'number' ? value : 0);
  writer.tag(3, BYTES);
  writer.text(typeof value === 'string' ? value : '');
}

function writeAny(messages: Messages, writer: ProtobufWriter, form: AnyForm, value: unknown): void {
  switch (form) {
    case 'RawExtension':
    case 'JSON':
      writer.tag(1, BYTES);
      writer.text(JSON.stringify(value ?? null));
      return;
    case 'JSONSchemaPropsOrBool':
      writer.tag(1, VARINT);
      writer.unsigned(value === false ? 0 : 1);
      if (typeof value === 'object') writeSchema(messages, writer, 2, value);
      return;
    case 'JSONSchemaPropsOrArray':
    case 'JSONSchemaPropsOrStringArray':
      if (!Array.isArray(value)) writeSchema(messages, writer, 1, value);
      else for (const item of value) writeItem(messages, writer, item);
  }
}

function writeItem(messages: Messages, writer: ProtobufWriter, item: unknown): void {
  if (typeof item !== 'string') {
    writeSchema(messages, writer, 2, item);
    return;
  }
  writer.tag(2, BYTES);
  writer.text(item);
}

function writeSchema(messages: Messages, writer: ProtobufWriter, number: number, schema: unknown): void {
  writer.tag(number, BYTES);
  const place = writer.open();
  writeFields(messages, writer, messages(JSON_SCHEMA_PROPS), (schema ?? {}) as Members);
  writer.close(place);
}
