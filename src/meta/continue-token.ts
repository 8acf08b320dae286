/** The continue token of a list: base64url (RFC 4648 section 5, without padding) of `{"v":"meta.k8s.io/v1","rv":7,"start":"ns/name\0"}`. */
import { Buffer } from 'node:buffer';
import { jsonSyntaxError } from '../base/json-syntax.ts';
import { badRequest } from './status.ts';

export interface ContinueToken {
  /** The revision of the first page; -1: go on at the present state, inconsistently. Never 0. */
  readonly revision: number;
  /** The first key to look at, below the resource's prefix. Ends in NUL when it is to come after an object. */
  readonly start: string;
}

const VERSION = 'meta.k8s.io/v1';

export function encodeContinue(token: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv: token.revision, start: token.start })).toString('base64url');
}

/** Throws 400 for everything that is not a token of ours or of upstream's. */
export function decodeContinue(text: string): ContinueToken {
  const at = base64ErrorAt(text);
  if (at >= 0) throw notValid(`: illegal base64 data at input byte ${at}`);
  const json = Buffer.from(text, 'base64url').toString();
  const token = parse(json);
  const { v = '', rv = 0, start = '' } = token;
  if (v !== VERSION) throw notValid(`: server does not recognize this encoded version ${String(v)}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv))
    throw notValid(': json: cannot unmarshal into Go struct field continueToken.rv of type int64');
  if (rv === 0) throw notValid(': incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (start === '') throw notValid(': encoded start key empty (version meta.k8s.io/v1)');
  if (typeof start !== 'string')
    throw notValid(': json: cannot unmarshal into Go struct field continueToken.start of type string');
  // A path upwards would read another resource's keys.
  if (!isCleanPath(start)) throw notValid(`: ${start}`);
  return { revision: rv, start: start.startsWith('/') ? start.slice(1) : start };
}

function parse(json: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    throw notValid(`: ${jsonSyntaxError(json, 100) ?? 'unexpected end of JSON input'}`);
  }
  throw notValid(': json: cannot unmarshal into Go value of type storage.continueToken');
}

function notValid(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid${why}`);
}

/** No empty, `.` or `..` part, and no slash at the end. */
function isCleanPath(start: string): boolean {
  const parts = (start.startsWith('/') ? start.slice(1) : start).split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Where Go's decoder stops; -1: nowhere. */
function base64ErrorAt(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!letter && code !== 0x2d && code !== 0x5f) return i;
  }
  return text.length % 4 === 1 ? text.length - 1 : -1;
}
