/**
 * One HTTP request and its answer, whatever carries it: HTTP/2 stream, HTTP/1.1 message, or the in-process transport.
 * Everything above `http` sees only this.
 */
import type { X509Certificate } from 'node:crypto';

export type OutgoingHeaders = Record<string, string | number | readonly string[]>;

export interface Exchange {
  readonly method: string;
  /** Path without query, still percent-encoded. */
  readonly path: string;
  /** Query text without `?`, still percent-encoded; '' when absent. */
  readonly query: string;
  /** First value of a header; the name in lower case. */
  header(name: string): string | undefined;
  /** All values of a header (Impersonate-Group). */
  headerAll(name: string): readonly string[];
  /** All headers in the order in which they came, their names in lower case. */
  eachHeader(visit: (name: string, value: string) => void): void;
  readonly remoteAddress: string;
  readonly protocol: 'HTTP/2.0' | 'HTTP/1.1';
  /** The verified client certificate; null: none was given. A certificate that did not verify is 'invalid'. */
  clientCertificate(): X509Certificate | 'invalid' | null;
  /**
   * The caller of the in-process transport, which needs no credentials; null for the network.
   */
  readonly localUser: string | null;
  /** The whole body; throws StatusError 413 above the limit and BadRequest when the client goes away. */
  readBody(bytesMax: number): Promise<Buffer>;
  /** Sends the whole answer. Content-Length is set from the body. */
  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void;
  /**
   * Sends buffers as one answer, each asked for when the client has taken what was before it: a large list is never in
   * memory as a whole. A buffer may be used anew when the one after the next is asked for. `bytes` is their total length.
   */
  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void;
  /** Starts an answer of unknown length (watch). */
  stream(status: number, headers: OutgoingHeaders): ResponseStream;
  readonly responded: boolean;
  /** Status of the answer, 0 before. */
  readonly status: number;
  /** Bytes of body handed over so far. */
  readonly bytesWritten: number;
  /** Called once when the exchange ended, however it ended; `aborted`: the client left before the answer was complete. */
  onClose(callback: (aborted: boolean) => void): void;
  /** Not null when the client asks for a WebSocket (RFC 6455, HTTP/1.1): takes the connection over. */
  readonly upgradeWebSocket: ((subprotocols: readonly string[]) => Promise<WebSocketStream>) | null;
}

export interface ResponseStream {
  /** False: wait for `onDrain` before writing more. */
  write(chunk: Buffer): boolean;
  onDrain(callback: () => void): void;
  end(): void;
  readonly closed: boolean;
  /** It was ended since its client took nothing for too long. */
  readonly abandoned: boolean;
}

/** Server side of a WebSocket; messages of the client are ignored for watches. */
export interface WebSocketStream extends ResponseStream {
  readonly subprotocol: string;
  onMessage(callback: (data: Buffer, binary: boolean) => void): void;
  writeText(text: string): boolean;
}

export type Handler = (exchange: Exchange) => void | Promise<void>;
