/** Certificates for tests: an authority, a server certificate for localhost and 127.0.0.1, and client certificates. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type ExtendedKeyUsageType,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface TestPair {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly ca: string;
  server(): Promise<TestPair>;
  client(name: string, group: string, usage?: ExtendedKeyUsageType): Promise<TestPair>;
}

export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=test-ca',
    keys,
    signingAlgorithm: algorithm,
    notAfter: tomorrow(),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const issue = (
    subject: string,
    usage: ExtendedKeyUsageType,
    names: SubjectAlternativeNameExtension[],
  ): Promise<TestPair> => issuePair(ca, keys.privateKey, subject, usage, names);
  return {
    ca: ca.toString('pem'),
    server: () =>
      issue('CN=server', ExtendedKeyUsage.serverAuth, [
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ]),
    client: (name, group, usage = ExtendedKeyUsage.clientAuth) => issue(`CN=${name}, O=${group}`, usage, []),
  };
}

async function issuePair(
  ca: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  subject: string,
  usage: ExtendedKeyUsageType,
  names: SubjectAlternativeNameExtension[],
): Promise<TestPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    notAfter: tomorrow(),
    extensions: [new ExtendedKeyUsageExtension([usage]), ...names],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}

function tomorrow(): Date {
  return new Date(Date.now() + 86_400_000);
}
