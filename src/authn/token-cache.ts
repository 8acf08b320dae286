/** Keeps what slow token authenticators (signatures, webhooks) found out, for a short time. */
import { hash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { AuthenticationResult } from './authenticator.ts';
import type { TokenAuthenticator } from './bearer-token.ts';

export interface TokenCacheOptions {
  readonly inner: TokenAuthenticator;
  readonly clock: Clock;
  readonly successTtlMs: number;
  /** 0: failures are not kept. */
  readonly failureTtlMs: number;
  readonly entriesMax: number;
}

interface Entry {
  readonly result: AuthenticationResult;
  readonly expiresMs: number;
}

/** Concurrent look-ups of one token are one look-up. */
export function createTokenCache(options: TokenCacheOptions): TokenAuthenticator {
  const { inner, clock, entriesMax } = options;
  // Keyed by digest, so that no token stays in memory longer than its request.
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<AuthenticationResult>>();

  function keep(key: string, result: AuthenticationResult): AuthenticationResult {
    const ttlMs = result.kind === 'authenticated' ? options.successTtlMs : options.failureTtlMs;
    if (ttlMs <= 0) return result;
    entries.delete(key);
    if (entries.size >= entriesMax) {
      // Insertion order is order of expiry, near enough: the first is the oldest.
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    entries.set(key, { result, expiresMs: clock.monotonic() + ttlMs });
    return result;
  }

  async function wait(key: string, pending: Promise<AuthenticationResult>): Promise<AuthenticationResult> {
    try {
      return keep(key, await pending);
    } finally {
      underWay.delete(key);
    }
  }

  return {
    authenticateToken(token) {
      const key = hash('sha256', token, 'base64');
      const entry = entries.get(key);
      if (entry !== undefined && entry.expiresMs > clock.monotonic()) return entry.result;
      const shared = underWay.get(key);
      if (shared !== undefined) return shared;
      const result = inner.authenticateToken(token);
      if (!(result instanceof Promise)) return keep(key, result);
      const pending = wait(key, result);
      underWay.set(key, pending);
      return pending;
    },
  };
}
