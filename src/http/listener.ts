/** One TLS port for HTTP/2 and HTTP/1.1 (chosen by ALPN), with optional client certificates. */
import type { X509Certificate } from 'node:crypto';
import {
  createServer as createHttp1Server,
  type Server as Http1Server,
  type IncomingMessage,
  ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { requestHeaderBytesMax, requestHeadersMax } from '../base/limits.ts';
import { authoritiesOf, type Connection, createConnection } from './connection.ts';
import type { Exchange, Handler, ResponseStream } from './exchange.ts';
import { H1Exchange } from './h1-exchange.ts';
import { createSlabs, type Slabs } from './h2/output.ts';
import { H2Session } from './h2/session.ts';
import { createStalls, type Stalls } from './stalls.ts';
import { acceptWebSocket, checkWebSocketRequest, isWebSocketUpgrade } from './websocket.ts';

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
  /** Connections beyond it are closed at once. Null: no bound but the system's. */
  readonly connectionsMax: number | null;
  /** Those that differ from what is usual. */
  readonly timeouts?: Partial<ListenerTimeouts>;
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
export interface ListenerTimeouts {
  readonly handshakeMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** From the moment a connection without requests is told to go to its end. */
  readonly goAwayMs: number;
  /** While data waits for a client that takes none of it. */
  readonly stallMs: number;
}

const TIMEOUTS: ListenerTimeouts = {
  handshakeMs: 10_000,
  headersMs: 32_000,
  requestMs: 300_000,
  idleMs: 90_000,
  goAwayMs: 10_000,
  stallMs: 60_000,
};
/** As in Go. */
const HTTP2_STREAMS_MAX = 100;
const TCP_KEEP_ALIVE_MS = 15_000;
/**
 * Node drops HTTP/1.1 headers above its count limit in silence, and dropping one of Impersonate-* would be a way to more rights: the
 * count is looked at when they are read.
 */
const HTTP1_HEADERS_UNLIMITED = 0;

interface State {
  readonly options: ListenerOptions;
  readonly sockets: Set<TLSSocket>;
  readonly sessions: Set<H2Session>;
  readonly slabs: Slabs;
  readonly streams: Set<ResponseStream>;
  readonly stalls: Stalls;
  readonly connections: WeakMap<Duplex, Connection>;
  readonly http1: Http1Server;
  readonly timeouts: ListenerTimeouts;
  authorities: readonly X509Certificate[];
  closing: boolean;
}

export async function createListener(options: ListenerOptions): Promise<Listener> {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const state: State = {
    options,
    sockets: new Set(),
    sessions: new Set(),
    slabs: createSlabs(),
    streams: new Set(),
    stalls: createStalls(
      timeouts.stallMs,
      () => performance.now(),
      () => options.onClientError(new Error('a client took nothing of its answer for too long')),
    ),
    connections: new WeakMap(),
    http1: createHttp1Server({
      maxHeaderSize: requestHeaderBytesMax,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: Math.min(10_000, timeouts.headersMs),
      // What is not spoken here is an ordinary request, whose body is its own (RFC 9110, 7.8).
      shouldUpgradeCallback: isWebSocketUpgrade,
    }),
    timeouts,
    authorities: authoritiesOf(options.certificate.clientCa),
    closing: false,
  };
  serveHttp1(state);
  const server = createTlsServer(
    {
      ...secureContextOf(options),
      handshakeTimeout: timeouts.handshakeMs,
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
  // Also told when a handshake takes too long, and then nobody else ends the connection.
  server.on('tlsClientError', (error, socket) => {
    options.onClientError(error);
    socket.destroy();
  });
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
  const connection = createConnection(socket, state.authorities, state.streams, state.stalls);
  state.sockets.add(socket);
  socket.on('close', () => state.sockets.delete(socket));
  socket.on('error', state.options.onClientError);
  if (socket.alpnProtocol === 'h2') {
    const { options } = state;
    new H2Session(socket, connection, {
      maxStreams: options.http2MaxStreamsPerConnection || HTTP2_STREAMS_MAX,
      timeouts: state.timeouts,
      slabs: state.slabs,
      sessions: state.sessions,
      serve: (exchange) => run(state, exchange),
      onClientError: options.onClientError,
    });
  } else {
    state.connections.set(socket, connection);
    state.http1.emit('connection', socket);
  }
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
  http1.maxHeadersCount = HTTP1_HEADERS_UNLIMITED;
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
  if (request.rawHeaders.length > 2 * requestHeadersMax) {
    response.writeHead(431, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    response.end('Request Header Fields Too Large\n');
    return;
  }
  if (state.closing) response.shouldKeepAlive = false;
  const webSocket = head !== null && isWebSocketUpgrade(request);
  const exchange = new H1Exchange(
    request,
    response,
    target,
    connection,
    webSocket
      ? async (self, subprotocols) => {
          checkWebSocketRequest(request);
          response.detachSocket(connection.socket);
          return acceptWebSocket(self, request, connection.socket, head, subprotocols, state);
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
  state.stalls.close();
}
