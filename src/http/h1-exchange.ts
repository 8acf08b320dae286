import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectBody, EMPTY_BODY } from './body.ts';
import { type Connection, certificateOf } from './connection.ts';
import type { Exchange, OutgoingHeaders, ResponseStream, WebSocketStream } from './exchange.ts';
import { allValues, eachHeader, firstValue, utf8Of } from './raw-headers.ts';
import { endWith, pumpChunks, WritableResponseStream } from './writable-stream.ts';

/** A body that was not read is swallowed up to this size, to keep the connection; a longer one ends it (as in Go). */
const UNREAD_BODY_BYTES_MAX = 256 * 1024;

/** Takes the connection of an upgrade request over; set by the listener for WebSocket requests. */
export type WebSocketUpgrade = (exchange: H1Exchange, subprotocols: readonly string[]) => Promise<WebSocketStream>;

/** One HTTP/1.1 request. */
export class H1Exchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly protocol = 'HTTP/1.1';
  readonly localUser = null;
  readonly upgradeWebSocket: ((subprotocols: readonly string[]) => Promise<WebSocketStream>) | null;
  responded = false;
  status = 0;
  bytesWritten = 0;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #connection: Connection;
  #closed = false;
  #aborted = false;
  #onClose: ((aborted: boolean) => void)[] | null = null;

  /** `target` begins with `/`. */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
    connection: Connection,
    upgrade: WebSocketUpgrade | null,
  ) {
    const mark = target.indexOf('?');
    this.method = request.method ?? '';
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    this.upgradeWebSocket = upgrade === null ? null : (subprotocols) => upgrade(this, subprotocols);
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
    request.on('error', ignoreError);
    response.on('error', ignoreError);
    response.on('close', () => this.closed(!response.writableFinished));
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return value[0];
    return utf8Of(value.includes(', ') ? (firstValue(this.#request.rawHeaders, name) ?? value) : value);
  }

  headerAll(name: string): readonly string[] {
    return allValues(this.#request.rawHeaders, name);
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    eachHeader(this.#request.rawHeaders, visit);
  }

  clientCertificate(): X509Certificate | 'invalid' | null {
    return certificateOf(this.#connection);
  }

  readBody(bytesMax: number): Promise<Buffer> {
    const { headers } = this.#request;
    const declared = headers['content-length'];
    if (declared === undefined && headers['transfer-encoding'] === undefined) return Promise.resolve(EMPTY_BODY);
    return collectBody(this.#request, declared, bytesMax);
  }

  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void {
    const bytes = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (status !== 304 && status !== 204) headers['content-length'] = bytes;
    if (!this.#begin(status, headers)) return;
    if (body === null || this.method === 'HEAD') this.#response.end();
    else {
      this.bytesWritten = bytes;
      endWith(this.#response, body, this.#connection.stalls);
    }
  }

  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void {
    headers['content-length'] = bytes;
    if (!this.#begin(status, headers)) return;
    if (this.method === 'HEAD') this.#response.end();
    else {
      this.bytesWritten = bytes;
      pumpChunks(this.#response, chunks, this.#connection.stalls);
    }
  }

  stream(status: number, headers: OutgoingHeaders): ResponseStream {
    if (this.#begin(status, headers)) this.#response.flushHeaders();
    return new WritableResponseStream(this.#response, this.#connection.streams, this.#connection.stalls, (bytes) => {
      this.bytesWritten += bytes;
    });
  }

  onClose(callback: (aborted: boolean) => void): void {
    if (this.#closed) callback(this.#aborted);
    else if (this.#onClose === null) this.#onClose = [callback];
    else this.#onClose.push(callback);
  }

  /** Called once by whoever sees the exchange end: the answer, or the WebSocket that replaced it. */
  closed(aborted: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#aborted = aborted;
    const callbacks = this.#onClose;
    if (callbacks === null) return;
    this.#onClose = null;
    for (const callback of callbacks) callback(aborted);
  }

  /** False: an answer was already begun, or the client is gone. */
  #begin(status: number, headers: OutgoingHeaders): boolean {
    if (this.responded) return false;
    this.responded = true;
    this.status = status;
    const response = this.#response;
    if (response.destroyed || this.#closed) return false;
    if (!this.#request.complete && this.#unreadIsLong()) headers['connection'] = 'close';
    try {
      response.writeHead(status, canonical(headers));
    } catch (error) {
      // A header that cannot be sent: the client must not wait for an answer that will not come.
      response.destroy();
      throw error;
    }
    return true;
  }

  #unreadIsLong(): boolean {
    const { headers } = this.#request;
    if (headers['transfer-encoding'] !== undefined) return true;
    return Number(headers['content-length'] ?? 0) > UNREAD_BODY_BYTES_MAX;
  }
}

const canonicalNames = new Map<string, string>();

/** Header names as HTTP/1.1 clients are used to see them: `audit-id` becomes `Audit-Id`. */
function canonical(headers: OutgoingHeaders): Record<string, string | number | string[]> {
  const result: Record<string, string | number | string[]> = {};
  for (const name in headers) {
    const value = headers[name]!;
    result[canonicalName(name)] = typeof value === 'object' ? [...value] : value;
  }
  return result;
}

/** Names come from our own code, or from back ends behind it: the table stops growing at a bound. */
function canonicalName(name: string): string {
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  const made = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-');
  if (canonicalNames.size < 256) canonicalNames.set(name, made);
  return made;
}

function ignoreError(): void {}
