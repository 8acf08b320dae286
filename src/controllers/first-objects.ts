/**
 * The objects that an API server makes and keeps by itself: upstream's post-start hooks, by their names. Each is a
 * function of what is there (read through the API) to what must be written.
 */
import { hostname } from 'node:os';
import {
  apiServerId,
  authenticationConfigMap,
  builtInGroupVersions,
  type ClusterAuthentication,
  danglingStatus,
  defaultFlowSchemas,
  defaultPriorityLevels,
  defaultServiceCidr,
  identityLease,
  type KubernetesServiceOptions,
  kubernetesEndpointSlice,
  kubernetesEndpoints,
  kubernetesService,
  legacyTokenTracking,
  localApiService,
  obsoleteFlowControl,
  type Reconciled,
  rbacObjects,
  readyServiceCidr,
  reconcileApiService,
  reconcileAuthentication,
  reconcileEndpointSlice,
  reconcileEndpoints,
  reconcileFlowControl,
  reconcileIdentityLease,
  reconcileLegacyTokenTracking,
  reconcileMissing,
  reconcileRbac,
  reconcileServiceCidr,
  staleApiServices,
  systemNamespaces,
  systemPriorityClasses,
} from '../apis/bootstrap.ts';
import type { Clock } from '../base/clock.ts';
import type { KubeObject } from '../meta/object.ts';
import { bootstrapPolicy } from '../meta/rbac-bootstrap.ts';
import { nowRfc3339, nowRfc3339Micro } from '../meta/time.ts';
import { resourceList } from '../schema/resources.ts';
import { type ApiClient, ApiError } from './client.ts';

export interface StartHook {
  /** As in /readyz: `poststarthook/<name>`. */
  readonly name: string;
  /** One pass; idempotent. */
  run(): Promise<void>;
  /** Milliseconds between passes after the first; null: once. */
  readonly repeatMs: number | null;
}

export interface FirstObjectsOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly service: KubernetesServiceOptions;
  readonly serviceCidrs: readonly string[];
  /** Address and port under which members of the cluster reach this server. */
  readonly advertiseAddress: string;
  readonly advertisePort: number;
  /** False: the kubernetes endpoints are left alone (--endpoint-reconciler-type=none). */
  readonly reconcileEndpoints: boolean;
  readonly authentication: ClusterAuthentication;
  readonly served: (group: string, version: string) => boolean;
  readonly holderUuid: string;
}

/** Requests of one pass under way at once: enough to fill a group commit. */
const PARALLEL = 64;
const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;

export function firstObjectHooks(options: FirstObjectsOptions): StartHook[] {
  const { client, clock } = options;
  return [
    {
      name: 'start-system-namespaces-controller',
      repeatMs: MINUTE_MS,
      run: () => keepAll(client, systemNamespaces(), reconcileMissing),
    },
    {
      name: 'rbac/bootstrap-roles',
      repeatMs: null,
      run: () => keepAll(client, rbacObjects(bootstrapPolicy()), reconcileRbac),
    },
    {
      name: 'scheduling/bootstrap-system-priority-classes',
      repeatMs: null,
      run: () => keepAll(client, systemPriorityClasses(), reconcileMissing),
    },
    { name: 'priority-and-fairness-config-producer', repeatMs: MINUTE_MS, run: () => keepFlowControl(client, clock) },
    {
      name: 'start-cluster-authentication-info-controller',
      repeatMs: MINUTE_MS,
      run: () =>
        keep(client, authenticationConfigMap(options.authentication), (existing, desired) =>
          reconcileAuthentication(existing, desired, clock.now()),
        ),
    },
    {
      name: 'start-legacy-token-tracking-controller',
      repeatMs: null,
      run: () => keep(client, legacyTokenTracking(nowRfc3339(clock.now()).slice(0, 10)), reconcileLegacyTokenTracking),
    },
    { name: 'start-kube-apiserver-identity-lease-controller', repeatMs: TEN_SECONDS_MS, run: () => keepLease(options) },
    { name: 'start-kubernetes-service-cidr-controller', repeatMs: TEN_SECONDS_MS, run: () => keepServiceCidr(options) },
    { name: 'bootstrap-controller', repeatMs: TEN_SECONDS_MS, run: () => keepService(options) },
    { name: 'kube-apiserver-autoregistration', repeatMs: null, run: () => keepApiServices(options) },
  ];
}

type Reconcile = (existing: KubeObject | null, desired: KubeObject) => Reconciled;

/** Makes many objects what they should be, with one list per collection instead of one get per object. */
async function keepAll(client: ApiClient, desired: readonly KubeObject[], reconcile: Reconcile): Promise<void> {
  const byCollection = Map.groupBy(desired, collectionOf);
  await Promise.all(
    [...byCollection].map(async ([collection, objects]) => {
      const existing = new Map((await client.list(collection)).items.map((item) => [item.metadata.name, item]));
      await inParallel(objects, (object) =>
        write(client, reconcile(existing.get(object.metadata.name) ?? null, object)),
      );
    }),
  );
}

async function keep(client: ApiClient, desired: KubeObject, reconcile: Reconcile): Promise<void> {
  await write(client, reconcile(await client.get(pathOf(desired)), desired));
}

/** A lost race is no failure: the next pass sees what the winner wrote. */
async function write(client: ApiClient, wanted: Reconciled): Promise<void> {
  if (wanted === null) return;
  const { object } = wanted;
  try {
    if (wanted.write === 'update') {
      await client.update(pathOf(object), object);
      return;
    }
    if (wanted.write === 'replace') await client.delete(pathOf(object));
    await create(client, object);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
  }
}

/** The namespaces of roles and bindings may not be there yet: another hook makes them. */
async function create(client: ApiClient, object: KubeObject): Promise<void> {
  try {
    await client.create(collectionOf(object), object);
  } catch (error) {
    const { namespace } = object.metadata;
    if (!(error instanceof ApiError) || error.code !== 404 || namespace === undefined) throw error;
    await keep(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, reconcileMissing);
    await client.create(collectionOf(object), object);
  }
}

async function keepFlowControl(client: ApiClient, clock: Clock): Promise<void> {
  const base = '/apis/flowcontrol.apiserver.k8s.io/v1';
  const work = [
    { path: `${base}/prioritylevelconfigurations`, defaults: defaultPriorityLevels() },
    { path: `${base}/flowschemas`, defaults: defaultFlowSchemas() },
  ];
  for (const { path, defaults } of work) {
    const { items } = await client.list(path);
    const existing = new Map(items.map((item) => [item.metadata.name, item]));
    await inParallel(defaults, (wanted) =>
      write(client, reconcileFlowControl(existing.get(wanted.object.metadata.name) ?? null, wanted)),
    );
    for (const name of obsoleteFlowControl(items, defaults)) await client.delete(`${path}/${name}`);
  }
  await reportDangling(client, clock);
}

/** Says of each flow schema whether the level it names exists: the `Dangling` condition. */
async function reportDangling(client: ApiClient, clock: Clock): Promise<void> {
  const base = '/apis/flowcontrol.apiserver.k8s.io/v1';
  const levels = await client.list(`${base}/prioritylevelconfigurations`);
  const names = new Set(levels.items.map((level) => level.metadata.name ?? ''));
  const { items } = await client.list(`${base}/flowschemas`);
  await inParallel(items, async (schema) => {
    const status = danglingStatus(schema, names, nowRfc3339(clock.now()));
    const path = `${base}/flowschemas/${schema.metadata.name ?? ''}/status`;
    if (status !== null) await client.apply(path, status, 'api-priority-and-fairness-config-consumer-v1');
  });
}

async function keepLease({ client, clock, holderUuid }: FirstObjectsOptions): Promise<void> {
  const host = hostname();
  const identity = { id: apiServerId(host), hostname: host, holderUuid, peerAddress: null };
  await keep(client, identityLease(identity, nowRfc3339Micro(clock.now())), reconcileIdentityLease);
}

async function keepServiceCidr({ client, clock, serviceCidrs }: FirstObjectsOptions): Promise<void> {
  const desired = defaultServiceCidr(serviceCidrs);
  await keep(client, desired, reconcileServiceCidr);
  const existing = await client.get(pathOf(desired));
  const { conditions = [] } = (existing?.['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  if (conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')) return;
  await client.apply(
    `${pathOf(desired)}/status`,
    readyServiceCidr(nowRfc3339(clock.now())),
    'kubernetes-service-cidr-controller',
  );
}

async function keepService(options: FirstObjectsOptions): Promise<void> {
  const { client, advertiseAddress, advertisePort } = options;
  // Its address is recorded as that of any service: by the allocation beside the write.
  await keep(client, kubernetesService(options.service), reconcileMissing);
  if (!options.reconcileEndpoints) return;
  await keep(client, kubernetesEndpoints([advertiseAddress], advertisePort), reconcileEndpoints);
  await keep(client, kubernetesEndpointSlice([advertiseAddress], advertisePort), reconcileEndpointSlice);
}

async function keepApiServices({ client, clock, served }: FirstObjectsOptions): Promise<void> {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const now = nowRfc3339(clock.now());
  const desired = builtInGroupVersions(resourceList(), served).map((version) => localApiService(version, now));
  const { items } = await client.list(path);
  const existing = new Map(items.map((item) => [item.metadata.name, item]));
  await inParallel(desired, async (wanted) => {
    const had = existing.get(wanted.metadata.name) ?? null;
    await write(client, reconcileApiService(had, wanted));
    if (had === null)
      await client.mergePatch(`${path}/${wanted.metadata.name ?? ''}/status`, { status: wanted['status'] });
  });
  for (const name of staleApiServices(items, desired)) await client.delete(`${path}/${name}`);
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
}

function pathOf(object: KubeObject): string {
  return `${collectionOf(object)}/${encodeURIComponent(object.metadata.name ?? '')}`;
}

/** `/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles` of a first object. */
function collectionOf(object: KubeObject): string {
  const { apiVersion = '', kind = '' } = object;
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { namespace } = object.metadata;
  const within = namespace === undefined ? base : `${base}/namespaces/${namespace}`;
  return `${within}/${pluralOf(apiVersion, kind)}`;
}

function pluralOf(apiVersion: string, kind: string): string {
  const row = resourceList().resources.find(
    (r) => r.kind === kind && (r.group === '' ? r.version : `${r.group}/${r.version}`) === apiVersion,
  );
  if (row === undefined) throw new Error(`no resource for ${apiVersion} ${kind}`);
  return row.plural;
}
