import { GROUP_UNAUTHENTICATED, USER_ANONYMOUS } from '../meta/well-known-users.ts';
import type { AuthenticationResult, Authenticator } from './authenticator.ts';
import { UNKNOWN } from './union.ts';

const ANONYMOUS: AuthenticationResult = {
  kind: 'authenticated',
  user: { name: USER_ANONYMOUS, uid: '', groups: [GROUP_UNAUTHENTICATED], extra: {} },
  audiences: [],
};

/** `paths`: the only request paths open to anonymous requests; empty: all (KEP-4633). */
export function createAnonymousAuthenticator(paths: readonly string[]): Authenticator {
  if (paths.length === 0) return { authenticate: () => ANONYMOUS };
  const open = new Set(paths);
  return { authenticate: (credentials) => (open.has(credentials.path) ? ANONYMOUS : UNKNOWN) };
}
