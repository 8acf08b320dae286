/** Users and groups that Kubernetes itself gives a meaning. */

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
  if (parts.length !== 2 || namespace.length > 63 || namespace.includes('.')) return null;
  return isDnsSubdomain(namespace) && isDnsSubdomain(name) ? { namespace, name } : null;
}

/** The node's name, or null when this is not the user of a node. */
export function parseNodeUserName(userName: string): string | null {
  if (!userName.startsWith(NODE_PREFIX)) return null;
  const name = userName.slice(NODE_PREFIX.length);
  return isDnsSubdomain(name) ? name : null;
}

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123 subdomain of at most 253 characters: what names of most objects are. */
function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}
