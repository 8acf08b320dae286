/** Which resources are served: the defaults, changed by --runtime-config. */
import { apiVersionOf } from '../meta/object.ts';
import type { ResourceList, ResourceRow } from '../schema/resource-table.ts';
import { OperatorError } from './config.ts';

const CLASSES = new Set(['api/all', 'api/ga', 'api/beta', 'api/alpha']);

/** Rows in the order of the list. Throws OperatorError for a key that names nothing. */
export function servedRows(list: ResourceList, runtimeConfig: Readonly<Record<string, boolean>>): ResourceRow[] {
  checkKeys(list, runtimeConfig);
  return list.resources.filter((row) => isServed(row, runtimeConfig));
}

/** The closest setting counts: the resource, then its version, then its class, then all. */
function isServed(row: ResourceRow, settings: Readonly<Record<string, boolean>>): boolean {
  const version = apiVersionOf(row.group, row.version);
  return (
    settings[`${version}/${row.plural}`] ??
    settings[version] ??
    (version === 'v1' ? settings['api/v1'] : undefined) ??
    settings[classOf(row.version)] ??
    settings['api/all'] ??
    row.default
  );
}

function classOf(version: string): string {
  if (version.includes('alpha')) return 'api/alpha';
  return version.includes('beta') ? 'api/beta' : 'api/ga';
}

function checkKeys(list: ResourceList, settings: Readonly<Record<string, boolean>>): void {
  const known = new Set([...CLASSES, 'api/v1']);
  for (const row of list.resources) {
    const version = apiVersionOf(row.group, row.version);
    known.add(version);
    known.add(`${version}/${row.plural}`);
  }
  const unknown = Object.keys(settings).filter((key) => !known.has(key));
  if (unknown.length > 0)
    throw new OperatorError(`--runtime-config names what this server does not have: ${unknown.join(', ')}`);
}

export function servesVersion(rows: readonly ResourceRow[]): (group: string, version: string) => boolean {
  const served = new Set(rows.map((row) => apiVersionOf(row.group, row.version)));
  return (group, version) => served.has(apiVersionOf(group, version));
}
