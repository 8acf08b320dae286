/** The shape of the generated resource list (`src/generated/resources.ts`): what the API server serves, as discovery shows it. */

export interface ResourceList {
  /** In the order of `/apis`; the core group is '' and comes first. */
  readonly groups: readonly GroupRow[];
  /** By group (in that order), version (preferred first) and plural. */
  readonly resources: readonly ResourceRow[];
}

export interface GroupRow {
  readonly name: string;
  /** APIService groupPriorityMinimum */
  readonly priority: number;
  /** Preferred version first. */
  readonly versions: readonly GroupVersionRow[];
}

export interface GroupVersionRow {
  readonly version: string;
  /** APIService versionPriority */
  readonly priority: number;
  /** Served without --runtime-config. */
  readonly default: boolean;
}

export interface ResourceRow {
  /** '' for the core group */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Definition name in the type table. */
  readonly type: string;
  /** Plural, as in paths: `pods`. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Sorted. */
  readonly verbs: readonly string[];
  /** Null: has no list. */
  readonly listKind: string | null;
  /** Served without --runtime-config. */
  readonly default: boolean;
  /** Null: not stored (reviews, bindings, component statuses). */
  readonly storage: ResourceStorageRow | null;
  readonly subresources: readonly SubresourceRow[];
}

export interface ResourceStorageRow {
  /** apiVersion of the stored form: `apps/v1`. */
  readonly apiVersion: string;
  /** storageVersionHash in discovery */
  readonly hash: string;
  /** `/registry/services/specs/`: the key without namespace and name. */
  readonly prefix: string;
  /** Body of a successful immediate delete. */
  readonly deleteReturns: 'object' | 'Status';
}

export interface SubresourceRow {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Definition name of `kind`. */
  readonly type: string;
  readonly verbs: readonly string[];
}
