/** Aggregated discovery (KEP-3352): everything that is served in one document, apidiscovery.k8s.io/v2. */
import type { GroupRow, SubresourceRow } from '../../schema/resource-table.ts';
import type { DiscoveryRow, DiscoveryTable } from './rows.ts';

/** `core`: of `/api`, else of `/apis`. */
export function groupDiscoveryList(table: DiscoveryTable, core: boolean): unknown {
  const byVersion = new Map<string, DiscoveryRow[]>();
  for (const row of table.resources) {
    const key = `${row.group}/${row.version}`;
    const rows = byVersion.get(key);
    if (rows === undefined) byVersion.set(key, [row]);
    else rows.push(row);
  }
  const groups = table.groups.filter(({ name }) => (name === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => groupItem(group, byVersion)),
  };
}

function groupItem(group: GroupRow, byVersion: ReadonlyMap<string, readonly DiscoveryRow[]>): unknown {
  return {
    metadata: { ...(group.name === '' ? {} : { name: group.name }), creationTimestamp: null },
    versions: group.versions.map(({ version }) => {
      const rows = [...(byVersion.get(`${group.name}/${version}`) ?? [])];
      rows.sort((a, b) => (a.plural < b.plural ? -1 : 1));
      return { version, resources: rows.map(resourceItem), freshness: 'Current' };
    }),
  };
}

function resourceItem(row: DiscoveryRow): unknown {
  const full = row.custom === true;
  return {
    resource: row.plural,
    responseKind: { group: full ? row.group : '', version: full ? row.version : '', kind: row.kind },
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(row.subresources.length > 0
      ? { subresources: row.subresources.map((subresource) => subresourceItem(row, subresource)) }
      : {}),
  };
}

/** Group and version are written only where they differ from those around, unless the resource is a custom one. */
function subresourceItem(row: DiscoveryRow, { name, group, version, kind, verbs }: SubresourceRow): unknown {
  const written = row.custom === true || group !== row.group || version !== row.version;
  const responseKind = { group: written ? group : '', version: written ? version : '', kind };
  return { subresource: name, responseKind, verbs };
}
