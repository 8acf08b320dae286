/** What goes to the client of one connection: gathered while the last write is under way, so that few writes carry many frames. */
import { FRAME_HEAD_BYTES } from './frames.ts';

/** One write of answers: several TLS records, which cost less together. */
const SLAB_BYTES = 128 * 1024;
/** Slabs that stay when no connection uses them. */
const SPARE_SLABS_MAX = 16;

/** Memory for output, shared by the connections of a listener: one that is idle holds none. */
export interface Slabs {
  take(): Buffer;
  give(slab: Buffer): void;
}

export function createSlabs(): Slabs {
  const spare: Buffer[] = [];
  return {
    take: () => spare.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES),
    give(slab) {
      if (slab.length === SLAB_BYTES && spare.length < SPARE_SLABS_MAX) spare.push(slab);
    },
  };
}

const NONE: Buffer = Buffer.alloc(0);

export class Output {
  readonly #slabs: Slabs;
  /** What is written next ends at `end`. */
  slab: Buffer = NONE;
  end = 0;
  /** Slabs before it that are full, and where each ends. */
  #full: Buffer[] = [];
  #fullEnds: number[] = [];
  #fullBytes = 0;

  constructor(slabs: Slabs) {
    this.#slabs = slabs;
  }

  get bytes(): number {
    return this.#fullBytes + this.end;
  }

  /** Payload that a frame could have without asking for more memory. */
  get payloadRoom(): number {
    if (this.#fullBytes > 0) return 0;
    const length = this.slab.length === 0 ? SLAB_BYTES : this.slab.length;
    return Math.max(0, length - this.end - FRAME_HEAD_BYTES);
  }

  /** Makes room for so many bytes at `end`. */
  reserve(bytes: number): void {
    if (this.slab.length - this.end >= bytes) return;
    if (this.end > 0) {
      this.#full.push(this.slab);
      this.#fullEnds.push(this.end);
      this.#fullBytes += this.end;
    }
    this.slab = bytes <= SLAB_BYTES ? this.#slabs.take() : Buffer.allocUnsafeSlow(bytes);
    this.end = 0;
  }

  /** A frame's first nine bytes. */
  frameHead(bytes: number, type: number, flags: number, stream: number): void {
    this.reserve(FRAME_HEAD_BYTES);
    this.end = putFrameHead(this.slab, this.end, bytes, type, flags, stream);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.end = this.slab.writeUInt32BE(value, this.end);
  }

  copy(bytes: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    this.end += bytes.copy(this.slab, this.end, start, end);
  }

  /** Hands over all that was gathered, in order; the slabs are to be given back with `release`. */
  take(): { readonly slabs: Buffer[]; readonly parts: Buffer[] } {
    const slabs = this.#full;
    const parts = slabs.map((slab, i) => slab.subarray(0, this.#fullEnds[i]));
    slabs.push(this.slab);
    parts.push(this.slab.subarray(0, this.end));
    this.#forget();
    return { slabs, parts };
  }

  release(slabs: readonly Buffer[]): void {
    for (const slab of slabs) this.#slabs.give(slab);
  }

  /** The connection is gone. */
  drop(): void {
    this.release(this.#full);
    this.#slabs.give(this.slab);
    this.#forget();
  }

  #forget(): void {
    this.#full = [];
    this.#fullEnds = [];
    this.#fullBytes = 0;
    this.slab = NONE;
    this.end = 0;
  }
}

export function putFrameHead(
  slab: Buffer,
  at: number,
  bytes: number,
  type: number,
  flags: number,
  stream: number,
): number {
  slab[at] = bytes >>> 16;
  slab[at + 1] = bytes >>> 8;
  slab[at + 2] = bytes;
  slab[at + 3] = type;
  slab[at + 4] = flags;
  return slab.writeUInt32BE(stream, at + 5);
}
