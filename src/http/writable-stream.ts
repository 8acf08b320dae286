import type { Writable } from 'node:stream';
import type { ResponseStream } from './exchange.ts';

/** Chunks handed over and not yet sent. */
const IN_FLIGHT_MAX = 2;

/**
 * Writes all chunks and ends. A chunk is asked for only when all but one of those before it are sent, so that their maker may
 * use two buffers in turn.
 */
export function pumpChunks(target: Writable, chunks: Iterable<Buffer>): void {
  const source = chunks[Symbol.iterator]();
  let inFlight = 0;
  let ended = false;
  const pump = (): void => {
    while (!ended && inFlight < IN_FLIGHT_MAX) {
      if (target.destroyed || target.writableEnded) return;
      const next = source.next();
      if (next.done === true) {
        ended = true;
        target.end();
        return;
      }
      inFlight++;
      target.write(next.value, onSent);
    }
  };
  const onSent = (): void => {
    inFlight--;
    pump();
  };
  pump();
}

/** A stream of frames over an HTTP/2 stream or an HTTP/1.1 chunked answer. */
export class WritableResponseStream implements ResponseStream {
  readonly #target: Writable;
  readonly #open: Set<ResponseStream>;
  readonly #count: (bytes: number) => void;
  #drain: (() => void) | null = null;
  #corked = false;

  /** `open`: the listener's set of streams; `count` is told the bytes of every chunk. */
  constructor(target: Writable, open: Set<ResponseStream>, count: (bytes: number) => void) {
    this.#target = target;
    this.#open = open;
    this.#count = count;
    open.add(this);
    target.on('close', () => open.delete(this));
    target.on('drain', () => this.#drain?.());
  }

  get closed(): boolean {
    return this.#target.destroyed || this.#target.writableEnded;
  }

  /** Chunks of one turn leave together. */
  write(chunk: Buffer): boolean {
    if (this.closed) return false;
    this.#count(chunk.length);
    if (!this.#corked) {
      this.#corked = true;
      this.#target.cork();
      process.nextTick(uncork, this);
    }
    return this.#target.write(chunk);
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  end(): void {
    this.#open.delete(this);
    // A corked HTTP/1.1 answer would send what it holds behind its end.
    this.uncork();
    if (!this.closed) this.#target.end();
  }

  uncork(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#target.uncork();
  }
}

function uncork(stream: WritableResponseStream): void {
  stream.uncork();
}
