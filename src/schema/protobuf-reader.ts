/** The wire format of protobuf, read under suspicion: every length is checked, nesting is bounded. */
import { nestingDepthMax } from '../base/limits.ts';
import { badRequest } from '../meta/status.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** A position in a message; `end` is the first byte behind it. */
export interface Reader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
  readonly depth: number;
}

export function readerOf(bytes: Buffer): Reader {
  return { bytes, at: 0, end: bytes.length, depth: 0 };
}

/** Field number times 8 plus wire type; 0 at the end. */
export function readTag(reader: Reader): number {
  if (reader.at === reader.end) return 0;
  const tag = readVarint(reader);
  if (tag < 8 || tag > 0xffffffff) throw malformed('illegal tag');
  return tag;
}

/** A signed 64-bit integer; beyond 2^53 it loses precision, as JSON numbers do. */
export function readVarint(reader: Reader): number {
  const { bytes, end } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (reader.at >= end) throw malformed('unexpected EOF');
    const byte = bytes[reader.at++] ?? 0;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >> 4;
    } else if (shift < 63) high |= bits << (shift - 32);
    else high |= (bits & 1) << 31;
    if (byte < 0x80) return (high | 0) * 0x1_0000_0000 + (low >>> 0);
  }
  throw malformed('integer overflow');
}

export function readDouble(reader: Reader): number {
  if (reader.end - reader.at < 8) throw malformed('unexpected EOF');
  const value = reader.bytes.readDoubleLE(reader.at);
  reader.at += 8;
  return value;
}

/** A part of the message, not copied. */
export function readBytes(reader: Reader): Buffer {
  const length = readLength(reader);
  const part = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  return part;
}

export function readMessage(reader: Reader): Reader {
  const length = readLength(reader);
  if (reader.depth >= nestingDepthMax) throw malformed('exceeded max depth');
  const inner: Reader = { bytes: reader.bytes, at: reader.at, end: reader.at + length, depth: reader.depth + 1 };
  reader.at += length;
  return inner;
}

/** Passes over a field that is not known. */
export function skip(reader: Reader, wireType: number): void {
  switch (wireType) {
    case VARINT:
      readVarint(reader);
      return;
    case FIXED64:
      advance(reader, 8);
      return;
    case BYTES:
      advance(reader, readLength(reader));
      return;
    case FIXED32:
      advance(reader, 4);
      return;
    default:
      throw malformed(`illegal wireType ${wireType}`);
  }
}

export function malformed(why: string): Error {
  return badRequest(`proto: ${why}`);
}

function readLength(reader: Reader): number {
  const length = readVarint(reader);
  if (length < 0) throw malformed('negative length found during unmarshaling');
  if (length > reader.end - reader.at) throw malformed('unexpected EOF');
  return length;
}

function advance(reader: Reader, length: number): void {
  if (length > reader.end - reader.at) throw malformed('unexpected EOF');
  reader.at += length;
}
