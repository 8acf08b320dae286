/**
 * How the LMDB engine writes one log record: type (1 put, 2 delete), create revision and expiry time as little-endian
 * doubles, then the key in UTF-8. The value, which may be large, stands in a table of its own under the same revision.
 */
import { invariant } from '../base/invariant.ts';
import type { LogHead } from './backend.ts';
import type { Revision } from './engine.ts';

const PUT = 1;
const DELETE = 2;
const keyStart = 17;

export function encodeHead(head: LogHead): Buffer {
  const bytes = Buffer.allocUnsafe(keyStart + Buffer.byteLength(head.key));
  bytes[0] = head.type === 'put' ? PUT : DELETE;
  bytes.writeDoubleLE(head.createRevision, 1);
  bytes.writeDoubleLE(head.expiresAtMs, 9);
  bytes.write(head.key, keyStart, 'utf8');
  return bytes;
}

/** `bytes` may be the library's own, larger buffer: only its property `length` tells where the record ends. */
export function decodeHead(revision: Revision, bytes: Buffer): LogHead {
  const type = bytes[0];
  invariant(type === PUT || type === DELETE, `store: the log record of revision ${revision} is damaged`);
  return {
    revision,
    type: type === PUT ? 'put' : 'delete',
    createRevision: bytes.readDoubleLE(1),
    expiresAtMs: bytes.readDoubleLE(9),
    key: bytes.toString('utf8', keyStart, bytes.length),
  };
}
