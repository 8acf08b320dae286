import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { parsePem } from '../codec/pem.ts';
import type { ResponseStream } from './exchange.ts';
import type { Stalls } from './stalls.ts';

/** What all exchanges of one connection share. */
export interface Connection {
  readonly socket: TLSSocket;
  readonly remoteAddress: string;
  /** Authorities of client certificates when the connection began. */
  readonly authorities: readonly X509Certificate[];
  /** Looked at once per connection; undefined: not yet. */
  certificate: X509Certificate | 'invalid' | null | undefined;
  /** Milliseconds since the epoch between which `certificate` is valid. */
  validFromMs: number;
  validToMs: number;
  /** Answers of unknown length under way on all connections of the listener, which a shutdown ends. */
  readonly streams: Set<ResponseStream>;
  readonly stalls: Stalls;
}

export function createConnection(
  socket: TLSSocket,
  authorities: readonly X509Certificate[],
  streams: Set<ResponseStream>,
  stalls: Stalls,
): Connection {
  return {
    socket,
    remoteAddress: socket.remoteAddress ?? '',
    authorities,
    certificate: undefined,
    validFromMs: 0,
    validToMs: 0,
    streams,
    stalls,
  };
}

/** The client's certificate; its dates are looked at anew each time, since connections outlive certificates. */
export function certificateOf(connection: Connection): X509Certificate | 'invalid' | null {
  if (connection.certificate === undefined) {
    const { socket } = connection;
    const certificate = socket.getPeerX509Certificate();
    connection.certificate =
      certificate === undefined ? null : isVerified(connection, certificate) ? certificate : 'invalid';
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

const ANY_USAGE_OID = '2.5.29.37.0';

/**
 * OpenSSL takes `anyExtendedKeyUsage` (RFC 5280, 4.2.1.12) for no usage at all, and its error hides others. Such a certificate is good
 * when an authority itself has issued it; through intermediates it would take OpenSSL's whole verification.
 */
function isVerified({ socket, authorities }: Connection, certificate: X509Certificate): boolean {
  if (socket.authorized) return true;
  if (!certificate.keyUsage?.includes(ANY_USAGE_OID)) return false;
  const now = Date.now();
  return authorities.some(
    (authority) =>
      authority.ca &&
      now >= Date.parse(authority.validFrom) &&
      now <= Date.parse(authority.validTo) &&
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey),
  );
}

/** Certificates of a PEM bundle; others than OpenSSL could read are left out. */
export function authoritiesOf(pem: string | null): readonly X509Certificate[] {
  if (pem === null) return [];
  return parsePem(pem).blocks.flatMap((block) => {
    try {
      return block.type === 'CERTIFICATE' ? [new X509Certificate(block.der)] : [];
    } catch {
      return [];
    }
  });
}
