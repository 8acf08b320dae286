/**
 * Arithmetic of service ranges: ServiceCIDR and node ports (KEP-1880, KEP-3070). Pure; who is taken is asked through a
 * callback, so that a Service action can decide against any store.
 */
import ipaddr from 'ipaddr.js';

export type IpFamily = 'IPv4' | 'IPv6';

export interface Cidr {
  readonly text: string;
  readonly family: IpFamily;
  /** Network address as a number. */
  readonly base: bigint;
  readonly prefixLength: number;
  /** The first and the last address that a Service may get; `last` < `first` when there is none. */
  readonly first: bigint;
  readonly last: bigint;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Picks an integer from 0 to bound - 1, bound at most 2^32. */
export type Below = (bound: number) => number;

/** Null for anything but `<address>/<length>`; bits beyond the prefix are dropped. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const address = parseIp(text.slice(0, slash));
  const lengthText = text.slice(slash + 1);
  if (address === null || lengthText.length === 0 || lengthText.length > 3) return null;
  const prefixLength = Number(lengthText);
  const bits = address.family === 'IPv4' ? 32 : 128;
  if (!Number.isInteger(prefixLength) || String(prefixLength) !== lengthText || prefixLength < 0 || prefixLength > bits)
    return null;
  const hostBits = BigInt(bits - prefixLength);
  const base = (address.value >> hostBits) << hostBits;
  const end = base + (1n << hostBits) - 1n;
  // The network address is never given out, nor is IPv4's broadcast address.
  return {
    text,
    family: address.family,
    base,
    prefixLength,
    first: base + 1n,
    last: address.family === 'IPv4' ? end - 1n : end,
  };
}

export interface Ip {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** Strict: four decimal parts without leading zeros, or IPv6 without a zone. An IPv4-mapped address counts as IPv6. */
export function parseIp(text: string): Ip | null {
  if (text.length > 45) return null;
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { family: 'IPv4', value: toNumber(ipaddr.IPv4.parse(text).toByteArray()) };
  if (text.includes('%') || !text.includes(':') || !ipaddr.IPv6.isValid(text)) return null;
  return { family: 'IPv6', value: toNumber(ipaddr.IPv6.parse(text).toByteArray()) };
}

/** Canonical text (RFC 5952 for IPv6). */
export function ipText(ip: Ip): string {
  const bytes: number[] = new Array(ip.family === 'IPv4' ? 4 : 16);
  let rest = ip.value;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return ip.family === 'IPv4' ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** Canonical text of an address, null when it is none. */
export function canonicalIp(text: string): string | null {
  const ip = parseIp(text);
  return ip === null ? null : ipText(ip);
}

/** Canonical text of a range: network address and length. */
export function cidrText(cidr: Cidr): string {
  return `${ipText({ family: cidr.family, value: cidr.base })}/${cidr.prefixLength}`;
}

/** The address of the `kubernetes` Service: the range's first usable one; null for a range without any. */
export function firstAddress(cidr: Cidr): string | null {
  return cidr.last < cidr.first ? null : ipText({ family: cidr.family, value: cidr.first });
}

/** True when a Service may ask for this address in this range. */
export function allocatable(cidr: Cidr, ip: Ip): boolean {
  return ip.family === cidr.family && ip.value >= cidr.first && ip.value <= cidr.last;
}

/** True when the range holds the address, network and broadcast addresses included. */
export function contains(cidr: Cidr, ip: Ip): boolean {
  const hostBits = BigInt((cidr.family === 'IPv4' ? 32 : 128) - cidr.prefixLength);
  return ip.family === cidr.family && ip.value >> hostBits === cidr.base >> hostBits;
}

/** True when every address of `inner` is one of `outer`. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefixLength >= outer.prefixLength && contains(outer, { family: inner.family, value: inner.base });
}

/**
 * Addresses to try for a Service without a wish: from a random one above the static band upwards, round, and only then
 * the band itself, which is kept for addresses chosen by hand (KEP-3070). Ends after `triesMax` addresses.
 */
export function* clusterIpCandidates(cidr: Cidr, below: Below, triesMax = 65_536): Generator<string> {
  const size = cidr.last - cidr.first + 1n;
  if (size <= 0n) return;
  const band = BigInt(staticBand(size > 65_536n ? 65_536 : Number(size), { min: 16, max: 256, step: 16 }));
  const upper = size - band;
  const start = randomBelow(upper, below);
  let tries = 0;
  for (let i = 0n; i < upper && tries < triesMax; i++, tries++) {
    yield ipText({ family: cidr.family, value: cidr.first + band + ((start + i) % upper) });
  }
  for (let i = 0n; i < band && tries < triesMax; i++, tries++)
    yield ipText({ family: cidr.family, value: cidr.first + i });
}

/** Node ports to try, in the manner of `clusterIpCandidates` (KEP-3668). */
export function* nodePortCandidates(range: PortRange, below: Below): Generator<number> {
  const size = range.last - range.first + 1;
  if (size <= 0) return;
  const band = staticBand(size, { min: 16, max: 128, step: 32 });
  const upper = size - band;
  const start = below(upper);
  for (let i = 0; i < upper; i++) yield range.first + band + ((start + i) % upper);
  for (let i = 0; i < band; i++) yield range.first + i;
}

/** The first candidate that is free; null: the range is full. */
export function allocateFirst<T>(candidates: Iterable<T>, taken: (candidate: T) => boolean): T | null {
  for (const candidate of candidates) if (!taken(candidate)) return candidate;
  return null;
}

/** `30000-32767` or `30000+2767`, both ends inclusive; null for other texts. */
export function parsePortRange(text: string): PortRange | null {
  const match = /^(\d{1,5})([-+])(\d{1,5})$/.exec(text.trim());
  if (match === null) return null;
  const first = Number(match[1]);
  const last = match[2] === '-' ? Number(match[3]) : Math.min(first + Number(match[3]), 65_535);
  return first > last || last > 65_535 ? null : { first, last };
}

/** Length of the lower part of a range that is used last. */
function staticBand(size: number, bounds: { min: number; max: number; step: number }): number {
  if (size <= bounds.min) return 0;
  return Math.min(Math.max(Math.floor(size / bounds.step), bounds.min), bounds.max);
}

function randomBelow(bound: bigint, below: Below): bigint {
  if (bound <= 0xffff_ffffn) return BigInt(below(Number(bound)));
  return ((BigInt(below(0x1_0000_0000)) << 32n) | BigInt(below(0x1_0000_0000))) % bound;
}

function toNumber(bytes: readonly number[]): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
