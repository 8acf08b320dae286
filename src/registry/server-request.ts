/** Writes of the server's own, beside those that clients ask for. */
import { USER_APISERVER } from '../meta/well-known-users.ts';
import type { WriteRequest } from './prepare.ts';
import type { Caller } from './registry.ts';
import type { Resource } from './resource.ts';

const SERVER: Caller = {
  user: { name: USER_APISERVER, uid: '', groups: ['system:authenticated', 'system:masters'], extra: {} },
  defaultFieldManager: 'kube-apiserver',
  warn: () => {},
};

/** `namespace`: '' for what has none. */
export function serverRequest(resource: Resource, namespace: string, name: string): WriteRequest {
  return {
    resource,
    subresource: '',
    namespace,
    name,
    caller: SERVER,
    dryRun: false,
    fieldManager: '',
    bodyBytes: 0,
  };
}
