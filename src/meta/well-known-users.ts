/** Users and groups that Kubernetes itself gives a meaning. */
import { dns1123LabelProblems, dns1123SubdomainProblems } from './names.ts';

export const USER_ANONYMOUS = 'system:anonymous';
export const USER_APISERVER = 'system:apiserver';
export const GROUP_MASTERS = 'system:masters';
export const GROUP_AUTHENTICATED = 'system:authenticated';
export const GROUP_UNAUTHENTICATED = 'system:unauthenticated';
export const GROUP_NODES = 'system:nodes';
export const GROUP_SERVICE_ACCOUNTS = 'system:serviceaccounts';

/** Key of UserInfo.extra: which credential was shown. */
export const EXTRA_CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';
/** Key of UserInfo.extra of service accounts whose token is bound to a pod on a node. */
export const EXTRA_NODE_NAME = 'authentication.kubernetes.io/node-name';

const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';
const NODE_PREFIX = 'system:node:';

export function serviceAccountUserName(namespace: string, name: string): string {
  return `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`;
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return [GROUP_SERVICE_ACCOUNTS, `${GROUP_SERVICE_ACCOUNTS}:${namespace}`];
}

/** Null: not the name of a service account. */
export function parseServiceAccountUserName(userName: string): { namespace: string; name: string } | null {
  if (!userName.startsWith(SERVICE_ACCOUNT_PREFIX)) return null;
  const parts = userName.slice(SERVICE_ACCOUNT_PREFIX.length).split(':', 3);
  const [namespace = '', name = ''] = parts;
  if (parts.length !== 2 || dns1123LabelProblems(namespace).length > 0) return null;
  return dns1123SubdomainProblems(name).length === 0 ? { namespace, name } : null;
}

/** The node's name, or null when this is not the user of a node. */
export function parseNodeUserName(userName: string): string | null {
  if (!userName.startsWith(NODE_PREFIX)) return null;
  const name = userName.slice(NODE_PREFIX.length);
  return dns1123SubdomainProblems(name).length === 0 ? name : null;
}
