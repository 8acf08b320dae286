/**
 * The whole of authentication: every authenticator in order, the first success wins. Bad credentials are never treated
 * as no credentials: they fail even where anonymous requests are allowed.
 */
import { aggregateErrors } from '../base/aggregate.ts';
import type { UserInfo } from '../meta/user.ts';
import { GROUP_AUTHENTICATED, GROUP_UNAUTHENTICATED, USER_ANONYMOUS } from '../meta/well-known-users.ts';
import type { AuthenticationResult, Authenticator, Credentials } from './authenticator.ts';

export const UNKNOWN: AuthenticationResult = { kind: 'unknown' };

type Authenticated = Extract<AuthenticationResult, { kind: 'authenticated' }>;

export interface UnionOptions {
  /** Front proxy, client certificate, bearer token, bearer token in a WebSocket subprotocol: in this order. */
  readonly authenticators: readonly Authenticator[];
  /** Who a request without credentials is; null: nobody. */
  readonly anonymous: Authenticator | null;
  /** Audiences of this server; a credential made for others is refused. Empty: any. */
  readonly apiAudiences: readonly string[];
}

/** Users that come out are in system:authenticated. */
export function createUnionAuthenticator(options: UnionOptions): Authenticator {
  const { authenticators, anonymous, apiAudiences } = options;
  /** Authenticators hand out the same result object for the same credential, so what is added to it is added once. */
  const finished = new WeakMap<Authenticated, AuthenticationResult>();

  function finish(result: Authenticated): AuthenticationResult {
    let done = finished.get(result);
    if (done === undefined) {
      done = audiencesFit(apiAudiences, result.audiences)
        ? withAuthenticatedGroup(result)
        : { kind: 'failed', error: audienceText(result.audiences, apiAudiences) };
      finished.set(result, done);
    }
    return done;
  }

  function none(
    credentials: Credentials,
    errors: readonly string[],
  ): AuthenticationResult | Promise<AuthenticationResult> {
    if (errors.length > 0) return { kind: 'failed', error: aggregateErrors(errors) };
    return anonymous === null ? UNKNOWN : anonymous.authenticate(credentials);
  }

  async function goOn(
    credentials: Credentials,
    from: number,
    pending: Promise<AuthenticationResult>,
    errors: string[],
  ): Promise<AuthenticationResult> {
    let result = await pending;
    for (let i = from; ; i++) {
      if (result.kind === 'authenticated') return finish(result);
      if (result.kind === 'failed') errors.push(result.error);
      const next = authenticators[i];
      if (next === undefined) return none(credentials, errors);
      result = await next.authenticate(credentials);
    }
  }

  return {
    authenticate(credentials) {
      let errors: string[] | null = null;
      for (let i = 0; i < authenticators.length; i++) {
        const result = authenticators[i]!.authenticate(credentials);
        if (result instanceof Promise) return goOn(credentials, i + 1, result, errors ?? []);
        if (result.kind === 'authenticated') return finish(result);
        if (result.kind === 'failed') {
          errors ??= [];
          errors.push(result.error);
        }
      }
      return none(credentials, errors ?? []);
    },
  };
}

function withAuthenticatedGroup(result: Authenticated): AuthenticationResult {
  const { user } = result;
  const { groups } = user;
  if (user.name === USER_ANONYMOUS || groups.includes(GROUP_AUTHENTICATED) || groups.includes(GROUP_UNAUTHENTICATED)) {
    return result;
  }
  const member: UserInfo = {
    name: user.name,
    uid: user.uid,
    groups: [...groups, GROUP_AUTHENTICATED],
    extra: user.extra,
  };
  return { kind: 'authenticated', user: member, audiences: result.audiences };
}

function audiencesFit(accepted: readonly string[], given: readonly string[]): boolean {
  return accepted.length === 0 || given.length === 0 || given.some((audience) => accepted.includes(audience));
}

function audienceText(given: readonly string[], accepted: readonly string[]): string {
  return `unable to match the audience: [${given.join(' ')}] , accepted: [${accepted.join(' ')}]`;
}
