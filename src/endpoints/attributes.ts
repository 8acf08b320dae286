/** What of a request authentication and authorization look at. */
import type { Credentials } from '../authn/authenticator.ts';
import type { AuthorizationAttributes } from '../authz/authorizer.ts';
import type { UserInfo } from '../meta/user.ts';
import { GROUP_UNAUTHENTICATED, USER_ANONYMOUS } from '../meta/well-known-users.ts';
import type { RequestContext } from './context.ts';

export function credentialsOf(ctx: RequestContext): Credentials {
  const { exchange } = ctx;
  return {
    authorization: exchange.header('authorization'),
    clientCertificate: exchange.clientCertificate(),
    header: (name) => exchange.header(name),
    path: ctx.info.path,
  };
}

export function isAnonymous(user: UserInfo): boolean {
  return user.name === USER_ANONYMOUS || user.groups.includes(GROUP_UNAUTHENTICATED);
}

export function attributesOf(ctx: RequestContext): AuthorizationAttributes {
  const { info } = ctx;
  return {
    user: ctx.user,
    verb: info.verb,
    isResource: info.isResource,
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    path: info.path,
  };
}
