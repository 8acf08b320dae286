/** Makes keys (EC P-256) and X.509 certificates. */
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { UID_OID } from '../x509.ts';

export interface KeyPairPem {
  readonly certPem: string;
  /** SEC1 (`EC PRIVATE KEY`): of the two forms the one that every client reads; Java's fabric8 cannot read PKCS#8. */
  readonly keyPem: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** UserInfo.uid; '' for none. */
  readonly uid: string;
}

export interface LeafRequest {
  readonly ca: KeyPairPem;
  readonly subject: Subject;
  readonly usage: 'serving' | 'client';
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export async function issueCa(commonName: string, notBeforeMs: number, notAfterMs: number): Promise<KeyPairPem> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf(x509, { commonName, organizations: [], uid: '' }),
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: sec1Of(KeyObject.from(keys.privateKey)) };
}

export async function issueLeaf(request: LeafRequest): Promise<KeyPairPem> {
  const x509 = await loadX509();
  const { usage } = request;
  const ca = new x509.X509Certificate(request.ca.certPem);
  const keys = await generateKeys();
  const names = [
    ...request.dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...request.ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(x509, request.subject),
    issuer: ca.subjectName,
    notBefore: new Date(request.notBeforeMs),
    notAfter: new Date(request.notAfterMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(request.ca.keyPem),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        usage === 'serving' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: sec1Of(KeyObject.from(keys.privateKey)) };
}

/** The library costs about 100 ms to load, and most starts have nothing to issue. */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}

/** Values are given with their type: the library reads escapes and hexadecimal out of plain text. */
type X509 = Awaited<ReturnType<typeof loadX509>>;

function nameOf(x509: X509, subject: Subject) {
  const parts: Record<string, { utf8String: string }[]>[] = subject.organizations.map((organization) => ({
    O: [{ utf8String: organization }],
  }));
  parts.push({ CN: [{ utf8String: subject.commonName }] });
  if (subject.uid !== '') parts.push({ [UID_OID]: [{ utf8String: subject.uid }] });
  return new x509.Name(parts);
}

/** 127 random bits: positive, and never with a leading zero byte. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

/** An EC key in the form of KeyPairPem; others as they are. Throws for what is no private key. */
export function inSec1(keyPem: string): string {
  const key = createPrivateKey(keyPem);
  return key.asymmetricKeyType === 'ec' ? sec1Of(key) : keyPem;
}

function sec1Of(key: KeyObject): string {
  return key.export({ type: 'sec1', format: 'pem' }).toString();
}

function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), ALGORITHM, false, ['sign']);
}
