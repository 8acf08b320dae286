/**
 * How the LMDB engine writes its records.
 *
 * Log: type (1 put, 2 delete), create revision and expiry time as little-endian doubles, then the key in UTF-8. The value,
 * which may be large, stands in a table of its own under the same revision. Since format 2 each of them ends in a checksum
 * (CRC-32, 4 bytes) over the revision and what is before it, so that a record in a wrong place is found as well.
 */
import { crc32 } from 'node:zlib';
import type { LogHead } from './backend.ts';
import type { Revision } from './engine.ts';

/** What is written; format 1 had no checksums. */
export type RecordFormat = 1 | 2;
export const recordFormat: RecordFormat = 2;

const PUT = 1;
const DELETE = 2;
const keyStart = 17;
const checksumBytes = 4;

/** `revision` 0: of a record that belongs to none. */
export function seal(revision: Revision, bytes: Buffer, format: RecordFormat): Buffer {
  if (format === 1) return bytes;
  const sealed = Buffer.allocUnsafe(bytes.length + checksumBytes);
  bytes.copy(sealed);
  sealed.writeUInt32LE(crc32(bytes, seedOf(revision)), bytes.length);
  return sealed;
}

/**
 * A copy without the checksum; null: it does not match. `sealed` may be the library's own, larger buffer: only its property
 * `length` tells where the record ends.
 */
export function unseal(revision: Revision, sealed: Buffer, format: RecordFormat): Buffer | null {
  const length = format === 1 ? sealed.length : sealed.length - checksumBytes;
  if (length < 0) return null;
  const bytes = Buffer.allocUnsafe(length);
  sealed.copy(bytes, 0, 0, length);
  return format === 1 || crc32(bytes, seedOf(revision)) === sealed.readUInt32LE(length) ? bytes : null;
}

export function encodeHead(head: LogHead, format: RecordFormat): Buffer {
  const length = keyStart + Buffer.byteLength(head.key);
  const bytes = Buffer.allocUnsafe(format === 1 ? length : length + checksumBytes);
  bytes[0] = head.type === 'put' ? PUT : DELETE;
  bytes.writeDoubleLE(head.createRevision, 1);
  bytes.writeDoubleLE(head.expiresAtMs, 9);
  bytes.write(head.key, keyStart, 'utf8');
  if (format !== 1) bytes.writeUInt32LE(crc32(bytes.subarray(0, length), seedOf(head.revision)), length);
  return bytes;
}

/** null: it is damaged. `sealed` as for `unseal`. */
export function decodeHead(revision: Revision, sealed: Buffer, format: RecordFormat): LogHead | null {
  const bytes = unseal(revision, sealed, format);
  if (bytes === null || bytes.length <= keyStart || (bytes[0] !== PUT && bytes[0] !== DELETE)) return null;
  return {
    revision,
    type: bytes[0] === PUT ? 'put' : 'delete',
    createRevision: bytes.readDoubleLE(1),
    expiresAtMs: bytes.readDoubleLE(9),
    key: bytes.toString('utf8', keyStart),
  };
}

/** Different revisions lead to different checksums of the same bytes. */
function seedOf(revision: Revision): number {
  return (revision ^ Math.floor(revision / 2 ** 32)) >>> 0;
}
