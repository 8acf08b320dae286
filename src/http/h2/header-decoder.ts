/** Reads HTTP/2 header blocks (HPACK, RFC 7541). */
import { ConnectionError, ErrorCode } from './frames.ts';
import { decodeHuffman } from './huffman.ts';
import { STATIC_TABLE } from './static-table.ts';

export interface HeaderField {
  readonly name: string;
  /** As UTF-8, which every client of this API writes. */
  readonly value: string;
  /** Name, value and what a field costs beside them (RFC 7541, 4.1). */
  readonly bytes: number;
  /** The name may be sent (RFC 9113, 8.2.1). */
  readonly nameIsGood: boolean;
  /** Name and value may be sent. */
  readonly good: boolean;
}

/** SETTINGS_HEADER_TABLE_SIZE where nothing else is said, as here. */
const TABLE_BYTES_MAX = 4096;
const FIELD_OVERHEAD_BYTES = 32;

const STATIC_FIELDS: readonly HeaderField[] = STATIC_TABLE.map(([name, value]) => ({
  name,
  value,
  bytes: name.length + value.length + FIELD_OVERHEAD_BYTES,
  nameIsGood: true,
  good: true,
}));

/** The blocks of one connection, in their order: each may refer to those before it. */
export class HeaderDecoder {
  readonly #table = new DynamicTable();
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  /** Throws ConnectionError when it is no header block. Every field is told, since the table goes on. */
  decode(block: Buffer, visit: (field: HeaderField) => void): void {
    this.#block = block;
    this.#at = 0;
    let fields = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if (first >= 0x80) visit(this.#table.at(this.#integer(0x7f)));
      else if (first >= 0x40) {
        const field = this.#literal(0x3f);
        this.#table.add(field);
        visit(field);
      } else if (first >= 0x20) {
        // Only before all fields (RFC 7541, 4.2).
        if (fields > 0) throw broken();
        this.#table.resize(this.#integer(0x1f));
        continue;
      } else visit(this.#literal(0x0f));
      fields++;
    }
    // A large one is not kept.
    this.#block = block.subarray(0, 0);
  }

  #literal(most: number): HeaderField {
    const index = this.#integer(most);
    let name: string;
    let nameBytes: number;
    let nameIsGood: boolean;
    if (index === 0) {
      const bytes = this.#text();
      nameBytes = bytes.length;
      nameIsGood = isName(bytes);
      name = bytes.toString('latin1');
    } else {
      const known = this.#table.at(index);
      ({ name, nameIsGood } = known);
      nameBytes = name.length;
    }
    const value = this.#text();
    const good = nameIsGood && isValue(value);
    const bytes = nameBytes + value.length + FIELD_OVERHEAD_BYTES;
    return { name, value: value.toString('utf8'), bytes, nameIsGood, good };
  }

  /** RFC 7541, 5.1. `most`: all bits of the prefix. */
  #integer(most: number): number {
    let value = this.#block[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#block[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw broken();
  }

  /** RFC 7541, 5.2. */
  #text(): Buffer {
    const block = this.#block;
    if (this.#at >= block.length) throw broken();
    const huffman = block[this.#at]! >= 0x80;
    const length = this.#integer(0x7f);
    const start = this.#at;
    const end = start + length;
    if (end > block.length) throw broken();
    this.#at = end;
    if (!huffman) return block.subarray(start, end);
    const decoded = decodeHuffman(block, start, end);
    if (decoded === null) throw broken();
    return decoded;
  }
}

class DynamicTable {
  /** The newest last; those before `#first` are gone. */
  #fields: HeaderField[] = [];
  #first = 0;
  #bytes = 0;
  #bytesMax = TABLE_BYTES_MAX;

  /** `index` counts from 1 through the static table and on through this one. */
  at(index: number): HeaderField {
    const known = STATIC_FIELDS[index - 1];
    if (known !== undefined) return known;
    const at = this.#fields.length - (index - STATIC_FIELDS.length);
    const field = index === 0 || at < this.#first ? undefined : this.#fields[at];
    if (field === undefined) throw broken();
    return field;
  }

  add(field: HeaderField): void {
    this.#fields.push(field);
    this.#bytes += field.bytes;
    this.#evict();
  }

  resize(bytesMax: number): void {
    if (bytesMax > TABLE_BYTES_MAX) throw broken();
    this.#bytesMax = bytesMax;
    this.#evict();
  }

  #evict(): void {
    while (this.#bytes > this.#bytesMax) this.#bytes -= this.#fields[this.#first++]!.bytes;
    if (this.#first < 256) return;
    this.#fields = this.#fields.slice(this.#first);
    this.#first = 0;
  }
}

function broken(): ConnectionError {
  return new ConnectionError(ErrorCode.compressionError, 'broken-headers');
}

/** RFC 9110, 5.6.2: a token, in lower case (RFC 9113, 8.2.1); pseudo headers begin with a colon. */
const NAME_BYTES = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") NAME_BYTES[char.charCodeAt(0)] = 1;

function isName(name: Buffer): boolean {
  for (let i = name[0] === 0x3a ? 1 : 0; i < name.length; i++) if (NAME_BYTES[name[i]!] === 0) return false;
  return name.length > 0;
}

/** No control characters but tabs within, no blanks at the ends. */
function isValue(value: Buffer): boolean {
  if (value.length === 0) return true;
  if (isBlank(value[0]!) || isBlank(value[value.length - 1]!)) return false;
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]!;
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) return false;
  }
  return true;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
