/** Joins published facts, behaviour and store into the table of served resources. */
import { apiVersionOf, type KubeObject } from '../meta/object.ts';
import { compileType } from '../schema/compile.ts';
import { compileEncoder } from '../schema/encode.ts';
import type { ResourceRow, SubresourceRow } from '../schema/resource-table.ts';
import type { TypeTable } from '../schema/type-table.ts';
import type { CacheOptions, ResourceCache } from '../store/cache.ts';
import type { Behavior, Conversion } from './definition.ts';
import { type Entry, type Extract, entryOf } from './entry.ts';
import { type Resource, type ResourceTable, resourceKey, type Storage, type Subresource } from './resource.ts';

export interface TableParts {
  /** The rows to serve, preferred versions first within a group. */
  readonly rows: readonly ResourceRow[];
  /** All rows, served or not: a stored form may be a version that is not served. */
  readonly allRows: readonly ResourceRow[];
  readonly types: TypeTable;
  /** By `<group>/<plural>`. */
  readonly behaviors: Readonly<Record<string, Behavior>>;
  /** By `<group>/<version>/<plural>`. */
  readonly conversions: Readonly<Record<string, Conversion>>;
  readonly openCache: (options: CacheShape) => ResourceCache<Entry>;
  readonly eventTtlSeconds: number;
}

/** What the store is told of a resource. */
export type CacheShape = Pick<CacheOptions<Entry>, 'prefix' | 'toEntry' | 'indexOf'>;

export function compileResources(parts: TableParts): ResourceTable {
  const storages = new Map<string, Storage>();
  const table = new Map<string, Resource>();
  for (const row of parts.rows) {
    if (row.storage !== null && !storages.has(row.storage.prefix))
      storages.set(row.storage.prefix, compileStorage(parts, row));
  }
  for (const row of parts.rows) {
    const storage = row.storage === null ? null : (storages.get(row.storage.prefix) ?? null);
    table.set(resourceKey(row.group, row.version, row.plural), compileResource(parts, row, storage));
  }
  return table;
}

function compileResource(parts: TableParts, row: ResourceRow, storage: Storage | null): Resource {
  const conversion = parts.conversions[`${row.group}/${row.version}/${row.plural}`] ?? null;
  const apiVersion = apiVersionOf(row.group, row.version);
  const wire = storage !== null && storage.wireApiVersion === apiVersion;
  const type = lazy(() => compileType(parts.types, row.type));
  const encode = lazy(() => compileEncoder(type()));
  return {
    gvk: { group: row.group, version: row.version, kind: row.kind },
    group: row.group,
    version: row.version,
    apiVersion,
    kind: row.kind,
    listKind: row.listKind ?? '',
    name: row.plural,
    namespaced: row.namespaced,
    verbs: new Set(row.verbs),
    groupResource: { group: row.group, resource: row.plural },
    groupKind: { group: row.group, resource: row.kind },
    header: wire ? storage.wireHeader : header(row.kind, apiVersion),
    get type() {
      return type();
    },
    encode: (object) => encode()(object),
    conversion,
    fieldAliases: { ...storage?.behavior.fieldLabelAliases, ...conversion?.fieldLabelAliases },
    subresources: new Map(row.subresources.map((sub) => [sub.name, compileSubresource(parts, sub)])),
    printer: storage?.behavior.printer ?? parts.behaviors[`${row.group}/${row.plural}`]?.printer ?? null,
    storage,
  };
}

function compileSubresource(parts: TableParts, row: SubresourceRow): Subresource {
  const type = lazy(() => (row.type === '' ? null : compileType(parts.types, row.type)));
  return {
    name: row.name,
    gvk: { group: row.group, version: row.version, kind: row.kind },
    verbs: new Set(row.verbs),
    get type() {
      return type();
    },
  };
}

function compileStorage(parts: TableParts, row: ResourceRow): Storage {
  if (row.storage === null) throw new Error(`${row.plural} is not stored`);
  const { apiVersion, prefix } = row.storage;
  // The row of the stored version names the group whose behaviour counts (events: the core group's).
  const stored =
    parts.allRows.find(
      (other) => other.storage?.prefix === prefix && apiVersionOf(other.group, other.version) === apiVersion,
    ) ?? row;
  const behavior = parts.behaviors[`${stored.group}/${stored.plural}`];
  if (behavior === undefined) throw new Error(`no behaviour for ${stored.group}/${stored.plural}`);
  const wireApiVersion = wireVersion(parts, prefix) ?? apiVersion;
  const type = lazy(() => compileType(parts.types, stored.type));
  const encode = lazy(() => compileEncoder(type()));
  const cache = lazy(() =>
    parts.openCache({ prefix, toEntry: makeEntry, indexOf: behavior.indexLabel === null ? null : indexOfEntry }),
  );
  const storage: Storage = {
    groupResource: { group: stored.group, resource: stored.plural },
    prefix,
    namespaced: row.namespaced,
    kind: row.kind,
    apiVersion,
    storageHeader: header(row.kind, apiVersion),
    wireHeader: header(row.kind, wireApiVersion),
    wireApiVersion,
    get type() {
      return type();
    },
    encode: (object: KubeObject) => encode()(object),
    behavior,
    fieldLabels: behavior.fieldLabels === null ? [] : Object.keys(behavior.fieldLabels),
    ttlSeconds: behavior.ttl === 'event-ttl' ? parts.eventTtlSeconds : null,
    get cache() {
      return cache();
    },
  };
  function makeEntry(
    key: string,
    value: Buffer,
    revision: number,
    _createRevision: number,
    attachment: unknown,
  ): Entry {
    return entryOf(storage, key, value, revision, attachment as Extract | null);
  }
  return storage;
}

function indexOfEntry(entry: Entry): string {
  return entry.index;
}

/** The first served version whose form is the stored one: its wire bytes are kept in memory. */
function wireVersion(parts: TableParts, prefix: string): string | null {
  const row = parts.rows.find(
    (other) =>
      other.storage?.prefix === prefix &&
      parts.conversions[`${other.group}/${other.version}/${other.plural}`] === undefined,
  );
  return row === undefined ? null : apiVersionOf(row.group, row.version);
}

function header(kind: string, apiVersion: string): Buffer {
  return Buffer.from(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`);
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
