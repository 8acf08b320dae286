import type { X509Certificate } from 'node:crypto';
import { EMPTY_BODY } from '../body.ts';
import { type Connection, certificateOf } from '../connection.ts';
import type { Exchange, OutgoingHeaders, ResponseStream } from '../exchange.ts';
import { ErrorCode } from './frames.ts';
import { utcDate } from './http-date.ts';
import type { RequestHead } from './request-head.ts';
import { H2Stream, type StreamOptions } from './stream.ts';

const NONE: readonly string[] = [];

/** One request over HTTP/2 and its answer. */
export class H2Exchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly protocol = 'HTTP/2.0';
  readonly localUser = null;
  readonly upgradeWebSocket = null;
  responded = false;
  status = 0;
  /** What carries it, for its connection. */
  readonly carrier: H2Stream;
  readonly #headers: readonly string[];
  readonly #connection: Connection;
  readonly #goAway: () => void;
  #aborted = false;
  #onClose: ((aborted: boolean) => void)[] | null = null;

  /** `goAway`: asks the client to leave the connection after this answer. */
  constructor(
    head: RequestHead,
    connection: Connection,
    stream: Omit<StreamOptions, 'contentLength' | 'onGone'>,
    goAway: () => void,
  ) {
    const target = head.path ?? '';
    const mark = target.indexOf('?');
    this.method = head.method ?? '';
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    this.#headers = head.headers;
    this.#connection = connection;
    this.#goAway = goAway;
    this.carrier = new H2Stream({
      ...stream,
      contentLength: head.contentLength,
      onGone: (aborted) => this.#gone(aborted),
    });
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get bytesWritten(): number {
    return this.carrier.bytesWritten;
  }

  header(name: string): string | undefined {
    const headers = this.#headers;
    for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
    return undefined;
  }

  headerAll(name: string): readonly string[] {
    const headers = this.#headers;
    let values: string[] | null = null;
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i] !== name) continue;
      if (values === null) values = [headers[i + 1]!];
      else values.push(headers[i + 1]!);
    }
    return values ?? NONE;
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    const headers = this.#headers;
    for (let i = 0; i < headers.length; i += 2) visit(headers[i]!, headers[i + 1]!);
  }

  clientCertificate(): X509Certificate | 'invalid' | null {
    return certificateOf(this.#connection);
  }

  readBody(bytesMax: number): Promise<Buffer> {
    const { carrier } = this;
    const waits = !carrier.remoteEnded && !carrier.closed && !this.responded;
    if (waits && this.header('expect')?.toLowerCase() === '100-continue') carrier.headers(100, {}, false);
    return carrier.readBody(bytesMax);
  }

  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void {
    const bytes = body === null ? EMPTY_BODY : typeof body === 'string' ? Buffer.from(body) : body;
    if (status !== 304 && status !== 204) headers['content-length'] = bytes.length;
    const empty = bytes.length === 0 || this.method === 'HEAD';
    if (!empty) this.carrier.bytesWritten = bytes.length;
    if (this.#begin(status, headers, empty) && !empty) this.carrier.endWith(bytes);
  }

  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void {
    headers['content-length'] = bytes;
    const empty = this.method === 'HEAD';
    if (!empty) this.carrier.bytesWritten = bytes;
    if (this.#begin(status, headers, empty) && !empty) this.carrier.endWithChunks(chunks);
  }

  stream(status: number, headers: OutgoingHeaders): ResponseStream {
    if (this.#begin(status, headers, false)) this.#connection.streams.add(this.carrier);
    return this.carrier;
  }

  onClose(callback: (aborted: boolean) => void): void {
    if (this.carrier.gone) callback(this.#aborted);
    else if (this.#onClose === null) this.#onClose = [callback];
    else this.#onClose.push(callback);
  }

  /** False: an answer was already begun, or the client is gone. */
  #begin(status: number, headers: OutgoingHeaders, endStream: boolean): boolean {
    if (this.responded) return false;
    this.responded = true;
    this.status = status;
    const { carrier } = this;
    if (carrier.closed) return false;
    const goAway = headers['connection'] === 'close';
    // HTTP/2 has no such header: it is said by GOAWAY.
    if (goAway) delete headers['connection'];
    headers['date'] ??= utcDate();
    try {
      carrier.headers(status, headers, endStream);
    } catch (error) {
      // A header that cannot be sent: the client must not wait for an answer that will not come.
      carrier.fail(ErrorCode.internalError);
      throw error;
    }
    if (goAway) this.#goAway();
    return true;
  }

  #gone(aborted: boolean): void {
    this.#aborted = aborted;
    this.#connection.streams.delete(this.carrier);
    const callbacks = this.#onClose;
    if (callbacks === null) return;
    this.#onClose = null;
    for (const callback of callbacks) callback(aborted);
  }
}
