import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ResponseStream } from './exchange.ts';

/** What all exchanges of one connection share. */
export interface Connection {
  readonly socket: TLSSocket;
  readonly remoteAddress: string;
  /** Looked at once per connection; undefined: not yet. */
  certificate: X509Certificate | 'invalid' | null | undefined;
  /** Milliseconds since the epoch between which `certificate` is valid. */
  validFromMs: number;
  validToMs: number;
  /** HTTP/2 streams that are open now. */
  exchanges: number;
  /** Answers of unknown length under way on all connections of the listener, which a shutdown ends. */
  readonly streams: Set<ResponseStream>;
}

export function createConnection(socket: TLSSocket, streams: Set<ResponseStream>): Connection {
  return {
    socket,
    remoteAddress: socket.remoteAddress ?? '',
    certificate: undefined,
    validFromMs: 0,
    validToMs: 0,
    exchanges: 0,
    streams,
  };
}

/** The client's certificate; its dates are looked at anew each time, since connections outlive certificates. */
export function certificateOf(connection: Connection): X509Certificate | 'invalid' | null {
  if (connection.certificate === undefined) {
    const { socket } = connection;
    const certificate = socket.getPeerX509Certificate();
    connection.certificate = certificate === undefined ? null : socket.authorized ? certificate : 'invalid';
    if (certificate !== undefined) {
      connection.validFromMs = Date.parse(certificate.validFrom);
      connection.validToMs = Date.parse(certificate.validTo);
    }
  }
  const { certificate } = connection;
  if (certificate === null || certificate === 'invalid') return certificate;
  const now = Date.now();
  return now >= connection.validFromMs && now <= connection.validToMs ? certificate : 'invalid';
}
