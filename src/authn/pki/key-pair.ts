/** A certificate and its key as PEM texts in two files: what may be wrong with them, and what the operator can do. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { KeyPairPem } from './issue.ts';
import { FileProblem, finishPrivatePair, makePrivate, readFileIfThere, writePrivatePair } from './private-files.ts';

export interface KeyPair extends KeyPairPem {
  readonly certificate: X509Certificate;
}

/** Throws FileProblem, with names of the files as the operator knows them and a remedy, for what is no pair. */
export function parseKeyPair(
  cert: { readonly name: string; readonly pem: string },
  key: { readonly name: string; readonly pem: string },
  remedy: string,
): KeyPair {
  const certificate = parseCertificate(cert.pem);
  if (certificate === null) throw new FileProblem(`${cert.name} is not a PEM certificate; ${remedy}`);
  const privateKey = parsePrivateKey(key.pem);
  if (privateKey === null) throw new FileProblem(`${key.name} is not a PEM private key; ${remedy}`);
  if (!certificate.checkPrivateKey(privateKey))
    throw new FileProblem(`${key.name} does not belong to ${cert.name}; ${remedy}`);
  return { certPem: cert.pem, keyPem: key.pem, certificate };
}

/** Null: there is neither file. Throws FileProblem for half a pair and for damage. */
export function readKeyPair(directory: string, name: string, remedy: string): KeyPair | null {
  const { certFile, keyFile } = filesOf(directory, name);
  const certPem = readFileIfThere(certFile);
  const keyPem = readFileIfThere(keyFile);
  if (certPem === null && keyPem === null) return null;
  if (certPem === null) throw new FileProblem(`${certFile} is missing, its key is there; ${remedy}`);
  if (keyPem === null) throw new FileProblem(`${keyFile} is missing, its certificate is there; ${remedy}`);
  return parseKeyPair({ name: certFile, pem: certPem }, { name: keyFile, pem: keyPem }, remedy);
}

export function writeKeyPair(directory: string, name: string, pair: KeyPairPem): void {
  const { certFile, keyFile } = filesOf(directory, name);
  writePrivatePair({ path: keyFile, text: pair.keyPem }, { path: certFile, text: pair.certPem });
}

/** For the directory's owner, before it reads: ends what a crash has interrupted, and hides the key from others. */
export function settleKeyPair(directory: string, name: string): void {
  const { certFile, keyFile } = filesOf(directory, name);
  finishPrivatePair(keyFile, certFile);
  makePrivate(keyFile);
}

/** The first certificate of a PEM text; null: there is none, or it is damaged. */
export function parseCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function parsePrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function filesOf(directory: string, name: string): { certFile: string; keyFile: string } {
  return { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
}
