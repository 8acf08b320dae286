/** Certificates and certificate requests as fields: PEM texts. */
import { X509Certificate } from 'node:crypto';

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  /** The whole block, as it stands. */
  readonly text: string;
  readonly der: Buffer;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const HEADER = /^[A-Za-z-]+:/m;
const TYPE_BYTES_MAX = 64;

/** Blocks in their order; `rest`: text outside of them. One pass: a text of many beginnings without an end costs nothing more. */
export function parsePem(text: string): { blocks: PemBlock[]; rest: string } {
  const blocks: PemBlock[] = [];
  const rest: string[] = [];
  let at = 0;
  for (;;) {
    const begin = text.indexOf(BEGIN, at);
    const end = begin < 0 ? -1 : text.indexOf(END, begin);
    const close = end < 0 ? -1 : text.indexOf(DASHES, end + END.length);
    if (close < 0) break;
    const block = blockOf(text.slice(begin, close + DASHES.length));
    if (block === null) {
      rest.push(text.slice(at, close));
    } else {
      rest.push(text.slice(at, begin));
      blocks.push(block);
    }
    at = close + DASHES.length;
  }
  rest.push(text.slice(at));
  return { blocks, rest: rest.join('') };
}

/** Null when beginning and end do not fit each other. */
function blockOf(text: string): PemBlock | null {
  const typeEnd = text.indexOf(DASHES, BEGIN.length);
  const type = text.slice(BEGIN.length, typeEnd);
  const ending = `${END}${type}${DASHES}`;
  if (type.length > TYPE_BYTES_MAX || !text.endsWith(ending)) return null;
  const body = text.slice(typeEnd + DASHES.length, text.length - ending.length);
  const hasHeaders = HEADER.test(body);
  const base64 = hasHeaders ? body.slice(body.search(/\r?\n\r?\n/) + 1) : body;
  return { type, hasHeaders, text, der: Buffer.from(base64, 'base64') };
}

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
  return isRequest(block.der) ? '' : 'asn1: structure error: not a certificate request';
}

/** SEQUENCE { SEQUENCE { INTEGER 0, ... }, SEQUENCE, BIT STRING }, and nothing after it. */
function isRequest(der: Buffer): boolean {
  const outer = element(der, 0, 0x30);
  if (outer === null || outer.end !== der.length) return false;
  const info = element(der, outer.start, 0x30);
  if (info === null || element(der, info.start, 0x02) === null) return false;
  const algorithm = element(der, info.end, 0x30);
  if (algorithm === null) return false;
  const signature = element(der, algorithm.end, 0x03);
  return signature !== null && signature.end === outer.end;
}

/** Bounds of the content of the element of this tag at `at` (X.690 8.1); null when there is none. */
function element(der: Buffer, at: number, tag: number): { start: number; end: number } | null {
  const first = der[at + 1];
  if (der[at] !== tag || first === undefined) return null;
  if (first < 0x80) return within(der, at + 2, first);
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > der.length) return null;
  return within(der, at + 2 + count, der.readUIntBE(at + 2, count));
}

function within(der: Buffer, start: number, length: number): { start: number; end: number } | null {
  return start + length > der.length ? null : { start, end: start + length };
}
