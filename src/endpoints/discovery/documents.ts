/** The unaggregated discovery documents: APIVersions, APIGroupList, APIGroup, APIResourceList (meta/v1). */
import { apiVersionOf } from '../../meta/object.ts';
import type { GroupRow, SubresourceRow } from '../../schema/resource-table.ts';
import type { DiscoveryRow, DiscoveryTable } from './rows.ts';

/** An entry of an APIResourceList: `pods` or `pods/log`. */
interface ApiResource {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** `/api`; `serverAddress`: host and port under which clients reach the server. */
export function apiVersions(serverAddress: string): unknown {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis` */
export function apiGroupList(table: DiscoveryTable): unknown {
  const groups = table.groups.filter(({ name }) => name !== '').map(groupBody);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/<group>`; null: no such group. */
export function apiGroup(table: DiscoveryTable, name: string): unknown {
  const group = table.groups.find((row) => row.name === name);
  return group === undefined || name === '' ? null : { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) };
}

/** `/api/v1` and `/apis/<group>/<version>`; null: no such version. */
export function apiResourceList(table: DiscoveryTable, group: string, version: string): unknown {
  if (!table.groups.some((row) => row.name === group && row.versions.some((v) => v.version === version))) return null;
  const resources: ApiResource[] = [];
  for (const row of table.resources) {
    if (row.group !== group || row.version !== version) continue;
    resources.push(mainResource(row));
    for (const subresource of row.subresources) resources.push(subresourceOf(row, subresource));
  }
  resources.sort((a, b) => (a.name < b.name ? -1 : 1));
  // Upstream's oldest document has no apiVersion.
  const head = group === '' ? { kind: 'APIResourceList' } : { kind: 'APIResourceList', apiVersion: 'v1' };
  return { ...head, groupVersion: apiVersionOf(group, version), resources };
}

function groupBody(group: GroupRow): { name: string; versions: unknown[]; preferredVersion: unknown } {
  const versions = group.versions.map(({ version }) => ({
    groupVersion: apiVersionOf(group.name, version),
    version,
  }));
  return { name: group.name, versions, preferredVersion: versions[0] };
}

function mainResource(row: DiscoveryRow): ApiResource {
  return {
    name: row.plural,
    singularName: row.singular,
    namespaced: row.namespaced,
    kind: row.kind,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(row.storage !== null && row.storage.hash !== '' ? { storageVersionHash: row.storage.hash } : {}),
  };
}

function subresourceOf(row: DiscoveryRow, subresource: SubresourceRow): ApiResource {
  const foreign = subresource.group !== row.group || subresource.version !== row.version;
  return {
    name: `${row.plural}/${subresource.name}`,
    singularName: '',
    namespaced: row.namespaced,
    ...(foreign && subresource.group !== '' ? { group: subresource.group } : {}),
    ...(foreign && subresource.version !== '' ? { version: subresource.version } : {}),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}
