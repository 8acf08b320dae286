/** The way out of one HTTP/2 connection: frames gathered over a turn of the event loop, streams served in turn. */
import type { TLSSocket } from 'node:tls';
import type { OutgoingHeaders } from '../exchange.ts';
import type { Stalls } from '../stalls.ts';
import { Flag, FRAME_BYTES_MAX, FrameType, WINDOW_BYTES_DEFAULT } from './frames.ts';
import { HeaderEncoder } from './header-encoder.ts';
import { Output, type Slabs } from './output.ts';

/** A stream that has data to send. */
export interface Sending {
  /** Sends one frame as far as there is room; false: it need not be asked again until it says so. */
  sendFrame(): boolean;
  /** What it was told to wait for is on its way. */
  drained(): void;
}

export interface SenderOptions {
  readonly socket: TLSSocket;
  readonly slabs: Slabs;
  readonly stalls: Stalls;
  /** Told of the bytes of each write. */
  readonly onSent: (bytes: number) => void;
  /** All that was gathered is with the client's system. */
  readonly onEmpty: () => void;
}

/** Room below which no frame of data is begun: the next slab has more. */
const PAYLOAD_ROOM_MIN = 1024;

export class Sender {
  readonly output: Output;
  readonly stalls: Stalls;
  /** The connection's window: bytes of data that the client takes. */
  window = WINDOW_BYTES_DEFAULT;
  readonly #encoder = new HeaderEncoder();
  readonly #options: SenderOptions;
  readonly #turns: Sending[] = [];
  #drained: Sending[] = [];
  #scheduled = false;
  #writing = false;
  #gone = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.output = new Output(options.slabs);
    this.stalls = options.stalls;
  }

  limitHeaderTable(bytesMax: number): void {
    this.#encoder.limitTable(bytesMax);
  }

  /** Others wait: who comes new takes its turn behind them. */
  get busy(): boolean {
    return this.#turns.length > 0;
  }

  /** Takes its turn when there is room. */
  enqueue(stream: Sending): void {
    this.#turns.push(stream);
    this.schedule();
  }

  /** `drained` is called once this turn's frames are made. */
  willDrain(stream: Sending): void {
    this.#drained.push(stream);
  }

  /** Throws TypeError for headers that cannot be sent. */
  headers(stream: number, status: number, headers: OutgoingHeaders, endStream: boolean): void {
    const block = this.#encoder.encode(status, headers);
    const { output } = this;
    const last = endStream ? Flag.endStream : 0;
    let end = Math.min(block.length, FRAME_BYTES_MAX);
    output.frameHead(end, FrameType.headers, last | (end === block.length ? Flag.endHeaders : 0), stream);
    output.copy(block, 0, end);
    while (end < block.length) {
      const start = end;
      end = Math.min(block.length, start + FRAME_BYTES_MAX);
      output.frameHead(end - start, FrameType.continuation, end === block.length ? Flag.endHeaders : 0, stream);
      output.copy(block, start, end);
    }
    this.schedule();
  }

  /** A frame whose payload is a few numbers of 32 bits. */
  numbers(type: number, flags: number, stream: number, first: number, second: number | null = null): void {
    this.output.frameHead(second === null ? 4 : 8, type, flags, stream);
    this.output.uint32(first);
    if (second !== null) this.output.uint32(second);
    this.schedule();
  }

  frame(type: number, flags: number, stream: number, payload: Buffer): void {
    this.output.frameHead(payload.length, type, flags, stream);
    this.output.copy(payload, 0, payload.length);
    this.schedule();
  }

  /** What was gathered leaves when this turn's callbacks are done. */
  schedule(): void {
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    process.nextTick(flush, this);
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#writing || this.#gone || this.#options.socket.writableEnded) return;
    this.#fill();
    const { output } = this;
    const { bytes } = output;
    if (bytes === 0) {
      this.#options.onEmpty();
      return;
    }
    const { slabs, parts } = output.take();
    const { socket, onSent } = this.#options;
    onSent(bytes);
    this.#writing = true;
    const written = (): void => {
      this.#writing = false;
      output.release(slabs);
      this.flush();
    };
    const last = parts.length - 1;
    if (last > 0) socket.cork();
    for (let i = 0; i < last; i++) socket.write(parts[i]!);
    socket.write(parts[last]!, written);
    if (last > 0) socket.uncork();
  }

  /** The connection is gone: nothing more is sent. */
  drop(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#turns.length = 0;
    this.#drained = [];
    this.output.drop();
  }

  #fill(): void {
    const turns = this.#turns;
    while (turns.length > 0 && this.window > 0 && this.output.payloadRoom >= PAYLOAD_ROOM_MIN) {
      const stream = turns.shift()!;
      if (stream.sendFrame()) turns.push(stream);
    }
    if (this.#drained.length === 0) return;
    const drained = this.#drained;
    this.#drained = [];
    for (const stream of drained) stream.drained();
  }
}

function flush(sender: Sender): void {
  sender.flush();
}
