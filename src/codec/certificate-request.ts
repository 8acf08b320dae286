/** PKCS#10 certificate requests (RFC 2986): their shape, and whom they ask to be. */
import { DER_TAG, type DerElement, derElement } from './der.ts';
import { parsePem } from './pem.ts';

export const REQUEST_PEM_TYPE = 'CERTIFICATE REQUEST';

/** X.520 organizationName, 2.5.4.10. */
const ORGANIZATION = Buffer.from([0x55, 0x04, 0x0a]);
const BEGIN = /-----BEGIN/g;

/** SEQUENCE { SEQUENCE { INTEGER 0, ... }, SEQUENCE, BIT STRING }, and nothing after it. Signatures are the signer's to check. */
export function isCertificateRequest(der: Buffer): boolean {
  const outer = derElement(der, 0, DER_TAG.sequence);
  if (outer === null || outer.end !== der.length) return false;
  const info = derElement(der, outer.start, DER_TAG.sequence);
  if (info === null || derElement(der, info.start, DER_TAG.integer) === null) return false;
  const algorithm = derElement(der, info.end, DER_TAG.sequence);
  if (algorithm === null) return false;
  const signature = derElement(der, algorithm.end, DER_TAG.bitString);
  return signature !== null && signature.end === outer.end;
}

/**
 * Organizations in the subjects of all requests in a PEM text; null when anything about it could be read in two ways (headers, a
 * beginning without its end, an unknown form of string): whoever signs may read the other one.
 */
export function requestedOrganizations(pem: string): string[] | null {
  const { blocks } = parsePem(pem);
  if (blocks.length === 0 || pem.match(BEGIN)?.length !== blocks.length) return null;
  const organizations: string[] = [];
  for (const block of blocks) {
    if (block.type !== REQUEST_PEM_TYPE || block.hasHeaders || !isCertificateRequest(block.der)) return null;
    const found = subjectOrganizations(block.der);
    if (found === null) return null;
    organizations.push(...found);
  }
  return organizations;
}

/** Of a well-formed request: Name ::= SEQUENCE OF SET OF SEQUENCE { OID, value } (RFC 5280, 4.1.2.4). */
function subjectOrganizations(der: Buffer): string[] | null {
  const outer = derElement(der, 0, DER_TAG.sequence);
  const info = outer === null ? null : derElement(der, outer.start, DER_TAG.sequence);
  const version = info === null ? null : derElement(der, info.start, DER_TAG.integer);
  const subject = version === null ? null : derElement(der, version.end, DER_TAG.sequence);
  const sets = subject === null ? null : children(der, subject, DER_TAG.set);
  if (sets === null) return null;
  const organizations: string[] = [];
  for (const set of sets) {
    const attributes = children(der, set, DER_TAG.sequence);
    if (attributes === null) return null;
    for (const attribute of attributes) {
      const type = derElement(der, attribute.start, DER_TAG.oid);
      if (type === null) return null;
      if (!der.subarray(type.start, type.end).equals(ORGANIZATION)) continue;
      const value = stringAt(der, type.end, attribute.end);
      if (value === null) return null;
      organizations.push(value);
    }
  }
  return organizations;
}

/** The elements that fill `parent`; null when something else stands between them. */
function children(der: Buffer, parent: DerElement, tag: number): DerElement[] | null {
  const found: DerElement[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const child = derElement(der, at, tag);
    if (child === null || child.end > parent.end) return null;
    found.push(child);
    at = child.end;
  }
  return found;
}

/** DirectoryString of X.520; null for forms that Go's parser would not read either. */
function stringAt(der: Buffer, at: number, end: number): string | null {
  const tag = der[at] ?? 0;
  const element = derElement(der, at, tag);
  if (element === null || element.end !== end) return null;
  const bytes = der.subarray(element.start, element.end);
  switch (tag) {
    case 0x0c: // UTF8String
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x14: // TeletexString
    case 0x16: // IA5String
      return bytes.toString('utf8');
    case 0x1e: // BMPString
      return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : null;
    default:
      return null;
  }
}
