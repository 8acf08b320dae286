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

/** A TLS connection as the HTTP/2 library sees it: what comes in has passed the guard. */
export class GuardedSocket extends Duplex {
  readonly #options: GuardedSocketOptions;
  #headersTimer: NodeJS.Timeout | null = null;
  #violated = false;

  constructor(options: GuardedSocketOptions) {
    super({ allowHalfOpen: true, autoDestroy: true });
    this.#options = options;
    const { socket } = options;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#options.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#options.guard.sent(chunk.length);
    this.#options.socket.write(chunk, callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    const { socket, guard } = this.#options;
    socket.cork();
    const last = chunks.length - 1;
    for (let i = 0; i <= last; i++) {
      const { chunk } = chunks[i]!;
      guard.sent(chunk.length);
      if (i === last) socket.write(chunk, callback);
      else socket.write(chunk);
    }
    socket.uncork();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#options.socket.end(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopTimer();
    this.#options.socket.destroy();
    callback(error);
  }

  #take(chunk: Buffer): void {
    if (this.#violated) return;
    const { guard, socket, headersTimeoutMs } = this.#options;
    const violation = guard.read(chunk);
    if (violation !== null) {
      this.#violate(violation);
      return;
    }
    if (!guard.headersPending) this.#stopTimer();
    else this.#headersTimer ??= setTimeout(() => this.#violate('headers-too-slow'), headersTimeoutMs);
    if (!this.push(chunk)) socket.pause();
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
