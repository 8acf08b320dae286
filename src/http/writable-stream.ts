import type { Writable } from 'node:stream';
import type { ResponseStream } from './exchange.ts';
import type { Stallable, Stalls } from './stalls.ts';

/** Chunks handed over and not yet sent. */
const IN_FLIGHT_MAX = 2;

/** Bytes that wait for a client after which a stream is told to wait, too. */
const WAITING_BYTES_MAX = 64 * 1024;

/**
 * Writes all chunks and ends. A chunk is asked for only when all but one of those before it are sent, so that their maker may
 * use two buffers in turn.
 */
export function pumpChunks(target: Writable, chunks: Iterable<Buffer>, stalls: Stalls): void {
  const source = chunks[Symbol.iterator]();
  const stallable: Stallable = { abandon: () => target.destroy() };
  let inFlight = 0;
  let ended = false;
  const pump = (): void => {
    while (!ended && inFlight < IN_FLIGHT_MAX) {
      if (target.destroyed || target.writableEnded) return;
      const next = source.next();
      if (next.done === true) {
        ended = true;
        target.end();
        break;
      }
      inFlight++;
      target.write(next.value, onSent);
    }
    if (!target.writableFinished) stalls.waits(stallable);
  };
  const onSent = (): void => {
    inFlight--;
    stalls.moves(stallable);
    pump();
  };
  const done = (): void => stalls.moves(stallable);
  target.on('finish', done);
  target.on('close', done);
  pump();
}

/** One buffer as the whole answer; piece by piece when it is long, so that it is seen whether the client takes it. */
export function endWith(target: Writable, body: Buffer | string, stalls: Stalls): void {
  if (body.length <= WAITING_BYTES_MAX) target.end(body);
  else pumpChunks(target, piecesOf(typeof body === 'string' ? Buffer.from(body) : body), stalls);
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += WAITING_BYTES_MAX) yield body.subarray(at, at + WAITING_BYTES_MAX);
}

/** A stream of frames over an HTTP/2 stream or an HTTP/1.1 chunked answer. */
export class WritableResponseStream implements ResponseStream, Stallable {
  readonly #target: Writable;
  readonly #open: Set<ResponseStream>;
  readonly #stalls: Stalls;
  readonly #count: (bytes: number) => void;
  #drain: (() => void) | null = null;
  #corked = false;
  #waiting = false;
  abandoned = false;

  /** `open`: the listener's set of streams; `count` is told the bytes of every chunk. */
  constructor(target: Writable, open: Set<ResponseStream>, stalls: Stalls, count: (bytes: number) => void) {
    this.#target = target;
    this.#open = open;
    this.#stalls = stalls;
    this.#count = count;
    open.add(this);
    target.on('close', () => {
      open.delete(this);
      stalls.moves(this);
    });
  }

  get closed(): boolean {
    return this.#target.destroyed || this.#target.writableEnded;
  }

  /** Chunks of one turn leave together. */
  write(chunk: Buffer): boolean {
    if (this.closed) return false;
    this.#count(chunk.length);
    const target = this.#target;
    if (!this.#corked) {
      this.#corked = true;
      target.cork();
      process.nextTick(uncork, this);
    }
    // Node's own answer to this does not count what a corked HTTP/1.1 answer holds.
    if (this.#waiting || target.writableLength + chunk.length <= WAITING_BYTES_MAX) target.write(chunk);
    else {
      this.#waiting = true;
      this.#stalls.waits(this);
      target.write(chunk, () => this.#sent());
    }
    return !this.#waiting;
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

  abandon(): void {
    this.abandoned = true;
    this.#open.delete(this);
    this.#target.destroy();
  }

  uncork(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#target.uncork();
  }

  /** All that had to wait is with the client's system. */
  #sent(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#stalls.moves(this);
    if (!this.closed) this.#drain?.();
  }
}

function uncork(stream: WritableResponseStream): void {
  stream.uncork();
}
