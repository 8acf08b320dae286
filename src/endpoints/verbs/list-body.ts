/** The JSON body of a list, put together from the entries' bytes: nothing is parsed or serialised. */
import { type Entry, entryBytes } from '../../registry/entry.ts';
import type { ListResult } from '../../registry/list.ts';
import type { Resource, Storage } from '../../registry/resource.ts';
import type { ListMeta } from './table.ts';

/** One write to the socket: large enough that calls cost little, small enough to be freed while the rest waits. */
const CHUNK_BYTES = 256 * 1024;
const COMMA = 0x2c;
const BRACE = 0x7b;

export interface Chunks {
  readonly chunks: readonly Buffer[];
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
  const begin = `{"kind":${JSON.stringify(resource.listKind)},"apiVersion":${JSON.stringify(resource.apiVersion)},"metadata":${JSON.stringify(listMeta(result))},"items":[`;
  const writer = new ChunkWriter();
  writer.text(begin);
  const { entries } = result;
  for (let i = 0; i < entries.length; i++)
    writer.item(itemBytes(resource, storage, entries[i]), resource.header.length, i > 0);
  writer.text(']}\n');
  return writer.finish();
}

function itemBytes(resource: Resource, storage: Storage, entry: Entry | undefined): Buffer {
  if (entry === undefined) throw new Error('a list has no holes');
  return entryBytes(resource, storage, entry);
}

class ChunkWriter {
  readonly #chunks: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #end = 0;
  #bytes = 0;

  text(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.#end += this.#chunk.write(text, this.#end);
  }

  /** An object without kind and apiVersion, as items of typed lists are: a brace instead of the header. */
  item(bytes: Buffer, headerLength: number, comma: boolean): void {
    this.#reserve(bytes.length - headerLength + 2);
    if (comma) this.#chunk[this.#end++] = COMMA;
    this.#chunk[this.#end++] = BRACE;
    // Without the final newline.
    this.#end += bytes.copy(this.#chunk, this.#end, headerLength, bytes.length - 1);
  }

  finish(): Chunks {
    this.#flush();
    return { chunks: this.#chunks, bytes: this.#bytes };
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#chunk.length) return;
    this.#flush();
    this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes));
    this.#end = 0;
  }

  #flush(): void {
    if (this.#end === 0) return;
    this.#chunks.push(this.#chunk.subarray(0, this.#end));
    this.#bytes += this.#end;
  }
}
