/**
 * What a request is served as. It is read off the RequestInfo that authorization was asked about, and a path that does not say
 * exactly that is not served: so nobody gets what nobody allowed.
 */
import type { Resource, ResourceTable, Subresource } from '../../registry/resource.ts';
import { resourceKey } from '../../registry/resource.ts';
import type { RequestInfo } from '../request-info.ts';

export interface Target {
  readonly resource: Resource;
  /** Null: the main resource. */
  readonly subresource: Subresource | null;
  /** '' for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** From the path; '' for collections. */
  readonly name: string;
}

/** Null: there is no such path. */
export function targetOf(info: RequestInfo, resources: ResourceTable): Target | null {
  const resource = resources.get(resourceKey(info.group, info.version, info.resource));
  if (resource === undefined) return null;
  const subresource = info.subresource === '' ? null : resource.subresources.get(info.subresource);
  if (subresource === undefined || (subresource !== null && info.verbByPath)) return null;
  const name = info.parts[1] ?? '';
  const namespace = resource.namespaced ? info.namespace : '';
  if (resource.namespaced && namespace === '' && name !== '') return null;
  // Nothing of the cluster is in a namespace, but for the namespace itself.
  if (!resource.namespaced && info.namespace !== '' && !(isNamespaces(resource) && info.namespace === name))
    return null;
  return saysExactly(info, pathOf(info, resource, namespace, name), subresource)
    ? { resource, subresource, namespace, name }
    : null;
}

function isNamespaces(resource: Resource): boolean {
  return resource.name === 'namespaces' && resource.group === '';
}

/** The one way to write it. */
function pathOf(info: RequestInfo, resource: Resource, namespace: string, name: string): string {
  const root = info.group === '' ? `/api/${info.version}` : `/apis/${info.group}/${info.version}`;
  const watch = info.verbByPath ? '/watch' : '';
  const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
  const object = name === '' ? '' : `/${name}`;
  const sub = info.subresource === '' ? '' : `/${info.subresource}`;
  return `${root}${watch}${scope}/${resource.name}${object}${sub}`;
}

/** Slashes at the end count for nothing; what follows `proxy` is the path behind it. */
function saysExactly(info: RequestInfo, path: string, subresource: Subresource | null): boolean {
  const said = info.path;
  if (said === path) return true;
  if (!said.startsWith(`${path}/`)) return false;
  if (subresource !== null && subresource.name === 'proxy') return true;
  for (let at = path.length; at < said.length; at++) if (said.charCodeAt(at) !== 0x2f) return false;
  return true;
}
