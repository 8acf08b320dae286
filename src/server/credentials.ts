/** Certificates of the server and who it believes: files named by flags, else its own authority. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnonymousAuthenticator } from '../authn/anonymous.ts';
import type { Authenticator } from '../authn/authenticator.ts';
import { createBearerTokenAuthenticator, createWebSocketTokenAuthenticator } from '../authn/bearer-token.ts';
import { ensurePki, type Pki, type PkiOptions } from '../authn/pki/pki.ts';
import { servingSans } from '../authn/pki/sans.ts';
import { createTokenFileAuthenticator } from '../authn/token-file.ts';
import { createUnionAuthenticator } from '../authn/union.ts';
import { createX509Authenticator } from '../authn/x509.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ServingCertificate } from '../http/listener.ts';
import type { Addresses } from './addresses.ts';
import { type Config, OperatorError } from './config.ts';

export interface Credentials {
  readonly pki: Pki;
  readonly pkiOptions: PkiOptions & { readonly clock: Clock };
  readonly serving: ServingCertificate;
  /** PEM of the authority of client certificates. */
  readonly clientCa: string;
}

export async function loadCredentials(
  config: Config,
  directory: string | null,
  addresses: Addresses,
  clock: Clock,
): Promise<Credentials> {
  const sans = servingSans({
    hostname: hostname(),
    clusterDomain: 'cluster.local',
    serviceAddresses: [addresses.serviceIp],
    addresses: [config.bindAddress, addresses.advertise],
    extra: [],
  });
  const dir = directory ?? mkdtempSync(join(tmpdir(), 'keelson-'));
  const pkiOptions = { dir, sans, clock };
  const pki = await ensurePki(pkiOptions);
  return { pki, pkiOptions, serving: servingCertificate(config, pki), clientCa: clientCaOf(config, pki) };
}

export function servingCertificate(config: Config, pki: Pki): ServingCertificate {
  const { certFile, keyFile } = config.tls;
  return {
    cert: certFile === '' ? pki.servingCertPem : read('tls-cert-file', certFile),
    key: keyFile === '' ? pki.servingKeyPem : read('tls-private-key-file', keyFile),
    clientCa: clientCaOf(config, pki),
    byServerName: [],
  };
}

/** The server's own authority always counts, so that its admin kubeconfig works beside other clients. */
function clientCaOf(config: Config, pki: Pki): string {
  const { clientCaFile } = config.authentication;
  return clientCaFile === '' ? pki.caPem : `${read('client-ca-file', clientCaFile).trimEnd()}\n${pki.caPem}`;
}

export function createAuthenticator(config: Config, logger: Logger): Authenticator {
  const { tokenFile, anonymous } = config.authentication;
  const tokens = tokenFile === '' ? [] : [readTokens(tokenFile, logger)];
  // Whoever is allowed everything should at least have said who they are.
  const open = config.authorizationModes.includes('AlwaysAllow');
  if (anonymous && open)
    logger.warning('AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false.');
  return createUnionAuthenticator({
    authenticators: [
      createX509Authenticator(),
      createBearerTokenAuthenticator(tokens),
      createWebSocketTokenAuthenticator(tokens),
    ],
    anonymous: anonymous && !open ? createAnonymousAuthenticator([]) : null,
    apiAudiences: [],
  });
}

function readTokens(path: string, logger: Logger) {
  try {
    return createTokenFileAuthenticator({
      path,
      text: read('token-auth-file', path),
      warn: (text) => logger.warning(text),
    });
  } catch (error) {
    throw error instanceof OperatorError ? error : new OperatorError((error as Error).message);
  }
}

function read(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new OperatorError(
      `--${flag}: cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    );
  }
}
