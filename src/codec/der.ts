/** ASN.1 in its distinguished encoding (X.690), read by position: what little of certificate requests the server must know. */

/** Where an element's content stands; what follows the element begins at `end`. */
export interface DerElement {
  readonly start: number;
  readonly end: number;
}

export const DER_TAG = { integer: 0x02, bitString: 0x03, oid: 0x06, sequence: 0x30, set: 0x31 } as const;

/** The element of this tag at `at` (X.690 8.1); null when there is none. */
export function derElement(der: Buffer, at: number, tag: number): DerElement | null {
  const first = der[at + 1];
  if (der[at] !== tag || first === undefined) return null;
  if (first < 0x80) return within(der, at + 2, first);
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > der.length) return null;
  return within(der, at + 2 + count, der.readUIntBE(at + 2, count));
}

function within(der: Buffer, start: number, length: number): DerElement | null {
  return start + length > der.length ? null : { start, end: start + length };
}
