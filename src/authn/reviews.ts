/** The API of authentication.k8s.io: who am I, and whose token is this? */
import { badRequest } from '../meta/status.ts';
import { nowRfc3339 } from '../meta/time.ts';
import type { UserInfo } from '../meta/user.ts';
import { USER_ANONYMOUS } from '../meta/well-known-users.ts';
import type { Action } from '../registry/action.ts';
import type { AuthenticationResult, Authenticator } from './authenticator.ts';

/** `now`: milliseconds since 1970. */
export function selfSubjectReview(now: () => number): Action {
  return ({ object, user }) => ({
    ...(object.kind === undefined ? {} : { kind: object.kind }),
    ...(object.apiVersion === undefined ? {} : { apiVersion: object.apiVersion }),
    metadata: { creationTimestamp: nowRfc3339(now()) },
    status: { userInfo: userInfo(user) },
  });
}

export interface TokenReviewOptions {
  /** All of authentication, so that a token is reviewed as it would be accepted. */
  readonly authenticator: Authenticator;
  /** Audiences of this server, for which tokens without audiences of their own are good. */
  readonly apiAudiences: readonly string[];
}

export function tokenReview(options: TokenReviewOptions): Action {
  return async ({ object }) => {
    const { token = '', audiences = [] } = (object['spec'] ?? {}) as { token?: string; audiences?: readonly string[] };
    if (token === '') throw badRequest('token is required for TokenReview in authentication');
    const result = await options.authenticator.authenticate({
      authorization: `Bearer ${token}`,
      clientCertificate: null,
      header: () => undefined,
      path: '/',
    });
    return { ...object, status: statusOf(result, audiences, options.apiAudiences) };
  };
}

function statusOf(result: AuthenticationResult, wanted: readonly string[], accepted: readonly string[]): object {
  if (result.kind === 'failed') return { user: {}, error: result.error };
  // A token of spaces is no token, and a request without one is anonymous; nobody must take that for a good token.
  if (result.kind === 'unknown' || result.user.name === USER_ANONYMOUS) return { user: {} };
  const asked = wanted.length === 0 ? accepted : wanted;
  const made = result.audiences.length === 0 ? accepted : result.audiences;
  const audiences = made.filter((audience) => asked.includes(audience));
  if (asked.length > 0 && audiences.length === 0) return { user: {}, error: 'invalid bearer token' };
  return {
    authenticated: true,
    user: userInfo(result.user),
    ...(audiences.length === 0 ? {} : { audiences }),
  };
}

function userInfo(user: UserInfo): object {
  return {
    username: user.name,
    ...(user.uid === '' ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }),
    ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
  };
}
