/** The JSON body of a list, put together from the entries' bytes: nothing is parsed or serialised. */
import { type Entry, entryBytes } from '../../registry/entry.ts';
import type { ListResult } from '../../registry/list.ts';
import type { Resource, Storage } from '../../registry/resource.ts';
import type { ListMeta } from './table.ts';

/** One write to the socket: large enough that calls cost little, small enough to be freed while the rest waits. */
const CHUNK_BYTES = 256 * 1024;
const COMMA = 0x2c;
const BRACE = 0x7b;
const END = Buffer.from(']}\n');

export interface Chunks {
  /**
   * Made one by one as the client takes them, in two buffers used in turn: however many ask for a large list, it costs
   * little more than its entries.
   */
  readonly chunks: Iterable<Buffer>;
  readonly bytes: number;
}

export function listMeta(result: ListResult): ListMeta {
  return {
    resourceVersion: String(result.revision),
    ...(result.continueToken === '' ? {} : { continue: result.continueToken }),
    ...(result.remaining === null ? {} : { remainingItemCount: result.remaining }),
  };
}

export function listChunks(resource: Resource, storage: Storage, result: ListResult): Chunks {
  const begin = Buffer.from(
    `{"kind":${JSON.stringify(resource.listKind)},"apiVersion":${JSON.stringify(resource.apiVersion)},"metadata":${JSON.stringify(listMeta(result))},"items":[`,
  );
  const { entries } = result;
  // Each item loses the header for a brace, and the final newline; commas stand between.
  let bytes = begin.length + END.length + Math.max(0, entries.length - 1);
  for (const entry of entries) bytes += itemLength(entryBytes(resource, storage, entry), resource.header.length);
  return { chunks: chunksOf(resource, storage, entries, begin, bytes), bytes };
}

function itemLength(bytes: Buffer, headerLength: number): number {
  return bytes.length - headerLength;
}

/** `total`: bytes of the whole body, so that a short list takes no large chunk. */
function* chunksOf(
  resource: Resource,
  storage: Storage,
  entries: readonly Entry[],
  begin: Buffer,
  total: number,
): Generator<Buffer> {
  let left = total;
  const headerLength = resource.header.length;
  let chunk: Buffer = Buffer.allocUnsafeSlow(Math.max(Math.min(CHUNK_BYTES, left), begin.length));
  let other: Buffer | null = null;
  let end = begin.copy(chunk, 0);
  let first = true;
  for (const entry of entries) {
    const bytes = entryBytes(resource, storage, entry);
    if (end + itemLength(bytes, headerLength) + 1 > chunk.length) {
      left -= end;
      yield chunk.subarray(0, end);
      const used = chunk;
      const needed = Math.max(Math.min(CHUNK_BYTES, left), bytes.length + 1);
      chunk = other !== null && other.length >= needed ? other : Buffer.allocUnsafeSlow(needed);
      other = used;
      end = 0;
    }
    if (!first) chunk[end++] = COMMA;
    first = false;
    chunk[end++] = BRACE;
    end += bytes.copy(chunk, end, headerLength, bytes.length - 1);
  }
  if (end > 0) yield chunk.subarray(0, end);
  yield END;
}
