/** Flow schemas and priority levels of v1.36, and the rule by which the server keeps them (KEP-1040). */
import type { KubeObject } from '../../meta/object.ts';
import { sameValues } from '../semantic.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export const AUTOUPDATE_ANNOTATION = 'apf.kubernetes.io/autoupdate-spec';

const SPEC_TYPES: Readonly<Record<string, string>> = {
  FlowSchema: 'io.k8s.api.flowcontrol.v1.FlowSchemaSpec',
  PriorityLevelConfiguration: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
};

/** A built-in object. Mandatory ones are always forced to their built-in spec; suggested ones while users let them. */
export interface FlowControlDefault {
  readonly object: KubeObject;
  readonly mandatory: boolean;
}

export function defaultPriorityLevels(): FlowControlDefault[] {
  return [
    level('exempt', true, { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
    level('catch-all', true, limited(5, 0, null)),
    level('system', false, limited(30, 33, [64, 6, 50])),
    level('node-high', false, limited(40, 25, [64, 6, 50])),
    level('leader-election', false, limited(10, 0, [16, 4, 50])),
    level('workload-high', false, limited(40, 50, [128, 6, 50])),
    level('workload-low', false, limited(100, 90, [128, 6, 50])),
    level('global-default', false, limited(20, 50, [128, 6, 50])),
  ];
}

export function defaultFlowSchemas(): FlowControlDefault[] {
  const everyone = [group('system:unauthenticated'), group('system:authenticated')];
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] };
  return [
    schema('exempt', true, 'exempt', 1, null, [everything([group('system:masters')])]),
    schema('catch-all', true, 'catch-all', 10_000, 'ByUser', [everything(everyone)]),
    schema('system-nodes', false, 'system', 500, 'ByUser', [everything([group('system:nodes')])]),
    schema('system-node-high', false, 'node-high', 400, 'ByUser', [
      {
        subjects: [group('system:nodes')],
        resourceRules: [
          {
            verbs: ['*'],
            apiGroups: [''],
            resources: ['nodes', 'nodes/status'],
            clusterScope: true,
            namespaces: ['*'],
          },
          { verbs: ['*'], ...leases },
        ],
      },
    ]),
    schema('probes', false, 'exempt', 2, null, [
      {
        subjects: everyone,
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
      },
    ]),
    schema('system-leader-election', false, 'leader-election', 100, 'ByUser', [
      {
        subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), kubeSystemServiceAccounts()],
        resourceRules: [{ verbs: ['get', 'create', 'update'], ...leases }],
      },
    ]),
    schema('kube-controller-manager', false, 'workload-high', 800, 'ByNamespace', [
      everything([user('system:kube-controller-manager')]),
    ]),
    schema('kube-scheduler', false, 'workload-high', 800, 'ByNamespace', [everything([user('system:kube-scheduler')])]),
    schema('kube-system-service-accounts', false, 'workload-high', 900, 'ByNamespace', [
      everything([kubeSystemServiceAccounts()]),
    ]),
    schema('service-accounts', false, 'workload-low', 9_000, 'ByUser', [everything([group('system:serviceaccounts')])]),
    schema('global-default', false, 'global-default', 9_900, 'ByUser', [everything(everyone)]),
  ];
}

/** The spec that a mandatory FlowSchema or PriorityLevelConfiguration must have; null: the name is free. */
export function mandatorySpec(defaults: readonly FlowControlDefault[], name: string | undefined): unknown {
  return defaults.find((d) => d.mandatory && d.object.metadata.name === name)?.object['spec'] ?? null;
}

/**
 * The annotation says whether the server may overwrite the spec. An object that never had it and was never changed
 * (generation 1) counts as "true"; a changed one is left to its users, and the annotation then says so.
 */
export function reconcileFlowControl(existing: KubeObject | null, desired: FlowControlDefault): Reconciled {
  if (existing === null) return create(desired.object);
  const autoupdate = desired.mandatory || mayUpdate(existing);
  const annotation = String(autoupdate);
  const annotated = existing.metadata.annotations?.[AUTOUPDATE_ANNOTATION] === annotation;
  const spec = autoupdate ? desired.object['spec'] : existing['spec'];
  if (annotated && sameValues(SPEC_TYPES[desired.object.kind ?? ''] ?? '', existing['spec'], spec)) return null;
  const annotations = { ...existing.metadata.annotations, [AUTOUPDATE_ANNOTATION]: annotation };
  return update({ ...existing, metadata: { ...existing.metadata, annotations }, spec });
}

/** Names of objects that an earlier release suggested and nobody took over: to be deleted. */
export function obsoleteFlowControl(
  existing: readonly KubeObject[],
  defaults: readonly FlowControlDefault[],
): string[] {
  const known = new Set(defaults.map((d) => d.object.metadata.name));
  return existing
    .filter((o) => o.metadata.annotations?.[AUTOUPDATE_ANNOTATION] === 'true' && !known.has(o.metadata.name))
    .map((o) => o.metadata.name ?? '');
}

/** What server-side apply writes to a schema's status; null: it says so already. `levels`: names of those that exist. */
export function danglingStatus(schema: KubeObject, levels: ReadonlySet<string>, now: string): KubeObject | null {
  const { priorityLevelConfiguration: level } = schema['spec'] as { priorityLevelConfiguration: { name: string } };
  const found = levels.has(level.name);
  const condition = {
    type: 'Dangling',
    status: found ? 'False' : 'True',
    lastTransitionTime: now,
    reason: found ? 'Found' : 'NotFound',
    message: found
      ? `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level.name)} and it exists`
      : `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level.name)} but there is no such object`,
  };
  const { conditions = [] } = (schema['status'] ?? {}) as { conditions?: (typeof condition)[] };
  const was = conditions.find((other) => other.type === 'Dangling');
  if (was !== undefined && was.status === condition.status && was.message === condition.message) return null;
  if (was !== undefined && was.status === condition.status) condition.lastTransitionTime = was.lastTransitionTime;
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name: schema.metadata.name ?? '' },
    status: { conditions: [condition] },
  };
}

function mayUpdate(existing: KubeObject): boolean {
  const annotation = existing.metadata.annotations?.[AUTOUPDATE_ANNOTATION];
  if (annotation === 'true' || annotation === 'false') return annotation === 'true';
  return existing.metadata.generation === 1;
}

function object(kind: string, name: string, spec: unknown): KubeObject {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind,
    metadata: { name, annotations: { [AUTOUPDATE_ANNOTATION]: 'true' } },
    spec,
  };
}

function level(name: string, mandatory: boolean, spec: unknown): FlowControlDefault {
  return { object: object('PriorityLevelConfiguration', name, spec), mandatory };
}

/** `queuing`: queues, handSize, queueLengthLimit; null: too many requests are rejected at once. */
function limited(shares: number, lendablePercent: number, queuing: readonly [number, number, number] | null): unknown {
  const limitResponse =
    queuing === null
      ? { type: 'Reject' }
      : { type: 'Queue', queuing: { queues: queuing[0], handSize: queuing[1], queueLengthLimit: queuing[2] } };
  return { type: 'Limited', limited: { nominalConcurrencyShares: shares, limitResponse, lendablePercent } };
}

function schema(
  name: string,
  mandatory: boolean,
  priorityLevel: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace' | null,
  rules: readonly unknown[],
): FlowControlDefault {
  const spec = {
    priorityLevelConfiguration: { name: priorityLevel },
    matchingPrecedence,
    ...(distinguisher === null ? {} : { distinguisherMethod: { type: distinguisher } }),
    rules,
  };
  return { object: object('FlowSchema', name, spec), mandatory };
}

function everything(subjects: readonly unknown[]): unknown {
  return {
    subjects,
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  };
}

function group(name: string): unknown {
  return { kind: 'Group', group: { name } };
}

function user(name: string): unknown {
  return { kind: 'User', user: { name } };
}

function kubeSystemServiceAccounts(): unknown {
  return { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } };
}
