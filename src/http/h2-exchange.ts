import type { X509Certificate } from 'node:crypto';
import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { collectBody, EMPTY_BODY } from './body.ts';
import { type Connection, certificateOf, type OpenExchange } from './connection.ts';
import type { Exchange, OutgoingHeaders, ResponseStream } from './exchange.ts';
import { allValues, eachHeader, firstValue, utf8Of } from './raw-headers.ts';
import { endWith, pumpChunks, WritableResponseStream } from './writable-stream.ts';

/**
 * One HTTP/2 stream. Node's request/response layer over streams costs a quarter of the answers per second, so the
 * stream is used as it comes.
 */
export class H2Exchange implements Exchange, OpenExchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly protocol = 'HTTP/2.0';
  readonly localUser = null;
  readonly upgradeWebSocket = null;
  responded = false;
  status = 0;
  bytesWritten = 0;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #raw: readonly string[];
  readonly #connection: Connection;
  #bodyRead = false;
  #closed = false;
  #aborted = false;
  #onClose: ((aborted: boolean) => void)[] | null = null;

  /** `target` begins with `/`. */
  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    raw: readonly string[],
    method: string,
    target: string,
    connection: Connection,
  ) {
    const mark = target.indexOf('?');
    this.method = method;
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    this.#stream = stream;
    this.#headers = headers;
    this.#raw = raw;
    this.#connection = connection;
    connection.exchanges.add(this);
    stream.on('error', ignoreError);
    stream.on('close', () => this.#close());
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return value[0];
    return utf8Of(value.includes(', ') ? (firstValue(this.#raw, name) ?? value) : value);
  }

  headerAll(name: string): readonly string[] {
    return allValues(this.#raw, name);
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    eachHeader(this.#raw, visit);
  }

  clientCertificate(): X509Certificate | 'invalid' | null {
    return certificateOf(this.#connection);
  }

  readBody(bytesMax: number): Promise<Buffer> {
    if (this.#stream.endAfterHeaders) return Promise.resolve(EMPTY_BODY);
    this.#bodyRead = true;
    return collectBody(this.#stream, this.#headers['content-length'], bytesMax);
  }

  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void {
    const bytes = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (status !== 304 && status !== 204) headers['content-length'] = bytes;
    if (!this.#begin(status, headers, body === null)) return;
    if (body !== null && this.method !== 'HEAD') {
      this.bytesWritten = bytes;
      endWith(this.#stream, body, this.#connection.stalls);
    }
    this.#leaveUnreadBody();
  }

  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void {
    headers['content-length'] = bytes;
    if (!this.#begin(status, headers, false)) return;
    if (this.method !== 'HEAD') {
      this.bytesWritten = bytes;
      pumpChunks(this.#stream, chunks, this.#connection.stalls);
    }
    this.#leaveUnreadBody();
  }

  stream(status: number, headers: OutgoingHeaders): ResponseStream {
    this.#begin(status, headers, false);
    return new WritableResponseStream(this.#stream, this.#connection.streams, this.#connection.stalls, (bytes) => {
      this.bytesWritten += bytes;
    });
  }

  onClose(callback: (aborted: boolean) => void): void {
    if (this.#closed) callback(this.#aborted);
    else if (this.#onClose === null) this.#onClose = [callback];
    else this.#onClose.push(callback);
  }

  abandonAnswer(): void {
    if (this.#stream.writableEnded) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** False: an answer was already begun, or the client is gone. */
  #begin(status: number, headers: OutgoingHeaders, endStream: boolean): boolean {
    if (this.responded) return false;
    this.responded = true;
    this.status = status;
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return false;
    const goAway = headers['connection'] === 'close';
    // HTTP/2 has no such header: it is said by GOAWAY.
    if (goAway) delete headers['connection'];
    headers[':status'] = status;
    try {
      stream.respond(headers as OutgoingHttpHeaders, endStream ? END_STREAM : undefined);
    } catch (error) {
      // A header that cannot be sent: the client must not wait for an answer that will not come.
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      throw error;
    }
    if (goAway) stream.session?.close();
    return true;
  }

  /** Tells a client that still sends its body to stop (RFC 9113, 8.1): only when reading was given up half way; Node does it for bodies never read. */
  #leaveUnreadBody(): void {
    if (this.#bodyRead && !this.#stream.readableEnded) this.#stream.close();
  }

  #close(): void {
    this.#closed = true;
    this.#connection.exchanges.delete(this);
    this.#aborted = !this.#stream.writableFinished || this.#stream.aborted;
    const callbacks = this.#onClose;
    if (callbacks === null) return;
    this.#onClose = null;
    for (const callback of callbacks) callback(this.#aborted);
  }
}

const END_STREAM = { endStream: true };

/** Resets and broken connections arrive as `close`; an unheard `error` would end the process. */
function ignoreError(): void {}
