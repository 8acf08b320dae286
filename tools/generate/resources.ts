/** Makes the resource list from resources.json. */
import type {
  GroupRow,
  GroupVersionRow,
  ResourceList,
  ResourceRow,
  SubresourceRow,
} from '../../src/schema/resource-table.ts';
import type { GoFacts } from './go-facts.ts';

export interface ResourcesInput {
  readonly _about: {
    readonly groupPriority: {
      readonly [group: string]: {
        readonly groupPriorityMinimum: number;
        readonly versionPriority: { readonly [version: string]: number };
      };
    };
  };
  readonly default: readonly InputResource[];
  readonly offByDefault: readonly InputResource[];
}

interface InputResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly listKind?: string;
  readonly storageVersion: string | null;
  readonly storageVersionHash?: string;
  readonly etcdPath?: string;
  readonly deleteReturns?: 'object' | 'Status';
  readonly subresources?: readonly Omit<SubresourceRow, 'type'>[];
}

/** APIService versionPriority where the input names none, by the kind of version. */
const PRIORITIES: readonly (readonly [RegExp, number])[] = [
  [/^v\d+$/, 20],
  [/^v\d+beta\d+$/, 12],
  [/^v\d+alpha\d+$/, 1],
];

export function buildResources(input: ResourcesInput, go: GoFacts): ResourceList {
  const types = new Map(go.kinds.map((k) => [`${k.group === 'core' ? '' : k.group}/${k.version}/${k.kind}`, k.type]));
  const groups = buildGroups(input);
  const order = groups.flatMap((group) => group.versions.map((version) => `${group.name}/${version.version}`));
  const resources = [
    ...input.default.map((resource) => buildRow(resource, true, types)),
    ...input.offByDefault.map((resource) => buildRow(resource, false, types)),
  ];
  const rank = (row: ResourceRow): number => order.indexOf(`${row.group}/${row.version}`);
  resources.sort((a, b) => rank(a) - rank(b) || (a.plural < b.plural ? -1 : 1));
  return { groups, resources };
}

function buildGroups(input: ResourcesInput): GroupRow[] {
  const versions = new Map<string, Map<string, GroupVersionRow>>();
  const add = (resource: InputResource, byDefault: boolean): void => {
    const given = input._about.groupPriority[resource.group === '' ? 'core' : resource.group]?.versionPriority;
    const priority =
      given?.[resource.version] ?? PRIORITIES.find(([pattern]) => pattern.test(resource.version))?.[1] ?? 1;
    const rows = versions.get(resource.group) ?? new Map<string, GroupVersionRow>();
    versions.set(resource.group, rows);
    if (!rows.has(resource.version))
      rows.set(resource.version, { version: resource.version, priority, default: byDefault });
  };
  for (const resource of input.default) add(resource, true);
  for (const resource of input.offByDefault) add(resource, false);
  const groups = [...versions].map(([name, rows]): GroupRow => {
    const priority = input._about.groupPriority[name === '' ? 'core' : name]?.groupPriorityMinimum;
    if (priority === undefined && name !== 'apiregistration.k8s.io') throw new Error(`no priority for ${name}`);
    const sorted = [...rows.values()].sort((a, b) => b.priority - a.priority || (a.version > b.version ? -1 : 1));
    return { name, priority: priority ?? 18000, versions: sorted };
  });
  // The legacy group first, then the aggregator's own, as `/apis` shows them.
  const first = (group: GroupRow): number =>
    group.name === '' ? 2e6 : group.name === 'apiregistration.k8s.io' ? 1e6 : group.priority;
  return groups.sort((a, b) => first(b) - first(a) || (a.name < b.name ? -1 : 1));
}

function buildRow(input: InputResource, byDefault: boolean, types: ReadonlyMap<string, string>): ResourceRow {
  const typeOf = (group: string, version: string, kind: string): string => {
    const type = types.get(`${group}/${version}/${kind}`);
    if (type === undefined) throw new Error(`no Go type for ${group}/${version} ${kind}`);
    return type;
  };
  const stored = input.storageVersion !== null;
  return {
    group: input.group,
    version: input.version,
    kind: input.kind,
    type: typeOf(input.group, input.version, input.kind),
    plural: input.plural,
    singular: input.singular,
    shortNames: input.shortNames,
    categories: input.categories,
    namespaced: input.namespaced,
    verbs: input.verbs,
    listKind: input.listKind ?? null,
    default: byDefault,
    storage: stored
      ? {
          apiVersion: input.storageVersion,
          hash: input.storageVersionHash!,
          prefix: input.etcdPath!.replace(/<.*$/, ''),
          deleteReturns: input.deleteReturns!,
        }
      : null,
    subresources: (input.subresources ?? []).map(({ name, group, version, kind, verbs }) => {
      return { name, group, version, kind, type: typeOf(group, version, kind), verbs };
    }),
  };
}
