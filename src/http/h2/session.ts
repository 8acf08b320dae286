/** The server side of one HTTP/2 connection (RFC 9113): what the client sends, and the streams that come of it. */
import type { TLSSocket } from 'node:tls';
import { requestHeaderBytesMax } from '../../base/limits.ts';
import type { Connection } from '../connection.ts';
import type { Exchange } from '../exchange.ts';
import { H2Exchange } from './exchange.ts';
import { FLOOD_LIMITS, FloodGuard } from './flood-guard.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import {
  ConnectionError,
  ErrorCode,
  Flag,
  FrameType,
  Setting,
  WINDOW_BYTES_DEFAULT,
  WINDOW_BYTES_MAX,
} from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import { watchIdleConnection } from './idle.ts';
import type { Slabs } from './output.ts';
import { RequestHead } from './request-head.ts';
import { Sender } from './sender.ts';
import { type PeerSettings, readSettings, settingsPayload } from './settings.ts';
import type { H2Stream, StreamOwner } from './stream.ts';

export interface Http2Options {
  readonly maxStreams: number;
  readonly timeouts: { readonly headersMs: number; readonly idleMs: number; readonly goAwayMs: number };
  readonly slabs: Slabs;
  /** All sessions of the listener. */
  readonly sessions: Set<H2Session>;
  readonly serve: (exchange: Exchange) => void;
  readonly onClientError: (error: Error) => void;
}

const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
/** Output that waits for a client after which nothing more of it is read: it asks for answers and takes none. */
const BACKLOG_BYTES_MAX = 512 * 1024;
/** How long a connection that is told its error may take to read it. */
const FAREWELL_MS_MAX = 1000;
/** Streams that we have ended and whose frames may still be on their way: the latest ones. */
const ENDED_STREAMS_MAX = 256;

export class H2Session implements FrameSink, StreamOwner {
  readonly streams = new Map<number, H2Stream>();
  readonly #socket: TLSSocket;
  readonly #connection: Connection;
  readonly #options: Http2Options;
  readonly #reader = new FrameReader(this);
  readonly #guard = new FloodGuard(FLOOD_LIMITS, () => performance.now());
  readonly #blocks = new HeaderBlocks();
  readonly #sender: Sender;
  /** Requests of the chunk under way: served when it is read, so that none is whose reset came with it. */
  #fresh: H2Exchange[] = [];
  /** Streams that are answered 400 or 431, and then reset if their request is not even one. */
  readonly #refused = new Map<number, 400 | 431>();
  readonly #endedByUs = new Set<number>();
  #lastStream = 0;
  #peer: PeerSettings | null = null;
  #receiveWindow = CONNECTION_WINDOW_BYTES;
  #creditBytes = 0;
  /** The DATA frame under way: its stream, null when it is ignored; bytes of it that are not data, so far. */
  #dataStream: H2Stream | null = null;
  #dataEndsStream = false;
  #paddingBytes = 0;
  #headersTimer: NodeJS.Timeout | null = null;
  #onPing: (() => void) | null = null;
  #goingAway = false;
  #paused = false;
  /** Nothing more is read. */
  #over = false;

  constructor(socket: TLSSocket, connection: Connection, options: Http2Options) {
    this.#socket = socket;
    this.#connection = connection;
    this.#options = options;
    this.#sender = new Sender({
      socket,
      slabs: options.slabs,
      stalls: connection.stalls,
      onSent: (bytes) => this.#guard.sent(bytes),
      onEmpty: () => this.#sentAll(),
    });
    options.sessions.add(this);
    this.#sender.frame(
      FrameType.settings,
      0,
      0,
      settingsPayload([
        [Setting.maxConcurrentStreams, options.maxStreams],
        [Setting.initialWindowSize, STREAM_WINDOW_BYTES],
        [Setting.maxHeaderListSize, requestHeaderBytesMax],
      ]),
    );
    this.#sender.numbers(FrameType.windowUpdate, 0, 0, CONNECTION_WINDOW_BYTES - WINDOW_BYTES_DEFAULT);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.#gone());
    socket.on('close', () => this.#gone());
    watchIdleConnection(socket, this, options.timeouts.idleMs);
  }

  /** Takes no new streams and ends when those that are open are answered. */
  close(): void {
    if (this.#goingAway || this.#over) return;
    this.#goingAway = true;
    this.#sender.numbers(FrameType.goAway, 0, 0, this.#lastStream, ErrorCode.noError);
  }

  /** `onAnswer` is called when the client answers. */
  ping(onAnswer: () => void): void {
    this.#onPing = onAnswer;
    this.#sender.frame(FrameType.ping, 0, 0, Buffer.alloc(8));
  }

  answered(stream: H2Stream): void {
    const refused = this.#refused.delete(stream.id);
    // To a client that still sends its body: stop (RFC 9113, 8.1).
    if (refused || !stream.remoteEnded)
      this.#sendReset(stream.id, refused ? ErrorCode.protocolError : ErrorCode.noError);
    this.#forget(stream, false);
  }

  reset(stream: H2Stream, code: number): void {
    this.#sendReset(stream.id, code);
    this.#forget(stream, true);
  }

  consumed(stream: H2Stream, bytes: number): void {
    if (bytes === 0) return;
    this.#credit(bytes);
    if (stream.remoteEnded || stream.gone) return;
    stream.creditBytes += bytes;
    if (stream.creditBytes < STREAM_WINDOW_BYTES / 2) return;
    stream.receiveWindow += stream.creditBytes;
    this.#sender.numbers(FrameType.windowUpdate, 0, stream.id, stream.creditBytes);
    stream.creditBytes = 0;
  }

  begins(type: number, flags: number, id: number, bytes: number): void {
    if (this.#peer === null && (type !== FrameType.settings || (flags & Flag.ack) !== 0)) {
      throw protocolError('the first frame is not SETTINGS');
    }
    if (this.#blocks.open && (type !== FrameType.continuation || id !== this.#blocks.stream)) {
      throw protocolError('a frame within a header block');
    }
    switch (type) {
      case FrameType.data:
        this.#dataBegins(id, flags, bytes);
        return;
      case FrameType.headers:
        if (id % 2 === 0) throw protocolError('HEADERS on a stream that is not of a client');
        this.#blocks.expect(bytes);
        return;
      case FrameType.rstStream:
        this.#guard.reset();
        return;
      case FrameType.continuation:
        if (!this.#blocks.open) throw protocolError('CONTINUATION of nothing');
        this.#blocks.expect(bytes);
    }
    this.#guard.control();
  }

  data(part: Buffer): void {
    this.#paddingBytes -= part.length;
    const stream = this.#dataStream;
    if (stream !== null && !stream.gone) {
      if (stream.data(part)) return;
      this.#streamError(stream.id, ErrorCode.protocolError);
    }
    this.#credit(part.length);
  }

  dataEnds(): void {
    if (this.#paddingBytes > 0) this.#credit(this.#paddingBytes);
    const stream = this.#dataStream;
    if (stream === null || stream.gone) return;
    if (this.#dataEndsStream && !stream.dataEnded()) this.#streamError(stream.id, ErrorCode.protocolError);
  }

  frame(type: number, flags: number, id: number, payload: Buffer): void {
    switch (type) {
      case FrameType.headers:
      case FrameType.continuation: {
        const block =
          type === FrameType.headers
            ? this.#blocks.begin(flags, id, payload)
            : this.#blocks.goOn((flags & Flag.endHeaders) !== 0, payload);
        if (block !== null) this.#headers(id, block);
        return;
      }
      case FrameType.priority:
        if (id === 0) throw protocolError('PRIORITY of no stream');
        if (payload.length !== 5) this.#streamError(id, ErrorCode.frameSizeError);
        else if ((payload.readUInt32BE(0) & WINDOW_BYTES_MAX) === id) this.#streamError(id, ErrorCode.protocolError);
        return;
      case FrameType.rstStream:
        this.#resetByClient(id, payload);
        return;
      case FrameType.settings:
        this.#settings(flags, id, payload);
        return;
      case FrameType.ping:
        if (id !== 0) throw protocolError('PING of a stream');
        if (payload.length !== 8) throw frameSizeError();
        if ((flags & Flag.ack) === 0) this.#sender.frame(FrameType.ping, Flag.ack, 0, payload);
        else this.#onPing?.();
        return;
      case FrameType.windowUpdate:
        this.#windowUpdate(id, payload);
        return;
      case FrameType.goAway:
        if (id !== 0) throw protocolError('GOAWAY of a stream');
        if (payload.length < 8) throw frameSizeError();
        return;
      case FrameType.pushPromise:
        throw protocolError('PUSH_PROMISE of a client');
    }
  }

  #read(chunk: Buffer): void {
    if (this.#over) return;
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#blocks.open || this.#reader.withinHeaders) this.#awaitHeaders();
    else this.#stopTimer();
    if (this.#fresh.length > 0) this.#serve();
    if (this.#sender.output.bytes > BACKLOG_BYTES_MAX && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  #serve(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const exchange of fresh) {
      const { carrier } = exchange;
      if (carrier.gone) continue;
      const refused = this.#refused.get(carrier.id);
      if (refused === undefined) this.#options.serve(exchange);
      else exchange.respond(refused, { 'content-type': 'text/plain; charset=utf-8' }, REFUSALS[refused]);
    }
  }

  #dataBegins(id: number, flags: number, bytes: number): void {
    if (id % 2 === 0 || id > this.#lastStream) throw protocolError('DATA on an idle stream');
    this.#receiveWindow -= bytes;
    if (this.#receiveWindow < 0) throw flowControlError();
    this.#paddingBytes = bytes;
    this.#dataEndsStream = (flags & Flag.endStream) !== 0;
    if (bytes === 0 && !this.#dataEndsStream) this.#guard.control();
    const stream = this.streams.get(id) ?? null;
    this.#dataStream = stream;
    if (stream === null) {
      this.#guard.control();
      if (!this.#endedByUs.has(id)) this.#sendReset(id, ErrorCode.streamClosed);
      return;
    }
    stream.receiveWindow -= bytes;
    const code = stream.remoteEnded ? ErrorCode.streamClosed : ErrorCode.flowControlError;
    if (!stream.remoteEnded && stream.receiveWindow >= 0) return;
    this.#dataStream = null;
    this.#streamError(id, code);
  }

  #headers(id: number, block: Buffer): void {
    const stream = this.streams.get(id);
    if (stream !== undefined) this.#trailers(stream, block);
    else if (id > this.#lastStream) this.#request(id, block);
    else if (this.#endedByUs.has(id)) this.#blocks.decode(block, () => {});
    else throw new ConnectionError(ErrorCode.streamClosed, 'HEADERS on a closed stream');
  }

  #request(id: number, block: Buffer): void {
    const head = new RequestHead();
    this.#blocks.decode(block, head.take);
    this.#lastStream = id;
    const { verdict } = head;
    if (this.#goingAway) this.#ended(id);
    else if (this.streams.size >= this.#options.maxStreams) {
      this.#guard.control();
      this.#sendReset(id, ErrorCode.refusedStream);
    } else if (
      verdict === 'malformed' ||
      this.#blocks.selfDependent ||
      (this.#blocks.endsStream && head.contentLength > 0)
    ) {
      this.#streamError(id, ErrorCode.protocolError);
    } else {
      if (verdict !== 'good') this.#refused.set(id, verdict === 'too-large' ? 431 : 400);
      this.#open(id, head);
    }
  }

  #open(id: number, head: RequestHead): void {
    const exchange = new H2Exchange(
      head,
      this.#connection,
      {
        id,
        owner: this,
        sender: this.#sender,
        sendWindow: this.#peer?.initialWindow ?? WINDOW_BYTES_DEFAULT,
        receiveWindow: STREAM_WINDOW_BYTES,
      },
      () => this.close(),
    );
    const { carrier } = exchange;
    this.streams.set(id, carrier);
    if (this.#blocks.endsStream) carrier.dataEnded();
    this.#fresh.push(exchange);
  }

  /** What they say is not asked for, but they count (RFC 9113, 8.1). */
  #trailers(stream: H2Stream, block: Buffer): void {
    let good = this.#blocks.endsStream;
    this.#blocks.decode(block, ({ name }) => {
      if (name.startsWith(':')) good = false;
    });
    if (stream.remoteEnded) this.#streamError(stream.id, ErrorCode.streamClosed);
    else if (!good || !stream.dataEnded()) this.#streamError(stream.id, ErrorCode.protocolError);
  }

  #resetByClient(id: number, payload: Buffer): void {
    if (id === 0 || id > this.#lastStream) throw protocolError('RST_STREAM of an idle stream');
    if (payload.length !== 4) throw frameSizeError();
    const stream = this.streams.get(id);
    if (stream !== undefined) this.#forget(stream, true);
  }

  #settings(flags: number, id: number, payload: Buffer): void {
    if (id !== 0) throw protocolError('SETTINGS of a stream');
    const ack = (flags & Flag.ack) !== 0;
    if (ack ? payload.length > 0 : payload.length % 6 !== 0) throw frameSizeError();
    if (ack) return;
    const before = this.#peer?.initialWindow ?? WINDOW_BYTES_DEFAULT;
    const peer = readSettings(payload, before);
    this.#peer = peer;
    if (peer.headerTableBytes !== null) this.#sender.limitHeaderTable(peer.headerTableBytes);
    const grown = peer.initialWindow - before;
    if (grown !== 0) {
      for (const stream of this.streams.values()) {
        stream.sendWindow += grown;
        if (stream.sendWindow > WINDOW_BYTES_MAX) throw flowControlError();
        stream.windowGrew();
      }
    }
    this.#sender.frame(FrameType.settings, Flag.ack, 0, payload.subarray(0, 0));
  }

  #windowUpdate(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw frameSizeError();
    const bytes = payload.readUInt32BE(0) & WINDOW_BYTES_MAX;
    if (id === 0) {
      if (bytes === 0) throw protocolError('WINDOW_UPDATE of nothing');
      this.#sender.window += bytes;
      if (this.#sender.window > WINDOW_BYTES_MAX) throw flowControlError();
      this.#sender.schedule();
      return;
    }
    if (id % 2 === 0 || id > this.#lastStream) throw protocolError('WINDOW_UPDATE of an idle stream');
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    stream.sendWindow += bytes;
    if (bytes === 0) this.#streamError(id, ErrorCode.protocolError);
    else if (stream.sendWindow > WINDOW_BYTES_MAX) this.#streamError(id, ErrorCode.flowControlError);
    else stream.windowGrew();
  }

  /** The connection takes so many bytes of bodies more. */
  #credit(bytes: number): void {
    this.#creditBytes += bytes;
    if (this.#creditBytes < CONNECTION_WINDOW_BYTES / 2) return;
    this.#receiveWindow += this.#creditBytes;
    this.#sender.numbers(FrameType.windowUpdate, 0, 0, this.#creditBytes);
    this.#creditBytes = 0;
  }

  /** The client's mistake ends one stream (RFC 9113, 5.4.2), and counts as a reset of its own. */
  #streamError(id: number, code: number): void {
    this.#guard.reset();
    this.#sendReset(id, code);
    const stream = this.streams.get(id);
    if (stream !== undefined) this.#forget(stream, true);
  }

  #sendReset(id: number, code: number): void {
    this.#ended(id);
    this.#sender.numbers(FrameType.rstStream, 0, id, code);
  }

  #ended(id: number): void {
    this.#endedByUs.add(id);
    if (this.#endedByUs.size <= ENDED_STREAMS_MAX) return;
    for (const oldest of this.#endedByUs) {
      this.#endedByUs.delete(oldest);
      break;
    }
  }

  #forget(stream: H2Stream, aborted: boolean): void {
    if (!this.streams.delete(stream.id)) return;
    this.#refused.delete(stream.id);
    stream.goes(aborted);
    if (this.#goingAway) this.#sender.schedule();
  }

  /** A client's mistake, or one of ours in reading it, ends the connection with a word to the client. */
  #fail(error: unknown): void {
    const code = error instanceof ConnectionError ? error.code : ErrorCode.internalError;
    this.#options.onClientError(error instanceof Error ? error : new Error(String(error)));
    this.#over = true;
    this.#stopTimer();
    // What the client goes on sending is read by nobody.
    this.#socket.pause();
    this.#forgetAll();
    this.#sender.numbers(FrameType.goAway, 0, 0, this.#lastStream, code);
    this.#destroyLater(Math.min(FAREWELL_MS_MAX, this.#options.timeouts.goAwayMs));
  }

  #sentAll(): void {
    if (this.#paused && !this.#over) {
      this.#paused = false;
      this.#socket.resume();
    }
    const done = this.#over || (this.#goingAway && this.streams.size === 0);
    if (!done || this.#socket.writableEnded) return;
    this.#socket.end();
    // For a client that does not go by itself.
    if (!this.#over) this.#destroyLater(this.#options.timeouts.goAwayMs);
  }

  #destroyLater(afterMs: number): void {
    const timer = setTimeout(() => this.#socket.destroy(), afterMs);
    this.#socket.on('close', () => clearTimeout(timer));
  }

  #gone(): void {
    this.#over = true;
    this.#stopTimer();
    this.#options.sessions.delete(this);
    this.#forgetAll();
    this.#sender.drop();
  }

  #forgetAll(): void {
    this.#fresh = [];
    for (const stream of [...this.streams.values()]) this.#forget(stream, true);
  }

  #awaitHeaders(): void {
    this.#headersTimer ??= setTimeout(
      () => this.#fail(new ConnectionError(ErrorCode.enhanceYourCalm, 'headers-too-slow')),
      this.#options.timeouts.headersMs,
    );
  }

  #stopTimer(): void {
    if (this.#headersTimer === null) return;
    clearTimeout(this.#headersTimer);
    this.#headersTimer = null;
  }
}

const REFUSALS = { 400: 'Bad Request\n', 431: 'Request Header Fields Too Large\n' } as const;

function protocolError(message: string): ConnectionError {
  return new ConnectionError(ErrorCode.protocolError, message);
}

function frameSizeError(): ConnectionError {
  return new ConnectionError(ErrorCode.frameSizeError, 'a frame is not as long as its type asks for');
}

function flowControlError(): ConnectionError {
  return new ConnectionError(ErrorCode.flowControlError, 'more than the window');
}
