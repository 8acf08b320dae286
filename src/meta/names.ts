/**
 * The formats of names and labels. Every validator answers upstream's sentences, none when the value is valid. The valid
 * case, which is nearly every call, is decided by a scan that allocates nothing.
 */
import { Buffer } from 'node:buffer';
import type { Random } from '../base/random.ts';

/** What is wrong with a value; empty: nothing. */
export type Problems = readonly string[];

/** Validates an object's name; `prefix`: the value is a generateName, to which more will be added. */
export type ValidateName = (name: string, prefix: boolean) => Problems;

const NONE: Problems = Object.freeze([]);

const DNS_LABEL_BYTES_MAX = 63;
const DNS_SUBDOMAIN_BYTES_MAX = 253;
const LABEL_BYTES_MAX = 63;

const DNS_1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_1123_SUBDOMAIN = `${DNS_1123_LABEL}(\\.${DNS_1123_LABEL})*`;
const DNS_1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const LABEL_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const SEARCH_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
const SUBDOMAIN_TEXT = problemText(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  DNS_1123_SUBDOMAIN,
  'example.com',
);
const DNS_1123_LABEL_TEXT = problemText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  DNS_1123_LABEL,
  'my-name',
  '123-abc',
);
const DNS_1035_LABEL_TEXT = problemText(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  DNS_1035_LABEL,
  'my-name',
  'abc-123',
);
const WILDCARD_TEXT = problemText(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  `\\*\\.${DNS_1123_SUBDOMAIN}`,
  '*.example.com',
);
const LABEL_NAME_TEXT = problemText(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_NAME,
  'MyName',
  'my.name',
  '123-abc',
);
const LABEL_VALUE_TEXT = problemText(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${LABEL_NAME})?`,
  'MyValue',
  'my_value',
  '12345',
);

/** RFC 1123: `example.com`, at most 253 bytes. */
export function dns1123SubdomainProblems(value: string): Problems {
  const valid = isSubdomain(value, 0);
  if (valid && value.length <= DNS_SUBDOMAIN_BYTES_MAX) return NONE;
  return collect(tooLongText(value, DNS_SUBDOMAIN_BYTES_MAX, 'characters'), valid ? '' : SUBDOMAIN_TEXT);
}

/** A subdomain in which underscores may stand too (KEP-4427). */
export function searchDomainProblems(value: string): Problems {
  return dns1123SubdomainProblems(value.replaceAll('_', 'a')).map((text) =>
    text === SUBDOMAIN_TEXT ? SEARCH_TEXT : text,
  );
}

/** RFC 1123: `my-name`, at most 63 bytes. */
export function dns1123LabelProblems(value: string): Problems {
  const valid = isLabel(value, 0, value.length);
  if (valid && value.length <= DNS_LABEL_BYTES_MAX) return NONE;
  const form = isSubdomain(value, 0) ? 'must not contain dots' : DNS_1123_LABEL_TEXT;
  return collect(tooLongText(value, DNS_LABEL_BYTES_MAX, 'characters'), valid ? '' : form);
}

/** RFC 1035: as an RFC 1123 label, but it begins with a letter. */
export function dns1035LabelProblems(value: string): Problems {
  const valid = isLabel(value, 0, value.length) && value.charCodeAt(0) >= 0x61;
  if (valid && value.length <= DNS_LABEL_BYTES_MAX) return NONE;
  return collect(tooLongText(value, DNS_LABEL_BYTES_MAX, 'characters'), valid ? '' : DNS_1035_LABEL_TEXT);
}

/** RFC 1034 section 4.3.3: `*.example.com`. */
export function wildcardDns1123SubdomainProblems(value: string): Problems {
  const valid = value.startsWith('*.') && isSubdomain(value, 2);
  return collect(tooLongText(value, DNS_SUBDOMAIN_BYTES_MAX, 'characters'), valid ? '' : WILDCARD_TEXT);
}

/** Label keys, annotation keys, finalizers, condition types: `[example.com/]MyName`. */
export function qualifiedNameProblems(value: string): Problems {
  const slash = value.indexOf('/');
  const start = slash + 1;
  const length = value.length - start;
  if (
    length <= LABEL_BYTES_MAX &&
    isLabelName(value, start) &&
    (slash < 0 || (slash <= DNS_SUBDOMAIN_BYTES_MAX && isSubdomain(value, 0, slash)))
  ) {
    return NONE;
  }
  return explainQualifiedName(value, slash);
}

/** A label's value: '' or up to 63 bytes. */
export function labelValueProblems(value: string): Problems {
  const valid = value === '' || isLabelName(value, 0);
  if (valid && value.length <= LABEL_BYTES_MAX) return NONE;
  return collect(tooLongText(value, LABEL_BYTES_MAX, 'bytes'), valid ? '' : LABEL_VALUE_TEXT);
}

/** What the store and the URL bear: anything but `.`, `..` and texts with `/` or `%`. */
export function pathSegmentNameProblems(value: string): Problems {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return pathSegmentPrefixProblems(value);
}

function pathSegmentPrefixProblems(value: string): Problems {
  return collect(value.includes('/') ? "may not contain '/'" : '', value.includes('%') ? "may not contain '%'" : '');
}

export const nameIsDnsSubdomain: ValidateName = (name, prefix) =>
  dns1123SubdomainProblems(prefix ? maskTrailingDash(name) : name);

export const nameIsDnsLabel: ValidateName = (name, prefix) =>
  dns1123LabelProblems(prefix ? maskTrailingDash(name) : name);

export const nameIsDns1035Label: ValidateName = (name, prefix) =>
  dns1035LabelProblems(prefix ? maskTrailingDash(name) : name);

/** Names of RBAC objects, which may hold colons and upper case. */
export const nameIsPathSegment: ValidateName = (name, prefix) =>
  prefix ? pathSegmentPrefixProblems(name) : pathSegmentNameProblems(name);

/** Letters and digits of generated names: no vowels, no digits that look like letters, so that no words come about. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const GENERATED_BASE_LENGTH_MAX = 63 - SUFFIX_LENGTH;

/** A name made of a generateName, cut to 58 characters, and five random ones. */
export function generatedName(base: string, random: Random): string {
  return cutBytes(base, GENERATED_BASE_LENGTH_MAX) + randomSuffix(random, SUFFIX_LENGTH);
}

/** Random characters of the alphabet of generated names. */
export function randomSuffix(random: Random, length: number): string {
  let suffix = '';
  for (let i = 0; i < length; i++) suffix += SUFFIX_ALPHABET[random.below(SUFFIX_ALPHABET.length)];
  return suffix;
}

/** A sentence about a pattern: the lead, examples and the pattern itself. */
export function problemText(lead: string, pattern: string, ...examples: readonly string[]): string {
  // The comma after each example is upstream's.
  const given = examples.length === 0 ? '' : `e.g. ${examples.map((example) => `'${example}', `).join(' or ')}`;
  return `${lead} (${given}regex used for validation is '${pattern}')`;
}

/** '' when the text is short enough. */
export function tooLongText(value: string, bytesMax: number, unit: 'bytes' | 'characters'): string {
  // A character is at least one byte and at most three per UTF-16 unit.
  if (value.length * 3 <= bytesMax || Buffer.byteLength(value) <= bytesMax) return '';
  return `must be no more than ${bytesMax} ${unit}`;
}

/** The texts that are not empty. */
export function collect(...texts: readonly string[]): Problems {
  const given = texts.filter((text) => text !== '');
  return given.length === 0 ? NONE : given;
}

function explainQualifiedName(value: string, slash: number): Problems {
  if (slash !== value.lastIndexOf('/')) {
    return [
      `a valid label key ${LABEL_NAME_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  if (slash === 0) problems.push('prefix part must be non-empty');
  if (slash > 0) {
    const prefix = value.slice(0, slash);
    const tooLong = tooLongText(prefix, DNS_SUBDOMAIN_BYTES_MAX, 'bytes');
    if (tooLong !== '') problems.push(`prefix part ${tooLong}`);
    if (!isSubdomain(prefix, 0)) problems.push(`prefix part ${SUBDOMAIN_TEXT}`);
  }
  const name = value.slice(slash + 1);
  const tooLong = tooLongText(name, LABEL_BYTES_MAX, 'bytes');
  if (name === '') problems.push('name part must be non-empty');
  else if (tooLong !== '') problems.push(`name part ${tooLong}`);
  if (!isLabelName(name, 0)) problems.push(`name part ${LABEL_NAME_TEXT}`);
  return problems;
}

/** A trailing dash is fine in a generateName. The stand-in swallows the character before it, as upstream's does. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

function cutBytes(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  let cut = text.slice(0, bytesMax);
  while (Buffer.byteLength(cut) > bytesMax) cut = cut.slice(0, -1);
  return cut;
}

function isLowerAlphanumeric(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function isAlphanumeric(code: number): boolean {
  return isLowerAlphanumeric(code) || (code >= 0x41 && code <= 0x5a);
}

/** One DNS label in [start, end), of any length but zero. */
function isLabel(value: string, start: number, end: number): boolean {
  if (start >= end || !isLowerAlphanumeric(value.charCodeAt(start)) || !isLowerAlphanumeric(value.charCodeAt(end - 1)))
    return false;
  for (let i = start + 1; i < end - 1; i++) {
    const code = value.charCodeAt(i);
    if (code !== 0x2d && !isLowerAlphanumeric(code)) return false;
  }
  return true;
}

function isSubdomain(value: string, start: number, end = value.length): boolean {
  for (let from = start; ; ) {
    let to = value.indexOf('.', from);
    if (to < 0 || to > end) to = end;
    if (!isLabel(value, from, to)) return false;
    if (to === end) return true;
    from = to + 1;
  }
}

/** `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]` from `start` to the end. */
function isLabelName(value: string, start: number): boolean {
  const last = value.length - 1;
  if (last < start || !isAlphanumeric(value.charCodeAt(start)) || !isAlphanumeric(value.charCodeAt(last))) return false;
  for (let i = start + 1; i < last; i++) {
    const code = value.charCodeAt(i);
    if (!isAlphanumeric(code) && code !== 0x2d && code !== 0x2e && code !== 0x5f) return false;
  }
  return true;
}
