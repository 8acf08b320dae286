/** One HTTP/2 stream (RFC 9113, 5): the body that comes, the answer that goes. */
import { clientLeft, EMPTY_BODY, tooLarge } from '../body.ts';
import type { OutgoingHeaders, ResponseStream } from '../exchange.ts';
import type { Stallable } from '../stalls.ts';
import { ErrorCode, Flag, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, FrameType } from './frames.ts';
import { putFrameHead } from './output.ts';
import type { Sender, Sending } from './sender.ts';

/** The connection, as its streams need it. */
export interface StreamOwner {
  /** The answer is complete: END_STREAM was sent. */
  answered(stream: H2Stream): void;
  /** Sends RST_STREAM and forgets the stream. */
  reset(stream: H2Stream, code: number): void;
  /** Bytes of body need no room any more: the client may send as many again. */
  consumed(stream: H2Stream, bytes: number): void;
}

export interface StreamOptions {
  readonly id: number;
  readonly owner: StreamOwner;
  readonly sender: Sender;
  /** As the client and we have told each other. */
  readonly sendWindow: number;
  readonly receiveWindow: number;
  /** Of the body; -1: not said. */
  readonly contentLength: number;
  readonly onGone: (aborted: boolean) => void;
}

interface Reader {
  readonly bytesMax: number;
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** Bytes that wait for a client after which the answer's maker is told to wait, too. */
const WAITING_BYTES_MAX = 64 * 1024;

export class H2Stream implements ResponseStream, Stallable, Sending {
  readonly id: number;
  sendWindow: number;
  receiveWindow: number;
  /** Consumed, and the client not yet told. */
  creditBytes = 0;
  /** The client has sent all it will. */
  remoteEnded = false;
  bytesWritten = 0;
  abandoned = false;
  /** No frame goes out any more. */
  gone = false;
  readonly #owner: StreamOwner;
  readonly #sender: Sender;
  readonly #onGone: (aborted: boolean) => void;
  readonly #contentLength: number;
  #received = 0;
  #body: Buffer[] = [];
  #bodyBytes = 0;
  #reader: Reader | null = null;
  #discards = false;
  /** What goes next, from `#at` on, and what goes after it. */
  #chunk: Buffer | null = null;
  #at = 0;
  #rest: Buffer[] = [];
  #source: Iterator<Buffer> | null = null;
  #waitingBytes = 0;
  #ended = false;
  #enqueued = false;
  #waits = false;
  #drain: (() => void) | null = null;

  constructor(options: StreamOptions) {
    this.id = options.id;
    this.sendWindow = options.sendWindow;
    this.receiveWindow = options.receiveWindow;
    this.#owner = options.owner;
    this.#sender = options.sender;
    this.#onGone = options.onGone;
    this.#contentLength = options.contentLength;
  }

  get closed(): boolean {
    return this.gone || this.#ended;
  }

  /** Throws TypeError for headers that cannot be sent. */
  headers(status: number, headers: OutgoingHeaders, endStream: boolean): void {
    this.#sender.headers(this.id, status, headers, endStream);
    if (!endStream) return;
    this.#ended = true;
    this.#owner.answered(this);
  }

  write(chunk: Buffer): boolean {
    if (this.closed) return false;
    this.bytesWritten += chunk.length;
    this.#take(chunk);
    this.#send();
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#waits = true;
    return !this.#waits;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  end(): void {
    if (this.closed) return;
    this.#ended = true;
    if (this.#chunk === null) this.#endWithoutData();
  }

  /** The whole answer, or its rest. */
  endWith(body: Buffer): void {
    this.#ended = true;
    this.#take(body);
    if (this.#chunk === null) this.#endWithoutData();
    else this.#send();
  }

  /** A chunk is asked for when the one before it is on its way: copied. */
  endWithChunks(chunks: Iterable<Buffer>): void {
    this.#ended = true;
    this.#source = chunks[Symbol.iterator]();
    this.#chunk = this.#next();
    if (this.#chunk === null) this.#endWithoutData();
    else this.#send();
  }

  abandon(): void {
    this.abandoned = true;
    this.fail(ErrorCode.cancel);
  }

  /** Ends it without an answer, or without the rest of it. */
  fail(code: number): void {
    if (!this.gone) this.#owner.reset(this, code);
  }

  /** The client takes more. */
  windowGrew(): void {
    if (this.#chunk !== null && !this.#enqueued && this.sendWindow > 0) this.#enqueue();
  }

  sendFrame(): boolean {
    if (this.gone) return false;
    this.#enqueued = false;
    const sent = this.#frame();
    if (this.gone) return false;
    if (sent) this.#sender.stalls.moves(this);
    if (this.#chunk === null) {
      if (this.#waits) this.#sender.willDrain(this);
      return false;
    }
    this.#sender.stalls.waits(this);
    this.#enqueued = this.sendWindow > 0;
    return this.#enqueued;
  }

  drained(): void {
    this.#waits = false;
    if (!this.closed) this.#drain?.();
  }

  /** Data of the body; false: there is more than was said. */
  data(part: Buffer): boolean {
    this.#received += part.length;
    if (this.#contentLength >= 0 && this.#received > this.#contentLength) return false;
    const reader = this.#reader;
    if (this.#discards) this.#owner.consumed(this, part.length);
    else {
      this.#body.push(part);
      this.#bodyBytes += part.length;
      if (reader === null) return true;
      this.#owner.consumed(this, part.length);
      if (this.#bodyBytes > reader.bytesMax) this.#refuse(reader);
    }
    return true;
  }

  /** The body is complete; false: it is shorter than was said. */
  dataEnded(): boolean {
    this.remoteEnded = true;
    if (this.#contentLength >= 0 && this.#received !== this.#contentLength) return false;
    const reader = this.#reader;
    this.#reader = null;
    reader?.resolve(this.#wholeBody());
    return true;
  }

  readBody(bytesMax: number): Promise<Buffer> {
    if (this.#contentLength > bytesMax) return Promise.reject(tooLarge(bytesMax));
    if (this.gone && !this.remoteEnded) return Promise.reject(clientLeft());
    if (!this.gone) this.#owner.consumed(this, this.#bodyBytes);
    if (this.#bodyBytes > bytesMax) {
      this.#discard();
      return Promise.reject(tooLarge(bytesMax));
    }
    if (this.remoteEnded) return Promise.resolve(this.#wholeBody());
    return new Promise((resolve, reject) => {
      this.#reader = { bytesMax, resolve, reject };
    });
  }

  /** Called once, by the owner: nothing comes or goes any more. `aborted`: before the answer was complete. */
  goes(aborted: boolean): void {
    this.gone = true;
    this.#sender.stalls.moves(this);
    this.#chunk = null;
    this.#rest = [];
    this.#source = null;
    const reader = this.#reader;
    if (reader !== null) {
      this.#reader = null;
      reader.reject(clientLeft());
    } else if (!this.#discards) this.#owner.consumed(this, this.#bodyBytes);
    this.#onGone(aborted);
  }

  #refuse(reader: Reader): void {
    this.#reader = null;
    this.#discard();
    reader.reject(tooLarge(reader.bytesMax));
  }

  #discard(): void {
    this.#discards = true;
    this.#body = [];
    this.#bodyBytes = 0;
  }

  #wholeBody(): Buffer {
    const body = this.#body;
    const whole = body.length === 1 ? body[0]! : body.length === 0 ? EMPTY_BODY : Buffer.concat(body, this.#bodyBytes);
    this.#discard();
    return whole;
  }

  #take(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#chunk === null) this.#chunk = chunk;
    else this.#rest.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /** As much as goes at once; the rest takes its turns. */
  #send(): void {
    if (this.#enqueued) return;
    if (!this.#sender.busy) while (this.#frame()) if (this.gone) return;
    if (this.#chunk === null) return;
    this.#sender.stalls.waits(this);
    if (this.sendWindow > 0) this.#enqueue();
  }

  #enqueue(): void {
    this.#enqueued = true;
    this.#sender.enqueue(this);
  }

  /** Makes one DATA frame; false: there is nothing to send, or no room. */
  #frame(): boolean {
    const chunk = this.#chunk;
    if (chunk === null) return false;
    const sender = this.#sender;
    const { output } = sender;
    const left = chunk.length - this.#at;
    const bytes = Math.min(left, FRAME_BYTES_MAX, this.sendWindow, sender.window, output.payloadRoom);
    if (bytes <= 0) return false;
    output.reserve(FRAME_HEAD_BYTES + bytes);
    const head = output.end;
    chunk.copy(output.slab, head + FRAME_HEAD_BYTES, this.#at, this.#at + bytes);
    this.#at += bytes;
    this.#waitingBytes -= bytes;
    // May throw: what it makes is not ours. Nothing is sent then.
    if (bytes === left) this.#chunk = this.#next();
    output.end = head + FRAME_HEAD_BYTES + bytes;
    this.sendWindow -= bytes;
    sender.window -= bytes;
    const last = this.#chunk === null && this.#ended;
    putFrameHead(output.slab, head, bytes, FrameType.data, last ? Flag.endStream : 0, this.id);
    sender.schedule();
    if (last) this.#owner.answered(this);
    return true;
  }

  #next(): Buffer | null {
    this.#at = 0;
    if (this.#source === null) return this.#rest.shift() ?? null;
    for (;;) {
      const { value, done } = this.#source.next();
      if (done === true) return null;
      if (value.length === 0) continue;
      this.#waitingBytes += value.length;
      return value;
    }
  }

  #endWithoutData(): void {
    this.#sender.output.frameHead(0, FrameType.data, Flag.endStream, this.id);
    this.#sender.schedule();
    this.#owner.answered(this);
  }
}
