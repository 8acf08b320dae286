import type { GroupRow, ResourceRow } from '../../schema/resource-table.ts';

/** A served resource. `custom`: of a CustomResourceDefinition, whose kinds aggregated discovery writes in full. */
export type DiscoveryRow = ResourceRow & { readonly custom?: boolean };

/** All that is served now, in the order of `/apis`. Replaced as a whole, never changed: documents are kept for it. */
export interface DiscoveryTable {
  readonly groups: readonly GroupRow[];
  readonly resources: readonly DiscoveryRow[];
}

/** Groups and versions that have resources, by priority: as `/apis` lists them. */
export function discoveryTable(groups: readonly GroupRow[], resources: readonly DiscoveryRow[]): DiscoveryTable {
  const served = new Set(resources.map((row) => `${row.group}/${row.version}`));
  const kept: GroupRow[] = [];
  for (const group of groups) {
    const versions = group.versions.filter(({ version }) => served.has(`${group.name}/${version}`));
    if (versions.length > 0) kept.push({ ...group, versions });
  }
  // Stable: groups of one priority keep the order they came in, but that of the aggregator's own API is first.
  kept.sort((a, b) => b.priority - a.priority);
  return { groups: kept, resources };
}
