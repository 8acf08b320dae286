/** Bearer tokens (RFC 6750) in the Authorization header or, for browsers, in a WebSocket subprotocol. */
import { aggregateErrors } from '../base/aggregate.ts';
import type { AuthenticationResult, Authenticator } from './authenticator.ts';
import { UNKNOWN } from './union.ts';

/** One kind of token. */
export interface TokenAuthenticator {
  authenticateToken(token: string): AuthenticationResult | Promise<AuthenticationResult>;
}

export const INVALID_TOKEN: AuthenticationResult = { kind: 'failed', error: 'invalid bearer token' };

const EXTRA_SPACE_WARNING =
  'the provided Authorization header contains extra space before the bearer token, and is ignored';
const SUBPROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.';

/** A header without a bearer token is nothing to it; a token that nobody knows is an error. */
export function createBearerTokenAuthenticator(tokens: readonly TokenAuthenticator[]): Authenticator {
  return {
    authenticate(credentials) {
      const header = credentials.authorization;
      if (header === undefined || header === '') return UNKNOWN;
      const text = header.trim();
      if (text.length < 7 || text[6] !== ' ' || text.slice(0, 6).toLowerCase() !== 'bearer') return UNKNOWN;
      const end = text.indexOf(' ', 7);
      const token = end < 0 ? text.slice(7) : text.slice(7, end);
      if (token === '') {
        if (end >= 0) credentials.warn?.(EXTRA_SPACE_WARNING);
        return UNKNOWN;
      }
      return authenticateToken(tokens, token);
    },
  };
}

/** Browsers cannot set the Authorization header of a WebSocket; the token must come beside a real subprotocol. */
export function createWebSocketTokenAuthenticator(tokens: readonly TokenAuthenticator[]): Authenticator {
  return {
    authenticate(credentials) {
      if (credentials.header('upgrade')?.toLowerCase() !== 'websocket') return UNKNOWN;
      const offered = (credentials.header('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
      const encoded = offered.filter((name) => name.startsWith(SUBPROTOCOL_PREFIX));
      if (encoded.length === 0) return UNKNOWN;
      if (encoded.length > 1) {
        return { kind: 'failed', error: 'multiple base64.bearer.authorization tokens specified' };
      }
      const token = decodeBase64Url(encoded[0]!.slice(SUBPROTOCOL_PREFIX.length));
      if (token === null) return INVALID_TOKEN;
      if (token === '') return UNKNOWN;
      if (offered.length === 1) return { kind: 'failed', error: 'missing additional subprotocol' };
      return authenticateToken(tokens, token);
    },
  };
}

function authenticateToken(
  tokens: readonly TokenAuthenticator[],
  token: string,
): AuthenticationResult | Promise<AuthenticationResult> {
  let errors: string[] | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const result = tokens[i]!.authenticateToken(token);
    if (result instanceof Promise) return goOn(tokens, token, i + 1, result, errors ?? []);
    if (result.kind === 'authenticated') return result;
    if (result.kind === 'failed') {
      errors ??= [];
      errors.push(result.error);
    }
  }
  return errors === null ? INVALID_TOKEN : { kind: 'failed', error: aggregateErrors(errors) };
}

async function goOn(
  tokens: readonly TokenAuthenticator[],
  token: string,
  from: number,
  pending: Promise<AuthenticationResult>,
  errors: string[],
): Promise<AuthenticationResult> {
  let result = await pending;
  for (let i = from; ; i++) {
    if (result.kind === 'authenticated') return result;
    if (result.kind === 'failed') errors.push(result.error);
    const next = tokens[i];
    if (next === undefined)
      return errors.length === 0 ? INVALID_TOKEN : { kind: 'failed', error: aggregateErrors(errors) };
    result = await next.authenticateToken(token);
  }
}

/** Null: not base64url without padding, or not UTF-8. */
function decodeBase64Url(text: string): string | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64url'));
  } catch {
    return null;
  }
}
