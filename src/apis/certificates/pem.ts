/** Certificates and certificate requests as fields: PEM texts. */
import { X509Certificate } from 'node:crypto';
import { isCertificateRequest } from '../../codec/certificate-request.ts';
import { type PemBlock, parsePem } from '../../codec/pem.ts';

/** Text of the base64 field that holds PEM. */
export function pemOfField(base64: string | null | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('latin1');
}

/** One sentence, '' when all blocks are certificates. */
export function certificatesProblem(pem: string): string {
  const { blocks } = parsePem(pem);
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const block of blocks) {
    if (block.type !== 'CERTIFICATE')
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(block.type)}`;
    if (block.hasHeaders) return 'no PEM block headers are permitted';
    if (parseCertificate(block) === null) return 'must contain valid certificates';
  }
  return '';
}

export function parseCertificate(block: PemBlock): X509Certificate | null {
  try {
    return new X509Certificate(block.der);
  } catch {
    return null;
  }
}

/** One sentence, '' for a PKCS#10 request (RFC 2986) in PEM. Its signature is the signer's to check. */
export function requestProblem(pem: string): string {
  const block = parsePem(pem).blocks[0];
  if (block === undefined || block.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  return isCertificateRequest(block.der) ? '' : 'asn1: structure error: not a certificate request';
}
