/** Checks of addresses and ranges as fields, in upstream's words (KEP-4858). */

import { cidrText, type Ip, ipText, parseCidr, parseIp } from './cidr.ts';

const IP_TEXT = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_TEXT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const MAPPED_PREFIX = 0xffffn;

/** A valid address in its canonical form. */
export function ipProblems(text: string): string[] {
  const ip = parseIp(text);
  if (ip === null) return [leadingZeros(text) ? 'must not have leading 0s' : IP_TEXT];
  if (isMapped(ip)) return ['must not be an IPv4-mapped IPv6 address'];
  const canonical = ipText(ip);
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** Fields that are older than the rule of canonical forms. `known`: values that stood in the object before. */
export function legacyIpProblems(text: string, known: readonly string[]): string[] {
  if (known.includes(text)) return [];
  const ip = parseIp(text);
  if (ip === null) return [leadingZeros(text) ? 'must not have leading 0s' : IP_TEXT];
  return isMapped(ip) ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** A valid range in its canonical form. */
export function cidrProblems(text: string): string[] {
  const basic = legacyCidrProblems(text, []);
  if (basic.length > 0) return basic;
  const canonical = cidrText(parseCidr(text)!);
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

export function legacyCidrProblems(text: string, known: readonly string[]): string[] {
  if (known.includes(text)) return [];
  const cidr = parseCidr(text);
  if (cidr === null) return [leadingZeros(text) ? 'must not have leading 0s in IP or prefix length' : CIDR_TEXT];
  const host = parseIp(text.slice(0, text.indexOf('/')))!;
  if (isMapped(host)) return ['must not have an IPv4-mapped IPv6 address'];
  if (host.value !== cidr.base) return ['must not have bits set beyond the prefix length'];
  return [];
}

function isMapped(ip: Ip): boolean {
  return ip.family === 'IPv6' && ip.value >> 32n === MAPPED_PREFIX;
}

/** Decimal parts with zeros in front, which old parsers read as octal and older ones as decimal. */
function leadingZeros(text: string): boolean {
  return /^[0-9.]{7,20}(\/[0-9]{1,4})?$/.test(text) && /(^|[./])0[0-9]/.test(text);
}
