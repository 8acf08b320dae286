/**
 * The server's own certificates, kept in `<dir>/pki`: a certificate authority, the serving certificate and the
 * administrator's client certificate. What is missing, near its end or no longer fitting is made anew; the authority
 * itself stays as long as it is valid, since every client holds it.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Timer } from '../../base/clock.ts';
import { inSec1, issueCa, issueLeaf, type KeyPairPem, type LeafRequest, type Subject } from './issue.ts';
import { makePrivateDirectory, readFileIfThere, writePrivateFile } from './private-files.ts';
import { coversSans, type SubjectAltNames } from './sans.ts';

export interface PkiOptions {
  /** The data directory. */
  readonly dir: string;
  readonly sans: SubjectAltNames;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Pki {
  readonly caPem: string;
  readonly servingCertPem: string;
  readonly servingKeyPem: string;
  /** Client certificate of `kubernetes-admin` in group system:masters. */
  readonly adminCertPem: string;
  readonly adminKeyPem: string;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const LEAF_DAYS = 365;
const RENEW_BEFORE_DAYS = 90;
/** Certificates begin a little earlier, for clients whose clocks are behind. */
const BACKDATE_MS = 3_600_000;

const CA_SUBJECT = 'keelson-ca';
const SERVING: Subject = { commonName: 'kube-apiserver', organizations: [], uid: '' };
const ADMIN: Subject = { commonName: 'kubernetes-admin', organizations: ['system:masters'], uid: '' };
const NO_SANS: SubjectAltNames = { dnsNames: [], ipAddresses: [] };

/** Throws an Error that says what to do when the authority's files do not fit together. */
export async function ensurePki(options: PkiOptions): Promise<Pki> {
  const directory = pkiDirectory(options.dir);
  makePrivateDirectory(directory);
  const nowMs = options.clock.now();
  const ca = readAuthority(directory, nowMs) ?? (await makeAuthority(directory, nowMs));
  const serving = await ensureLeaf(directory, 'apiserver', ca, nowMs, {
    subject: SERVING,
    usage: 'serving',
    sans: options.sans,
  });
  const admin = await ensureLeaf(directory, 'admin', ca, nowMs, { subject: ADMIN, usage: 'client', sans: NO_SANS });
  return {
    caPem: ca.certPem,
    servingCertPem: serving.certPem,
    servingKeyPem: serving.keyPem,
    adminCertPem: admin.certPem,
    adminKeyPem: admin.keyPem,
  };
}

export interface ClientCertificateRequest {
  readonly dir: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly user: string;
  readonly groups: readonly string[];
  /** '' for none. */
  readonly uid: string;
  readonly days: number;
}

/** A client certificate of any user, signed by the authority of a data directory; nothing of it is kept. */
export async function issueClientCertificate(
  request: ClientCertificateRequest,
): Promise<KeyPairPem & { caPem: string }> {
  if (request.user === '') throw new Error('the user of a client certificate must have a name');
  const directory = pkiDirectory(request.dir);
  const nowMs = request.clock.now();
  const ca = readAuthority(directory, nowMs);
  if (ca === null)
    throw new Error(
      `there is no certificate authority in ${directory}: start the server once, or name its data directory`,
    );
  const subject: Subject = { commonName: request.user, organizations: request.groups, uid: request.uid };
  const leaf = await issueLeaf(leafRequest(ca, nowMs, request.days, { subject, usage: 'client', sans: NO_SANS }));
  return { ...leaf, caPem: ca.certPem };
}

export interface PkiKeeperOptions extends PkiOptions {
  readonly clock: Clock;
  /** Called with the new files when a certificate was renewed. */
  readonly onRenewed: (pki: Pki) => void;
  readonly onError: (error: unknown) => void;
}

/** Looks once a day whether a certificate is to be renewed. */
export function keepPki(options: PkiKeeperOptions, current: Pki): { stop(): void } {
  let latest = current;
  let stopped = false;
  let timer: Timer = options.clock.setTimer(DAY_MS, check);
  function check(): void {
    ensurePki(options)
      .then((pki) => {
        const renewed = pki.servingCertPem !== latest.servingCertPem || pki.adminCertPem !== latest.adminCertPem;
        latest = pki;
        if (renewed && !stopped) options.onRenewed(pki);
      })
      .catch(options.onError)
      .finally(() => {
        if (!stopped) timer = options.clock.setTimer(DAY_MS, check);
      });
  }
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}

interface Authority {
  readonly certPem: string;
  readonly certificate: X509Certificate;
  readonly directory: string;
  /** Null: the key is kept elsewhere; then nothing can be issued here. */
  readonly keyPem: string | null;
}

interface LeafShape {
  readonly subject: Subject;
  readonly usage: LeafRequest['usage'];
  readonly sans: SubjectAltNames;
}

function pkiDirectory(dir: string): string {
  return join(dir, 'pki');
}

/** Null: there is none yet, or its time is over. */
function readAuthority(directory: string, nowMs: number): Authority | null {
  const certPem = readFileIfThere(join(directory, 'ca.crt'));
  if (certPem === null) return null;
  const certificate = parseCertificate(certPem);
  if (certificate === null) throw new Error(`${join(directory, 'ca.crt')} is not a PEM certificate`);
  const keyPem = readFileIfThere(join(directory, 'ca.key'));
  if (keyPem !== null && !keyFits(certificate, keyPem)) {
    throw new Error(`ca.key does not belong to ca.crt in ${directory}: restore the pair, or remove both`);
  }
  if (keyPem !== null && Date.parse(certificate.validTo) <= nowMs) return null;
  return { certPem, certificate, directory, keyPem };
}

/** The key is written first: a key without a certificate has never been used and is replaced. */
async function makeAuthority(directory: string, nowMs: number): Promise<Authority> {
  const ca = await issueCa(CA_SUBJECT, nowMs - BACKDATE_MS, nowMs + CA_DAYS * DAY_MS);
  writePrivateFile(join(directory, 'ca.key'), ca.keyPem);
  writePrivateFile(join(directory, 'ca.crt'), ca.certPem);
  return { ...ca, certificate: new X509Certificate(ca.certPem), directory };
}

async function ensureLeaf(
  directory: string,
  name: string,
  ca: Authority,
  nowMs: number,
  shape: LeafShape,
): Promise<KeyPairPem> {
  const certFile = join(directory, `${name}.crt`);
  const keyFile = join(directory, `${name}.key`);
  const certPem = readFileIfThere(certFile);
  const keyPem = readFileIfThere(keyFile);
  if (certPem !== null && keyPem !== null && leafFits(certPem, keyPem, ca, nowMs, shape.sans)) {
    const readable = inSec1(keyPem);
    if (readable !== keyPem) writePrivateFile(keyFile, readable);
    return { certPem, keyPem: readable };
  }
  const leaf = await issueLeaf(leafRequest(ca, nowMs, LEAF_DAYS, shape));
  writePrivateFile(keyFile, leaf.keyPem);
  writePrivateFile(certFile, leaf.certPem);
  return leaf;
}

function leafRequest(ca: Authority, nowMs: number, days: number, shape: LeafShape): LeafRequest {
  if (ca.keyPem === null)
    throw new Error(`ca.key is missing in ${ca.directory}: without it no certificate can be issued`);
  return {
    ca: { certPem: ca.certPem, keyPem: ca.keyPem },
    subject: shape.subject,
    usage: shape.usage,
    dnsNames: shape.sans.dnsNames,
    ipAddresses: shape.sans.ipAddresses,
    notBeforeMs: nowMs - BACKDATE_MS,
    notAfterMs: Math.min(nowMs + days * DAY_MS, Date.parse(ca.certificate.validTo)),
  };
}

/** A crash between the two files of a pair leaves one that does not fit; it is made anew like one that ends soon. */
function leafFits(certPem: string, keyPem: string, ca: Authority, nowMs: number, sans: SubjectAltNames): boolean {
  const certificate = parseCertificate(certPem);
  if (certificate === null) return false;
  const endMs = Date.parse(certificate.validTo);
  // A leaf cannot outlive its authority: near the authority's end renewing would change nothing.
  const needed = Math.min(nowMs + RENEW_BEFORE_DAYS * DAY_MS, Date.parse(ca.certificate.validTo));
  return (
    endMs >= needed &&
    keyFits(certificate, keyPem) &&
    certificate.verify(ca.certificate.publicKey) &&
    coversSans(certificate, sans)
  );
}

function parseCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function keyFits(certificate: X509Certificate, keyPem: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}
