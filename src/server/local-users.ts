/** Who speaks through the in-process transport: the server itself, or a control loop as its service account. */
import type { UserInfo } from '../meta/user.ts';
import {
  GROUP_AUTHENTICATED,
  GROUP_MASTERS,
  parseServiceAccountUserName,
  serviceAccountGroups,
  USER_APISERVER,
} from '../meta/well-known-users.ts';

export function localUser(name: string): UserInfo {
  if (name === USER_APISERVER) return { name, uid: '', groups: [GROUP_MASTERS, GROUP_AUTHENTICATED], extra: {} };
  const account = parseServiceAccountUserName(name);
  const groups = account === null ? [] : serviceAccountGroups(account.namespace);
  return { name, uid: '', groups: [...groups, GROUP_AUTHENTICATED], extra: {} };
}
