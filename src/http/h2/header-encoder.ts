/** Writes HTTP/2 header blocks (HPACK, RFC 7541), without Huffman code: the bytes are few, and time is dearer. */
import type { OutgoingHeaders } from '../exchange.ts';
import { STATIC_TABLE } from './static-table.ts';

/** SETTINGS_HEADER_TABLE_SIZE where the client says nothing else; more is not used. */
const TABLE_BYTES_MAX = 4096;
const FIELD_OVERHEAD_BYTES = 32;
/** Headers with few values, each worth remembering. */
const REPEATED: ReadonlySet<string> = new Set(['cache-control', 'content-type', 'vary']);

interface Name {
  readonly bytes: number;
  /** As in a literal field that is not remembered, and in one that is. */
  readonly literal: Buffer;
  readonly remembered: Buffer | null;
}

const INDEXED = 0x80;
const REMEMBERED = 0x40;
const RESIZE_TO_ZERO = 0x20;

/** Of this connection's answers, in the order in which they are sent. */
export class HeaderEncoder {
  #block: Buffer = Buffer.allocUnsafe(512);
  #end = 0;
  /** By name and value: a count of what was remembered before. It only grows: nothing is ever forgotten one by one. */
  #table: Map<Name, Map<string, number>> | null = new Map();
  #entries = 0;
  #tableBytes = 0;
  #resize = false;

  /** The client's SETTINGS_HEADER_TABLE_SIZE. A smaller table than usual is not used at all. */
  limitTable(bytesMax: number): void {
    if (bytesMax >= TABLE_BYTES_MAX || this.#table === null) return;
    this.#table = null;
    this.#resize = true;
  }

  /** The block, which stays until the next is asked for. Throws TypeError for what no header can hold. */
  encode(status: number, headers: OutgoingHeaders): Buffer {
    this.#end = 0;
    this.#room(64);
    if (this.#resize) this.#block[this.#end++] = RESIZE_TO_ZERO;
    this.#status(status);
    // Looked at before anything is remembered, which the client would not see if this failed.
    for (const name in headers) {
      nameOf(name);
      checkValue(name, headers[name]!);
    }
    this.#resize = false;
    for (const name in headers) {
      const value = headers[name]!;
      const field = nameOf(name);
      if (typeof value === 'string') this.#field(field, value);
      else if (typeof value === 'number') this.#text(field.literal, String(value));
      else for (const one of value) this.#field(field, one);
    }
    return this.#block.subarray(0, this.#end);
  }

  #status(status: number): void {
    const index = STATUS_INDEXES.get(status);
    if (index === undefined) this.#text(STATUS_NAME, String(status));
    else this.#block[this.#end++] = INDEXED | index;
  }

  #field(name: Name, value: string): void {
    const table = this.#table;
    if (name.remembered === null || table === null) {
      this.#text(name.literal, value);
      return;
    }
    let values = table.get(name);
    const before = values?.get(value);
    if (before !== undefined) {
      this.#room(8);
      this.#end = putInteger(this.#block, this.#end, INDEXED, 0x7f, STATIC_TABLE.length + this.#entries - before);
      return;
    }
    const bytes = this.#tableBytes + FIELD_OVERHEAD_BYTES + name.bytes + value.length;
    if (bytes > TABLE_BYTES_MAX) {
      this.#text(name.literal, value);
      return;
    }
    if (values === undefined) {
      values = new Map();
      table.set(name, values);
    }
    values.set(value, this.#entries++);
    this.#tableBytes = bytes;
    this.#text(name.remembered, value);
  }

  /** `name`: its bytes as in a literal field. */
  #text(name: Buffer, value: string): void {
    this.#room(name.length + value.length + 8);
    const block = this.#block;
    let end = this.#end;
    for (let i = 0; i < name.length; i++) block[end++] = name[i]!;
    end = putInteger(block, end, 0, 0x7f, value.length);
    if (value.length > 64) end += block.write(value, end, 'latin1');
    else for (let i = 0; i < value.length; i++) block[end++] = value.charCodeAt(i);
    this.#end = end;
  }

  #room(bytes: number): void {
    if (this.#block.length - this.#end >= bytes) return;
    const larger = Buffer.allocUnsafe(2 * (this.#end + bytes));
    this.#block.copy(larger, 0, 0, this.#end);
    this.#block = larger;
  }
}

const STATUS_INDEXES: ReadonlyMap<number, number> = new Map(
  STATIC_TABLE.flatMap(([name, value], i) => (name === ':status' ? [[Number(value), i + 1] as const] : [])),
);
const STATUS_NAME = literalName(':status', 0, 0x0f);

const names = new Map<string, Name>();

/** Names come from our own code, or from back ends behind it: the table stops growing at a bound. */
function nameOf(name: string): Name {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) throw new TypeError(`not a header's name: ${name}`);
  const made = {
    bytes: name.length,
    literal: literalName(name, 0, 0x0f),
    remembered: REPEATED.has(name) ? literalName(name, REMEMBERED, 0x3f) : null,
  };
  if (names.size < 256) names.set(name, made);
  return made;
}

function literalName(name: string, kind: number, most: number): Buffer {
  const known = STATIC_TABLE.findIndex(([each]) => each === name) + 1;
  const bytes = Buffer.alloc(name.length + 8);
  let end = putInteger(bytes, 0, kind, most, known);
  if (known === 0) {
    end = putInteger(bytes, end, 0, 0x7f, name.length);
    end += bytes.write(name, end, 'latin1');
  }
  return bytes.subarray(0, end);
}

/** RFC 7541, 5.1. Returns the end. */
function putInteger(bytes: Buffer, at: number, kind: number, most: number, value: number): number {
  if (value < most) {
    bytes[at] = kind | value;
    return at + 1;
  }
  bytes[at] = kind | most;
  let left = value - most;
  let end = at + 1;
  for (; left >= 0x80; left >>>= 7) bytes[end++] = (left & 0x7f) | 0x80;
  bytes[end] = left;
  return end + 1;
}

function checkValue(name: string, value: string | number | readonly string[]): void {
  if (typeof value === 'number') return;
  if (typeof value === 'string') {
    // What Node's HTTP/1.1 sends, too: a character is a byte.
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0xff || code === 0x7f || (code < 0x20 && code !== 0x09)) {
        throw new TypeError(`not a value of the header ${name}`);
      }
    }
  } else for (const one of value) checkValue(name, one);
}
