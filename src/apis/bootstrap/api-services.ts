/** One APIService per served group and version, kept by the server itself. */
import type { KubeObject } from '../../meta/object.ts';
import type { ResourceList } from '../../schema/resource-table.ts';
import { sameValues } from '../semantic.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export const AUTOMANAGED_LABEL = 'kube-aggregator.kubernetes.io/automanaged';

const SPEC_TYPE = 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec';

export interface ServedGroupVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** 'onstart': a built-in one, made at start; 'true': from a CustomResourceDefinition, follows it at all times. */
  readonly automanaged: 'onstart' | 'true';
}

/** Priorities of every group that comes from a CustomResourceDefinition. */
export const CRD_GROUP_PRIORITY = 1000;
export const CRD_VERSION_PRIORITY = 100;

export function builtInGroupVersions(
  list: ResourceList,
  served: (group: string, version: string) => boolean,
): ServedGroupVersion[] {
  const out: ServedGroupVersion[] = [];
  for (const group of list.groups) {
    for (const { version, priority } of group.versions) {
      if (!served(group.name, version)) continue;
      out.push({
        group: group.name,
        version,
        groupPriority: group.priority,
        versionPriority: priority,
        automanaged: 'onstart',
      });
    }
  }
  return out;
}

/** `now`: RFC 3339. */
export function localApiService(served: ServedGroupVersion, now: string): KubeObject {
  const condition = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: now,
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${served.version}.${served.group}`, labels: { [AUTOMANAGED_LABEL]: served.automanaged } },
    spec: {
      ...(served.group === '' ? {} : { group: served.group }),
      version: served.version,
      groupPriorityMinimum: served.groupPriority,
      versionPriority: served.versionPriority,
    },
    status: { conditions: [condition] },
  };
}

/** An administrator who removes the label takes the object over. */
export function reconcileApiService(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing === null) return create(desired);
  const label = existing.metadata.labels?.[AUTOMANAGED_LABEL];
  if (label !== 'onstart' && label !== 'true') return null;
  const wanted = desired.metadata.labels?.[AUTOMANAGED_LABEL] ?? 'onstart';
  if (label === wanted && sameValues(SPEC_TYPE, existing['spec'], desired['spec'])) return null;
  const labels = { ...existing.metadata.labels, [AUTOMANAGED_LABEL]: wanted };
  return update({ ...existing, metadata: { ...existing.metadata, labels }, spec: desired['spec'] });
}

/** Names of built-in APIServices that are no longer served: to be deleted at start. */
export function staleApiServices(existing: readonly KubeObject[], desired: readonly KubeObject[]): string[] {
  const names = new Set(desired.map((o) => o.metadata.name));
  return existing
    .filter((o) => o.metadata.labels?.[AUTOMANAGED_LABEL] === 'onstart' && !names.has(o.metadata.name))
    .map((o) => o.metadata.name ?? '');
}
