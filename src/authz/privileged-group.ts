import { GROUP_MASTERS } from '../meta/well-known-users.ts';
import type { AuthorizationResult, Authorizer } from './authorizer.ts';

const ALLOW: AuthorizationResult = { decision: 'allow', reason: '', error: '' };
const NO_OPINION: AuthorizationResult = { decision: 'no-opinion', reason: '', error: '' };

/** Stands before all other authorizers: members of system:masters may do everything, whatever roles there are. */
export function createPrivilegedGroupAuthorizer(): Authorizer {
  return { authorize: ({ user }) => (user.groups.includes(GROUP_MASTERS) ? ALLOW : NO_OPINION) };
}
