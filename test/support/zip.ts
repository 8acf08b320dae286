/** Reads members of a zip archive (PKWARE APPNOTE 4.3): what is stored or deflated, without zip64 or encryption. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const CENTRAL_HEADER = 0x02014b50;
const DEFLATED = 8;

/** The contents of the member of this name. Throws when the archive has none. */
export function readZipMember(archive: string, name: string): Buffer {
  const file = openSync(archive, 'r');
  try {
    const read = (position: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, position));
    };
    const { size } = statSync(archive);
    const tailLength = Math.min(size, END_RECORD_BYTES + COMMENT_BYTES_MAX);
    const tail = read(size - tailLength, tailLength);
    let end = tail.length - END_RECORD_BYTES;
    while (end >= 0 && tail.readUInt32LE(end) !== END_RECORD) end--;
    if (end < 0) throw new Error(`${archive} is not a zip archive`);
    const directory = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL_HEADER; ) {
      const nameLength = directory.readUInt16LE(at + 28);
      if (directory.toString('utf8', at + 46, at + 46 + nameLength) === name) {
        const method = directory.readUInt16LE(at + 10);
        const offset = directory.readUInt32LE(at + 42);
        const local = read(offset, 30);
        const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const data = read(start, directory.readUInt32LE(at + 20));
        return method === DEFLATED ? inflateRawSync(data) : data;
      }
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    throw new Error(`${archive} holds no ${name}`);
  } finally {
    closeSync(file);
  }
}
