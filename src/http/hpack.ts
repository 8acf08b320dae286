/**
 * Reads HTTP/2 header blocks (HPACK, RFC 7541) only to tell whether every header in them may be sent. The HTTP/2 library leaves out
 * in silence those that may not (RFC 9113, 8.2.1), and one that is left out (`Impersonate-User`) would leave the request with more
 * rights than were asked for.
 */

export type BlockVerdict =
  | 'good'
  /** There is a header that the library leaves out. */
  | 'forbidden-header'
  /** Not HPACK: the connection cannot go on. */
  | 'broken';

export interface HeaderBlockReader {
  /** The blocks of one connection, in their order: each may refer to those before it. */
  read(block: Buffer): BlockVerdict;
}

interface Entry {
  readonly nameBytes: number;
  readonly nameIsGood: boolean;
  /** Name, value and what an entry costs beside them (RFC 7541, 4.1). */
  readonly bytes: number;
  readonly good: boolean;
}

/** SETTINGS_HEADER_TABLE_SIZE where nothing else is said, as here. */
const TABLE_BYTES_MAX = 4096;
const ENTRY_OVERHEAD_BYTES = 32;
/** RFC 7541, appendix A: lengths of the names in the static table. */
const STATIC_NAME_BYTES = [
  10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27, 3, 5, 13, 13, 19, 16, 16, 14, 16, 13, 12, 6, 4, 4,
  6, 7, 4, 4, 8, 17, 13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3, 16,
];

class Broken extends Error {}

export function createHeaderBlockReader(): HeaderBlockReader {
  const table = new DynamicTable();
  return {
    read(block) {
      try {
        return readBlock(block, table) ? 'good' : 'forbidden-header';
      } catch (error) {
        if (error instanceof Broken) return 'broken';
        throw error;
      }
    },
  };
}

class DynamicTable {
  /** The newest last; those before `#first` are gone. */
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  #bytesMax = TABLE_BYTES_MAX;

  /** `index` counts from 1 through the static table and on through this one. */
  at(index: number): Entry {
    const nameBytes = STATIC_NAME_BYTES[index - 1];
    if (nameBytes !== undefined) return { nameBytes, nameIsGood: true, bytes: 0, good: true };
    const at = this.#entries.length - (index - STATIC_NAME_BYTES.length);
    const entry = index === 0 || at < this.#first ? undefined : this.#entries[at];
    if (entry === undefined) throw new Broken();
    return entry;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    this.#evict();
  }

  resize(bytesMax: number): void {
    if (bytesMax > TABLE_BYTES_MAX) throw new Broken();
    this.#bytesMax = bytesMax;
    this.#evict();
  }

  #evict(): void {
    while (this.#bytes > this.#bytesMax) this.#bytes -= this.#entries[this.#first++]!.bytes;
    if (this.#first < 256) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

interface Cursor {
  readonly block: Buffer;
  at: number;
}

/** False: a header in it may not be sent. The block is read to its end all the same, since the table goes on. */
function readBlock(block: Buffer, table: DynamicTable): boolean {
  const cursor: Cursor = { block, at: 0 };
  let good = true;
  while (cursor.at < block.length) {
    const first = block[cursor.at]!;
    if (first >= 0x80) {
      if (!table.at(integer(cursor, 7)).good) good = false;
    } else if (first >= 0x40) {
      const entry = literal(cursor, table, 6);
      if (!entry.good) good = false;
      table.add(entry);
    } else if (first >= 0x20) table.resize(integer(cursor, 5));
    else if (!literal(cursor, table, 4).good) good = false;
  }
  return good;
}

function literal(cursor: Cursor, table: DynamicTable, prefixBits: number): Entry {
  const index = integer(cursor, prefixBits);
  let nameBytes: number;
  let nameIsGood: boolean;
  if (index === 0) {
    const name = text(cursor);
    nameBytes = name.length;
    nameIsGood = isName(name);
  } else ({ nameBytes, nameIsGood } = table.at(index));
  const value = text(cursor);
  const good = nameIsGood && isValue(value);
  return { nameBytes, nameIsGood, bytes: nameBytes + value.length + ENTRY_OVERHEAD_BYTES, good };
}

/** RFC 7541, 5.1. */
function integer(cursor: Cursor, prefixBits: number): number {
  const { block } = cursor;
  const most = (1 << prefixBits) - 1;
  let value = block[cursor.at++]! & most;
  if (value < most) return value;
  for (let shift = 0; shift <= 21; shift += 7) {
    const byte = block[cursor.at++];
    if (byte === undefined) break;
    value += (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new Broken();
}

/** RFC 7541, 5.2. */
function text(cursor: Cursor): Buffer {
  const { block } = cursor;
  const huffman = (block[cursor.at] ?? 0) >= 0x80;
  const length = integer(cursor, 7);
  const start = cursor.at;
  cursor.at = start + length;
  if (cursor.at > block.length || start > block.length) throw new Broken();
  const bytes = block.subarray(start, cursor.at);
  return huffman ? decodeHuffman(bytes) : bytes;
}

/**
 * RFC 7541, appendix B: the length of each symbol's code, in base 36; the code is canonical, so that they say it all. The last is
 * the end of the string.
 */
const CODE_BITS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu';
const END_OF_STRING = 256;

/** For each length of code: its first code, and where its symbols begin in SYMBOLS. */
const FIRST_CODE: number[] = [];
const FIRST_SYMBOL: number[] = [];
const SYMBOLS: number[] = [];
const CODE_BITS_MAX = 30;
{
  const bits = Array.from(CODE_BITS, (digit) => Number.parseInt(digit, 36));
  let code = 0;
  for (let length = 1; length <= CODE_BITS_MAX + 1; length++) {
    code *= 2;
    FIRST_CODE[length] = code;
    FIRST_SYMBOL[length] = SYMBOLS.length;
    for (let symbol = 0; symbol <= END_OF_STRING; symbol++) {
      if (bits[symbol] !== length) continue;
      SYMBOLS.push(symbol);
      code++;
    }
  }
}

function decodeHuffman(bytes: Buffer): Buffer {
  // The shortest code has five bits.
  const decoded = Buffer.allocUnsafe(Math.ceil((bytes.length * 8) / 5));
  let end = 0;
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const at = FIRST_SYMBOL[length]! + code - FIRST_CODE[length]!;
      if (at >= FIRST_SYMBOL[length + 1]!) {
        if (length === CODE_BITS_MAX) throw new Broken();
        continue;
      }
      const symbol = SYMBOLS[at]!;
      if (symbol === END_OF_STRING) throw new Broken();
      decoded[end++] = symbol;
      code = 0;
      length = 0;
    }
  }
  // Padding is the beginning of the end of string: less than a byte of ones.
  if (length > 7 || code !== 2 ** length - 1) throw new Broken();
  return decoded.subarray(0, end);
}

/** RFC 9110, 5.6.2: a token, in lower case (RFC 9113, 8.2.1); pseudo headers begin with a colon and are the library's to check. */
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
  for (const byte of value) if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) return false;
  return true;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
