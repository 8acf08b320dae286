import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { FrameGuard, Violation } from './h2-guard.ts';

export interface GuardedSocketOptions {
  readonly socket: TLSSocket;
  readonly guard: FrameGuard;
  /** How long a header block may take, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** The connection must end; nothing more of it is read. */
  readonly onViolation: (violation: Violation | 'headers-too-slow') => void;
}

type Done = (error?: Error | null) => void;

/** Bytes that may be on their way to the client while more is made. */
const AHEAD_BYTES_MAX = 512 * 1024;
/** Frames up to this much are copied together, which costs less than a write for each. */
const JOINED_BYTES_MAX = 64 * 1024;

/**
 * A TLS connection as the HTTP/2 library sees it: what comes in has passed the guard. It is a Duplex by its interface alone: the buffers
 * and states of one more stream would cost every request a tenth.
 */
export class GuardedSocket extends Duplex {
  readonly #options: GuardedSocketOptions;
  #headersTimer: NodeJS.Timeout | null = null;
  #violated = false;
  #parts: Buffer[] = [];
  #done: Done[] = [];

  constructor(options: GuardedSocketOptions) {
    super({ autoDestroy: false });
    this.#options = options;
    const { socket } = options;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.emit('end'));
    socket.on('close', () => this.destroy());
  }

  override pause(): this {
    this.#options.socket.pause();
    return this;
  }

  override resume(): this {
    this.#options.socket.resume();
    return this;
  }

  override cork(): void {}

  /** The library corks, writes the parts of its frames, and uncorks. */
  override write(chunk: Buffer, done: unknown): boolean {
    this.#parts.push(chunk);
    if (typeof done === 'function') this.#done.push(done as Done);
    return true;
  }

  override uncork(): void {
    const { socket, guard } = this.#options;
    const parts = this.#parts;
    const done = this.#done;
    if (parts.length === 0) return;
    this.#parts = [];
    this.#done = [];
    let bytes = 0;
    for (const part of parts) bytes += part.length;
    guard.sent(bytes);
    if (bytes <= JOINED_BYTES_MAX) socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes));
    else {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    }
    const goOn = (): void => {
      for (const each of done) each();
    };
    // The library makes the next frames while these are on their way.
    if (socket.writableLength <= AHEAD_BYTES_MAX || socket.destroyed) goOn();
    else socket.once('drain', goOn);
  }

  override end(): this {
    this.uncork();
    this.#options.socket.end();
    return this;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopTimer();
    this.#options.socket.destroy();
    callback(error);
  }

  #take(chunk: Buffer): void {
    if (this.#violated) return;
    const { guard, headersTimeoutMs } = this.#options;
    const violation = guard.read(chunk);
    if (violation !== null) {
      this.#violate(violation);
      return;
    }
    if (!guard.headersPending) this.#stopTimer();
    else this.#headersTimer ??= setTimeout(() => this.#violate('headers-too-slow'), headersTimeoutMs);
    this.emit('data', chunk);
  }

  #violate(violation: Violation | 'headers-too-slow'): void {
    this.#violated = true;
    this.#stopTimer();
    this.#options.onViolation(violation);
  }

  #stopTimer(): void {
    if (this.#headersTimer === null) return;
    clearTimeout(this.#headersTimer);
    this.#headersTimer = null;
  }
}
