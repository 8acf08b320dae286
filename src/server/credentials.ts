/** Certificates of the server and who it believes: files named by flags, else its own authority. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { createAnonymousAuthenticator } from '../authn/anonymous.ts';
import type { Authenticator } from '../authn/authenticator.ts';
import { createBearerTokenAuthenticator, createWebSocketTokenAuthenticator } from '../authn/bearer-token.ts';
import { parseCertificate, parseKeyPair } from '../authn/pki/key-pair.ts';
import { ensurePki, type Pki, type PkiOptions } from '../authn/pki/pki.ts';
import { FileProblem } from '../authn/pki/private-files.ts';
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
  const pki = await ensurePki(pkiOptions).catch((error: unknown) => {
    throw error instanceof FileProblem ? new OperatorError(error.message) : error;
  });
  return { pki, pkiOptions, serving: servingCertificate(config, pki), clientCa: clientCaOf(config, pki) };
}

/** Throws OperatorError for files named by flags that TLS cannot use. */
export function servingCertificate(config: Config, pki: Pki): ServingCertificate {
  const { cert, key } = servingPair(config, pki);
  const { minVersion, cipherSuites } = config.tls;
  usable('--tls-cipher-suites', cipherSuites.length === 0 ? {} : { ciphers: cipherSuites.join(':') });
  usable('--tls-cert-file and --tls-private-key-file', { cert, key, minVersion });
  return { cert, key, clientCa: clientCaOf(config, pki), byServerName: [] };
}

function servingPair(config: Config, pki: Pki): { readonly cert: string; readonly key: string } {
  const { certFile, keyFile } = config.tls;
  if (certFile === '') return { cert: pki.servingCertPem, key: pki.servingKeyPem };
  const cert = { name: `--tls-cert-file: ${certFile}`, pem: read('tls-cert-file', certFile) };
  const key = { name: `--tls-private-key-file: ${keyFile}`, pem: read('tls-private-key-file', keyFile) };
  try {
    const pair = parseKeyPair(cert, key, 'name a certificate in PEM and its key, without a passphrase');
    return { cert: pair.certPem, key: pair.keyPem };
  } catch (error) {
    throw error instanceof FileProblem ? new OperatorError(error.message) : error;
  }
}

/** Asks TLS itself, for what no look at the single files shows. */
function usable(flags: string, options: SecureContextOptions): void {
  try {
    createSecureContext(options);
  } catch (error) {
    throw new OperatorError(`${flags}: TLS cannot use what they name: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}

/** The server's own authority always counts, so that its admin kubeconfig works beside other clients. */
function clientCaOf(config: Config, pki: Pki): string {
  const { clientCaFile } = config.authentication;
  if (clientCaFile === '') return pki.caPem;
  const text = read('client-ca-file', clientCaFile);
  const blocks = text.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((block) => block.startsWith('-----BEGIN'));
  const damaged = blocks.findIndex((block) => parseCertificate(block) === null);
  if (blocks.length === 0)
    throw new OperatorError(`--client-ca-file: ${clientCaFile} holds no PEM certificate; name a file that does`);
  if (damaged >= 0)
    throw new OperatorError(
      `--client-ca-file: certificate ${damaged + 1} in ${clientCaFile} is damaged; mend it or take it out`,
    );
  return `${text.trimEnd()}\n${pki.caPem}`;
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
    throw error instanceof OperatorError ? error : new OperatorError(`--token-auth-file: ${(error as Error).message}`);
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
