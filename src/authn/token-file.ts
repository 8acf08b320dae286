/** The static token file (`--token-auth-file`): CSV lines of `token,user,uid[,"group1,group2"]`. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { UserInfo } from '../meta/user.ts';
import type { AuthenticationResult } from './authenticator.ts';
import type { TokenAuthenticator } from './bearer-token.ts';
import { parseCsv } from './csv.ts';
import { UNKNOWN } from './union.ts';

export interface TokenFileOptions {
  readonly path: string;
  readonly text: string;
  /** Told of lines that are passed over or replace an earlier one. */
  readonly warn: (text: string) => void;
}

interface Entry {
  readonly digest: Buffer;
  readonly result: AuthenticationResult;
}

/** Throws an Error with upstream's text for a malformed file. */
export function createTokenFileAuthenticator(options: TokenFileOptions): TokenAuthenticator {
  // Only digests are kept and compared: how long a look-up takes tells nothing of the tokens.
  const entries = new Map<string, Entry>();
  for (const [token, user] of parseTokenFile(options)) {
    const digest = digestOf(token);
    entries.set(digest.toString('latin1'), { digest, result: { kind: 'authenticated', user, audiences: [] } });
  }
  return {
    authenticateToken(token) {
      const digest = digestOf(token);
      const entry = entries.get(digest.toString('latin1'));
      return entry !== undefined && timingSafeEqual(entry.digest, digest) ? entry.result : UNKNOWN;
    },
  };
}

export function parseTokenFile(options: TokenFileOptions): Map<string, UserInfo> {
  const { path, warn } = options;
  const users = new Map<string, UserInfo>();
  let number = 0;
  for (const record of parseCsv(options.text)) {
    const [token = '', name = '', uid = '', groups] = record;
    if (record.length < 3) {
      throw new Error(
        `token file '${path}' must have at least 3 columns (token, user name, user uid), found ${record.length}`,
      );
    }
    number++;
    if (token === '') {
      warn(`empty token has been found in token file '${path}', record number '${number}'`);
      continue;
    }
    if (users.has(token)) warn(`duplicate token has been found in token file '${path}', record number '${number}'`);
    users.set(token, { name, uid, groups: groups === undefined ? [] : groups.split(','), extra: {} });
  }
  if (users.size === 0) warn(`token file '${path}' holds no token`);
  return users;
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
