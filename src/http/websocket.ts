/** The server side of WebSockets (RFC 6455), over the package `ws`, which is loaded with the first of them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { badRequest, serviceUnavailable } from '../meta/status.ts';
import type { ResponseStream, WebSocketStream } from './exchange.ts';
import type { H1Exchange } from './h1-exchange.ts';
import type { Stallable, Stalls } from './stalls.ts';

/** Prefix of the subprotocol that carries a bearer token; it is never answered. */
const BEARER_PREFIX = 'base64url.bearer.authorization.k8s.io.';
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Bytes queued for a slow client after which `write` says to wait. */
const QUEUE_BYTES = 64 * 1024;

export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Throws 400 for a handshake that cannot be completed (RFC 6455, 4.2.1), while the request can still be answered. */
export function checkWebSocketRequest(request: IncomingMessage): void {
  if (request.method !== 'GET') throw badRequest('bad method');
  if (!/^[+/0-9A-Za-z]{22}==$/.test(request.headers['sec-websocket-key'] ?? ''))
    throw badRequest('mismatch challenge/response');
  if (request.headers['sec-websocket-version'] !== '13') throw badRequest('missing or bad WebSocket Version');
}

/**
 * Completes the handshake. Of the subprotocols the client offers, the first one in `supported` is answered; when
 * `supported` is empty, the first that is no credential; '' when there is none.
 */
export async function acceptWebSocket(
  exchange: H1Exchange,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  supported: readonly string[],
  { streams, stalls }: { readonly streams: Set<ResponseStream>; readonly stalls: Stalls },
): Promise<WebSocketStream> {
  const { WebSocketServer } = await import('ws');
  if (socket.destroyed) throw serviceUnavailable('the client disconnected');
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => chooseSubprotocol(offered, supported) ?? false,
  });
  return new Promise((resolve, reject) => {
    server.on('wsClientError', reject);
    exchange.responded = true;
    exchange.status = 101;
    socket.on('close', () => exchange.closed(true));
    server.handleUpgrade(request, socket, head, (webSocket) =>
      resolve(new WsStream(webSocket, exchange, streams, stalls)),
    );
  });
}

function chooseSubprotocol(offered: Set<string>, supported: readonly string[]): string | undefined {
  for (const protocol of offered) {
    if (protocol.startsWith(BEARER_PREFIX)) continue;
    if (supported.length === 0 || supported.includes(protocol)) return protocol;
  }
  return undefined;
}

class WsStream implements WebSocketStream, Stallable {
  readonly subprotocol: string;
  readonly #socket: WebSocket;
  readonly #exchange: H1Exchange;
  readonly #open: Set<ResponseStream>;
  readonly #stalls: Stalls;
  abandoned = false;
  #drain: (() => void) | null = null;
  #waiting = false;

  constructor(socket: WebSocket, exchange: H1Exchange, open: Set<ResponseStream>, stalls: Stalls) {
    this.#stalls = stalls;
    this.subprotocol = socket.protocol;
    this.#socket = socket;
    this.#exchange = exchange;
    this.#open = open;
    open.add(this);
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      open.delete(this);
      stalls.moves(this);
      exchange.closed(code !== 1000);
    });
  }

  get closed(): boolean {
    return this.#socket.readyState !== this.#socket.OPEN;
  }

  write(chunk: Buffer): boolean {
    return this.#send(chunk, chunk.length);
  }

  writeText(text: string): boolean {
    return this.#send(text, text.length);
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  onMessage(callback: (data: Buffer, binary: boolean) => void): void {
    // `nodebuffer` is the default binary type, so that data is one Buffer.
    this.#socket.on('message', (data, binary) => callback(data as Buffer, binary));
  }

  end(): void {
    this.#open.delete(this);
    this.#socket.close(1000);
  }

  abandon(): void {
    this.abandoned = true;
    this.#open.delete(this);
    this.#socket.terminate();
  }

  #send(data: Buffer | string, bytes: number): boolean {
    if (this.closed) return false;
    this.#exchange.bytesWritten += bytes;
    this.#socket.send(data, () => this.#sent());
    if (this.#socket.bufferedAmount <= QUEUE_BYTES) return true;
    this.#waiting = true;
    this.#stalls.waits(this);
    return false;
  }

  #sent(): void {
    if (!this.#waiting || this.#socket.bufferedAmount > 0) return;
    this.#waiting = false;
    this.#stalls.moves(this);
    this.#drain?.();
  }
}
