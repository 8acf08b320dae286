/** One TLS port for HTTP/2 and HTTP/1.1 (chosen by ALPN), with optional client certificates. */
import type { X509Certificate } from 'node:crypto';
import {
  createServer as createHttp1Server,
  type Server as Http1Server,
  type IncomingMessage,
  ServerResponse,
} from 'node:http';
import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { authoritiesOf, type Connection, createConnection } from './connection.ts';
import type { Exchange, Handler, ResponseStream } from './exchange.ts';
import { H1Exchange } from './h1-exchange.ts';
import { H2Exchange } from './h2-exchange.ts';
import { acceptWebSocket } from './websocket.ts';

/** PEM texts. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
  /** Authorities of client certificates; null: clients are not asked for one. */
  readonly clientCa: string | null;
  /** Certificates for other names, by server name (SNI). */
  readonly byServerName: readonly { readonly serverName: string; readonly cert: string; readonly key: string }[];
}

export interface ListenerOptions {
  readonly handler: Handler;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly certificate: ServingCertificate;
  readonly http2: boolean;
  /** 0: 100, as in Go. */
  readonly http2MaxStreamsPerConnection: number;
  /** Null: no bound but the system's. */
  readonly connectionsMax: number | null;
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL cipher list; null: Node's. */
  readonly tlsCiphers: string | null;
  /** Told of failed handshakes and broken connections: nothing the server could do better. */
  readonly onClientError: (error: Error) => void;
  /** Told of a handler that threw: a bug. */
  readonly onHandlerError: (error: unknown) => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  connectionCount(): number;
  /** New connections are served with this certificate; existing ones go on. */
  reload(certificate: ServingCertificate): void;
  /**
   * Stops accepting, sends GOAWAY, ends open streams (watches), waits for requests under way, and after the grace
   * destroys what is left.
   */
  close(graceSeconds: number): Promise<void>;
}

/** Relations: headers must arrive before the request does; a connection without requests is closed after the idle time. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 32_000;
const REQUEST_TIMEOUT_MS = 300_000;
const IDLE_TIMEOUT_MS = 90_000;
const TCP_KEEP_ALIVE_MS = 15_000;
const HEADER_BYTES_MAX = 128 * 1024;
/** Node drops HTTP/1.1 headers above its count limit in silence, and dropping one of Impersonate-* would be a way to more rights: the size is the limit. */
const HTTP1_HEADERS_MAX = 0;
const HTTP2_HEADER_PAIRS_MAX = 2_000;
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
/** In units of 1 MB, as Node counts. Node's default of 10 refuses concurrent large lists, whose buffers are shared and cost nothing. */
const HTTP2_SESSION_MEMORY = 4096;

interface State {
  readonly options: ListenerOptions;
  readonly sockets: Set<TLSSocket>;
  readonly sessions: Set<ServerHttp2Session>;
  readonly streams: Set<ResponseStream>;
  readonly connections: WeakMap<Duplex, Connection>;
  readonly http1: Http1Server;
  authorities: readonly X509Certificate[];
  closing: boolean;
}

export async function createListener(options: ListenerOptions): Promise<Listener> {
  const state: State = {
    options,
    sockets: new Set(),
    sessions: new Set(),
    streams: new Set(),
    connections: new WeakMap(),
    http1: createHttp1Server({
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: 10_000,
    }),
    authorities: authoritiesOf(options.certificate.clientCa),
    closing: false,
  };
  serveHttp1(state);
  const server = createTlsServer(
    {
      ...secureContextOf(options),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ALPNProtocols: options.http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      ...clientCertificates(options.certificate),
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      noDelay: true,
    },
    (socket) => accept(state, socket),
  );
  addServerNames(server, options);
  if (options.connectionsMax !== null) server.maxConnections = options.connectionsMax;
  server.on('tlsClientError', (error) => options.onClientError(error));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      server.on('error', options.onClientError);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    host: address.address,
    port: address.port,
    connectionCount: () => state.sockets.size,
    reload: (certificate) => {
      server.setSecureContext(secureContextOf({ ...options, certificate }));
      addServerNames(server, { ...options, certificate });
      state.authorities = authoritiesOf(certificate.clientCa);
    },
    close: (graceSeconds) => closeListener(state, server, graceSeconds),
  };
}

function secureContextOf(options: ListenerOptions): TlsOptions {
  const { certificate } = options;
  const context: TlsOptions = { cert: certificate.cert, key: certificate.key, minVersion: options.tlsMinVersion };
  if (certificate.clientCa !== null) context.ca = certificate.clientCa;
  if (options.tlsCiphers !== null) context.ciphers = options.tlsCiphers;
  return context;
}

/** A certificate that does not verify is not refused here: authentication answers it with 401. */
function clientCertificates(certificate: ServingCertificate): TlsOptions {
  return certificate.clientCa === null ? {} : { requestCert: true, rejectUnauthorized: false };
}

function addServerNames(server: ReturnType<typeof createTlsServer>, options: ListenerOptions): void {
  for (const { serverName, cert, key } of options.certificate.byServerName) {
    server.addContext(serverName, secureContextOf({ ...options, certificate: { ...options.certificate, cert, key } }));
  }
}

function accept(state: State, socket: TLSSocket): void {
  if (state.closing) {
    socket.destroy();
    return;
  }
  const connection = createConnection(socket, state.authorities, state.streams);
  state.sockets.add(socket);
  socket.on('close', () => state.sockets.delete(socket));
  socket.on('error', state.options.onClientError);
  if (socket.alpnProtocol === 'h2') acceptHttp2(state, socket, connection);
  else {
    state.connections.set(socket, connection);
    state.http1.emit('connection', socket);
  }
}

function acceptHttp2(state: State, socket: TLSSocket, connection: Connection): void {
  const session = performServerHandshake(socket, {
    maxSessionMemory: HTTP2_SESSION_MEMORY,
    maxHeaderListPairs: HTTP2_HEADER_PAIRS_MAX,
    settings: {
      maxConcurrentStreams: state.options.http2MaxStreamsPerConnection || 100,
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxHeaderListSize: HEADER_BYTES_MAX,
      enablePush: false,
    },
  });
  state.sessions.add(session);
  session.on('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
  session.on('close', () => state.sessions.delete(session));
  session.on('error', state.options.onClientError);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    serveHttp2Stream(state, stream, headers, raw, connection);
  });
  watchIdleSession(session, connection);
}

/** An idle session without streams is closed; one with streams (watches) must answer a ping until the next look. */
function watchIdleSession(session: ServerHttp2Session, connection: Connection): void {
  let unanswered = false;
  session.setTimeout(IDLE_TIMEOUT_MS, () => {
    if (session.destroyed || session.closed) return;
    if (connection.exchanges === 0) session.close();
    else if (unanswered) session.destroy();
    else {
      unanswered = true;
      session.ping((error) => {
        if (error === null) unanswered = false;
      });
    }
  });
}

function serveHttp2Stream(
  state: State,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: string[],
  connection: Connection,
): void {
  const target = headers[':path'];
  const exchange = new H2Exchange(stream, headers, raw, headers[':method'] ?? '', target ?? '', connection);
  if (target === undefined || target.charCodeAt(0) !== 0x2f)
    exchange.respond(400, { 'content-type': 'text/plain; charset=utf-8' }, 'Bad Request\n');
  else run(state, exchange);
}

/** Handlers answer their own errors; what still escapes one must neither end the process nor leave the client waiting. */
function run(state: State, exchange: Exchange): void {
  try {
    state.options.handler(exchange)?.catch((error) => fail(state, exchange, error));
  } catch (error) {
    fail(state, exchange, error);
  }
}

function fail(state: State, exchange: Exchange, error: unknown): void {
  state.options.onHandlerError(error);
  exchange.respond(500, { 'content-type': 'text/plain; charset=utf-8' }, 'Internal Server Error\n');
}

function serveHttp1(state: State): void {
  const { http1 } = state;
  http1.maxHeadersCount = HTTP1_HEADERS_MAX;
  // The look for slow headers and idle connections starts with this event; the port is the TLS server's.
  http1.emit('listening');
  http1.on('request', (request, response) => serveHttp1Request(state, request, response, null));
  http1.on('upgrade', (request, socket, head) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // The types know no assignSocket for a Duplex; here it is the TLS socket itself.
    response.assignSocket(socket as TLSSocket);
    response.on('finish', () => {
      response.detachSocket(socket as TLSSocket);
      (socket as TLSSocket).destroySoon();
    });
    serveHttp1Request(state, request, response, head);
  });
}

/** `head`: what came after the headers of an upgrade request; null for others. */
function serveHttp1Request(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  head: Buffer | null,
): void {
  const connection = state.connections.get(request.socket);
  const target = originForm(request.url ?? '');
  if (connection === undefined || target === null) {
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end('Bad Request\n');
    return;
  }
  if (state.closing) response.shouldKeepAlive = false;
  const webSocket = head !== null && request.headers.upgrade?.toLowerCase() === 'websocket';
  const exchange = new H1Exchange(
    request,
    response,
    target,
    connection,
    webSocket
      ? (self, subprotocols) => {
          response.detachSocket(connection.socket);
          return acceptWebSocket(self, request, connection.socket, head, subprotocols, state.streams);
        }
      : null,
  );
  run(state, exchange);
}

/** Path and query of a request target, which proxies may send with scheme and host (RFC 9112, 3.2.2); null: malformed. */
function originForm(target: string): string | null {
  if (target.charCodeAt(0) === 0x2f) return target;
  if (!target.startsWith('http://') && !target.startsWith('https://')) return null;
  const slash = target.indexOf('/', 8);
  return slash === -1 ? '/' : target.slice(slash);
}

async function closeListener(
  state: State,
  server: ReturnType<typeof createTlsServer>,
  graceSeconds: number,
): Promise<void> {
  if (state.closing) return;
  state.closing = true;
  const gone: Promise<void>[] = [new Promise((resolve) => server.close(() => resolve()))];
  for (const socket of state.sockets) gone.push(new Promise((resolve) => socket.once('close', () => resolve())));
  for (const session of state.sessions) session.close();
  for (const stream of state.streams) stream.end();
  // Ends connections between requests; those within one end with its answer.
  state.http1.close();
  const timer = setTimeout(() => {
    for (const socket of state.sockets) socket.destroy();
  }, graceSeconds * 1000);
  await Promise.all(gone);
  clearTimeout(timer);
}
