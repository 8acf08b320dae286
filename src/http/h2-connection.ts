/** One HTTP/2 connection: its session with the client, behind the guard of its frames. */
import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { requestHeaderBytesMax, requestHeadersMax } from '../base/limits.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import { H2Exchange } from './h2-exchange.ts';
import { FRAME_GUARD_LIMITS, FrameGuard } from './h2-guard.ts';
import { GuardedSocket } from './h2-socket.ts';

export interface Http2Options {
  readonly maxStreams: number;
  readonly timeouts: { readonly headersMs: number; readonly idleMs: number; readonly goAwayMs: number };
  /** All sessions of the listener. */
  readonly sessions: Set<ServerHttp2Session>;
  readonly serve: (exchange: Exchange) => void;
  readonly onClientError: (error: Error) => void;
}

const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
/** In units of 1 MB, as Node counts. Node's default of 10 refuses concurrent large lists, whose buffers are shared and cost nothing. */
const SESSION_MEMORY = 4096;

export function acceptHttp2(socket: TLSSocket, connection: Connection, options: Http2Options): void {
  const guard = new FrameGuard(FRAME_GUARD_LIMITS, () => performance.now());
  const guarded = new GuardedSocket({
    socket,
    guard,
    headersTimeoutMs: options.timeouts.headersMs,
    onViolation: (violation) => {
      options.onClientError(new Error(`HTTP/2 client: ${violation}`));
      if (session.destroyed) return;
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      // Told in this turn, gone in the next: what the client goes on sending is read by nobody.
      setImmediate(() => session.destroy());
    },
  });
  const session = performServerHandshake(guarded, {
    maxSessionMemory: SESSION_MEMORY,
    maxHeaderListPairs: requestHeadersMax,
    // The guard is stricter at once and milder in the long run, and tells the client why; nghttp2's own limit stays behind it.
    streamResetBurst: 2 * FRAME_GUARD_LIMITS.resetsBurst,
    streamResetRate: 2 * FRAME_GUARD_LIMITS.resetsPerSecond,
    settings: {
      maxConcurrentStreams: options.maxStreams,
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxHeaderListSize: requestHeaderBytesMax,
      enablePush: false,
    },
  });
  options.sessions.add(session);
  session.on('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
  session.on('close', () => options.sessions.delete(session));
  session.on('error', options.onClientError);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    // Reset before it was looked at: work for it would be work for nobody.
    if (stream.closed || stream.destroyed) stream.on('error', () => {});
    else serveStream(stream, headers, raw, connection, options.serve, guard);
  });
  watchIdleSession(session, connection, options.timeouts);
}

function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: string[],
  connection: Connection,
  serve: (exchange: Exchange) => void,
  guard: FrameGuard,
): void {
  const target = headers[':path'];
  const exchange = new H2Exchange(stream, headers, raw, headers[':method'] ?? '', target ?? '', connection);
  const refused = guard.refused.size > 0 && guard.refused.delete(stream.id ?? 0);
  if (refused || target === undefined || target.charCodeAt(0) !== 0x2f)
    exchange.respond(400, { 'content-type': 'text/plain; charset=utf-8' }, 'Bad Request\n');
  else serve(exchange);
}

/** An idle session without streams is closed; one with streams (watches) must answer a ping until the next look. */
function watchIdleSession(
  session: ServerHttp2Session,
  connection: Connection,
  { idleMs, goAwayMs }: Http2Options['timeouts'],
): void {
  let unanswered = false;
  session.setTimeout(idleMs, () => {
    if (session.destroyed || session.closed) return;
    // Nothing came or went: an answer that is complete waits for a client that does not take it.
    for (const exchange of connection.exchanges) exchange.abandonAnswer();
    if (connection.exchanges.size === 0) {
      session.close();
      // A client that does not go by itself.
      const timer = setTimeout(() => session.destroy(), goAwayMs);
      session.on('close', () => clearTimeout(timer));
    } else if (unanswered) session.destroy();
    else {
      unanswered = true;
      session.ping((error) => {
        if (error === null) unanswered = false;
      });
    }
  });
}
