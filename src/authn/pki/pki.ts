/**
 * The server's own certificates, kept in `<dir>/pki`: a certificate authority, the serving certificate and the
 * administrator's client certificate. What is missing, near its end or signed by another authority is made anew; the
 * authority itself stays as long as it is valid, since every client holds it. Damage and half a pair are the operator's.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Timer } from '../../base/clock.ts';
import { inSec1, issueCa, issueLeaf, type KeyPairPem, type LeafRequest, type Subject } from './issue.ts';
import { type KeyPair, readKeyPair, settleKeyPair, writeKeyPair } from './key-pair.ts';
import { FileProblem, makePrivateDirectory } from './private-files.ts';
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

/** P-256, in OpenSSL's words. */
const CA_CURVE = 'prime256v1';

const CA_SUBJECT = 'keelson-ca';
const SERVING: Subject = { commonName: 'kube-apiserver', organizations: [], uid: '' };
const ADMIN: Subject = { commonName: 'kubernetes-admin', organizations: ['system:masters'], uid: '' };
const NO_SANS: SubjectAltNames = { dnsNames: [], ipAddresses: [] };

const CA = 'ca';
const LEAVES = { serving: 'apiserver', admin: 'admin' } as const;

/** Throws FileProblem for files that are damaged or do not fit together: what is there is never replaced for that. */
export async function ensurePki(options: PkiOptions): Promise<Pki> {
  const directory = pkiDirectory(options.dir);
  makePrivateDirectory(directory);
  const nowMs = options.clock.now();
  for (const name of [CA, LEAVES.serving, LEAVES.admin]) settleKeyPair(directory, name);
  const ca = readAuthority(directory, nowMs) ?? (await makeAuthority(directory, nowMs));
  const serving = await ensureLeaf(directory, LEAVES.serving, ca, nowMs, {
    subject: SERVING,
    usage: 'serving',
    sans: options.sans,
  });
  const admin = await ensureLeaf(directory, LEAVES.admin, ca, nowMs, {
    subject: ADMIN,
    usage: 'client',
    sans: NO_SANS,
  });
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

interface LeafShape {
  readonly subject: Subject;
  readonly usage: LeafRequest['usage'];
  readonly sans: SubjectAltNames;
}

function pkiDirectory(dir: string): string {
  return join(dir, 'pki');
}

/** Null: there is none yet, or its time is over. */
function readAuthority(directory: string, nowMs: number): KeyPair | null {
  const remedy = `restore both files from a backup (removing ${directory} makes a new authority, which no kubeconfig knows)`;
  const ca = readKeyPair(directory, CA, remedy);
  if (ca === null) {
    const orphan = Object.values(LEAVES).find((name) => readKeyPair(directory, name, remedy) !== null);
    if (orphan === undefined) return null;
    throw new FileProblem(`ca.crt and ca.key are missing in ${directory}, ${orphan}.crt is there; ${remedy}`);
  }
  if (!ca.certificate.ca)
    throw new FileProblem(`${join(directory, 'ca.crt')} is no certificate of an authority; ${remedy}`);
  const { asymmetricKeyDetails } = createPrivateKey(ca.keyPem);
  if (asymmetricKeyDetails?.namedCurve !== CA_CURVE)
    throw new FileProblem(
      `${join(directory, 'ca.key')} is not on the curve P-256, which this server signs with; ${remedy}`,
    );
  return Date.parse(ca.certificate.validTo) <= nowMs ? null : ca;
}

async function makeAuthority(directory: string, nowMs: number): Promise<KeyPair> {
  const ca = await issueCa(CA_SUBJECT, nowMs - BACKDATE_MS, nowMs + CA_DAYS * DAY_MS);
  writeKeyPair(directory, CA, ca);
  return { ...ca, certificate: new X509Certificate(ca.certPem) };
}

async function ensureLeaf(
  directory: string,
  name: string,
  ca: KeyPair,
  nowMs: number,
  shape: LeafShape,
): Promise<KeyPairPem> {
  const remedy = 'restore both files, or remove both to have new ones made';
  const found = readKeyPair(directory, name, remedy);
  if (found !== null && leafFits(found.certificate, ca, nowMs, shape.sans)) {
    const { certPem } = found;
    const keyPem = inSec1(found.keyPem);
    if (keyPem !== found.keyPem) writeKeyPair(directory, name, { certPem, keyPem });
    return { certPem, keyPem };
  }
  const leaf = await issueLeaf(leafRequest(ca, nowMs, LEAF_DAYS, shape));
  writeKeyPair(directory, name, leaf);
  return leaf;
}

function leafRequest(ca: KeyPair, nowMs: number, days: number, shape: LeafShape): LeafRequest {
  return {
    ca,
    subject: shape.subject,
    usage: shape.usage,
    dnsNames: shape.sans.dnsNames,
    ipAddresses: shape.sans.ipAddresses,
    notBeforeMs: nowMs - BACKDATE_MS,
    notAfterMs: Math.min(nowMs + days * DAY_MS, Date.parse(ca.certificate.validTo)),
  };
}

function leafFits(certificate: X509Certificate, ca: KeyPair, nowMs: number, sans: SubjectAltNames): boolean {
  const endMs = Date.parse(certificate.validTo);
  // A leaf cannot outlive its authority: near the authority's end renewing would change nothing.
  const needed = Math.min(nowMs + RENEW_BEFORE_DAYS * DAY_MS, Date.parse(ca.certificate.validTo));
  return endMs >= needed && certificate.verify(ca.certificate.publicKey) && coversSans(certificate, sans);
}
