/**
 * Empties terminating namespaces and lets them go: delete everything in them, report what remains as conditions, and when
 * nothing does, take the `kubernetes` finalizer off.
 */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { KubeObject } from '../meta/object.ts';
import { nowRfc3339 } from '../meta/time.ts';
import type { ApiClient } from './client.ts';
import { startInformer } from './informer.ts';
import { createWorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Controller {
  /** Resolves when its informers have listed. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

/** A namespaced resource that can be emptied: `/apis/apps/v1`, `deployments`. */
interface ContentResource {
  readonly base: string;
  readonly resource: string;
  readonly group: string;
  readonly collection: boolean;
}

interface Remaining {
  /** `pods.` or `deployments.apps` to instances left. */
  readonly resources: Map<string, number>;
  /** Finalizer to instances that carry it. */
  readonly finalizers: Map<string, number>;
  readonly errors: string[];
}

interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/** How long to wait before content that remains is looked at again. */
const RECHECK_MS = 500;
const PARALLEL = 8;

export function startNamespaceController({ client, clock, logger }: ControllerOptions): Controller {
  const queue = createWorkQueue(clock, sync, (namespace, error) =>
    logger.error(error, 'emptying a namespace failed', { namespace }),
  );
  const informer = startInformer({
    client,
    path: '/api/v1/namespaces',
    clock,
    onError: (error) => logger.error(error, 'watching namespaces failed'),
    handlers: {
      changed(namespace) {
        if (namespace.metadata.deletionTimestamp !== undefined) queue.add(namespace.metadata.name ?? '');
      },
      deleted: () => undefined,
    },
  });

  async function sync(name: string): Promise<void> {
    const namespace = informer.objects.get(name);
    if (namespace === undefined || namespace.metadata.deletionTimestamp === undefined) return;
    if (!finalizersOf(namespace).includes('kubernetes')) return;
    const remaining = await empty(client, name);
    const current = await reportConditions(client, clock, name, remaining);
    if (current === null) return;
    if (remaining.resources.size > 0 || remaining.errors.length > 0) {
      queue.addAfter(name, RECHECK_MS);
      return;
    }
    const spec = {
      ...(current['spec'] as object),
      finalizers: finalizersOf(current).filter((finalizer) => finalizer !== 'kubernetes'),
    };
    await client.update(`/api/v1/namespaces/${name}/finalize`, { ...current, spec });
    logger.info(2, 'Namespace has been deleted', { namespace: name });
  }

  return {
    synced: informer.synced,
    async stop() {
      informer.stop();
      await queue.stop();
    },
  };
}

function finalizersOf(namespace: KubeObject): string[] {
  return (namespace['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? [];
}

async function empty(client: ApiClient, namespace: string): Promise<Remaining> {
  const remaining: Remaining = { resources: new Map(), finalizers: new Map(), errors: [] };
  const resources = await contentResources(client);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let resource = resources[next++]; resource !== undefined; resource = resources[next++]) {
      try {
        await emptyResource(client, namespace, resource, remaining);
      } catch (error) {
        remaining.errors.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return remaining;
}

async function emptyResource(
  client: ApiClient,
  namespace: string,
  resource: ContentResource,
  remaining: Remaining,
): Promise<void> {
  const path = `${resource.base}/namespaces/${namespace}/${resource.resource}`;
  if ((await client.list(path, 'limit=1')).items.length === 0) return;
  const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  if (resource.collection) {
    await client.delete(path, options);
  } else {
    for (const item of (await client.list(path)).items)
      await client.delete(`${path}/${item.metadata.name ?? ''}`, options);
  }
  const left = (await client.list(path)).items;
  if (left.length === 0) return;
  remaining.resources.set(`${resource.resource}.${resource.group}`, left.length);
  for (const item of left) {
    for (const finalizer of item.metadata.finalizers ?? []) {
      remaining.finalizers.set(finalizer, (remaining.finalizers.get(finalizer) ?? 0) + 1);
    }
  }
}

/** Every namespaced resource of the preferred versions that can be listed and deleted, as discovery tells. */
async function contentResources(client: ApiClient): Promise<ContentResource[]> {
  const groups = (await client.get('/apis')) as {
    groups?: { name: string; preferredVersion: { groupVersion: string } }[];
  } | null;
  const bases = [
    { group: '', base: '/api/v1' },
    ...(groups?.groups ?? []).map((group) => ({
      group: group.name,
      base: `/apis/${group.preferredVersion.groupVersion}`,
    })),
  ];
  const found: ContentResource[] = [];
  for (const { group, base } of bases) {
    const list = (await client.get(base)) as {
      resources?: { name: string; namespaced: boolean; verbs: string[] }[];
    } | null;
    for (const { name, namespaced, verbs } of list?.resources ?? []) {
      if (!namespaced || name.includes('/') || !verbs.includes('delete') || !verbs.includes('list')) continue;
      found.push({ base, resource: name, group, collection: verbs.includes('deletecollection') });
    }
  }
  return found;
}

/** Writes the five conditions; the namespace as written, null when it is gone. */
async function reportConditions(
  client: ApiClient,
  clock: Clock,
  name: string,
  remaining: Remaining,
): Promise<KubeObject | null> {
  const namespace = await client.get(`/api/v1/namespaces/${name}`);
  if (namespace === null || namespace.metadata.deletionTimestamp === undefined) return null;
  const status = (namespace['status'] ?? {}) as { conditions?: Condition[] };
  const before = status.conditions ?? [];
  const now = nowRfc3339(clock.now());
  const after = conditionsOf(remaining).map((condition) => {
    const was = before.find((other) => other.type === condition.type);
    const same = was !== undefined && was.status === condition.status;
    return {
      ...condition,
      lastTransitionTime: same && was.lastTransitionTime !== undefined ? was.lastTransitionTime : now,
    };
  });
  const changed = after.some((condition) => {
    const was = before.find((other) => other.type === condition.type);
    return (
      was === undefined ||
      was.status !== condition.status ||
      was.reason !== condition.reason ||
      was.message !== condition.message
    );
  });
  if (!changed) return namespace;
  const others = before.filter((condition) => !after.some((mine) => mine.type === condition.type));
  return client.update(`/api/v1/namespaces/${name}/status`, {
    ...namespace,
    status: { ...status, conditions: [...others, ...after] },
  });
}

function conditionsOf(remaining: Remaining): Condition[] {
  const { resources, finalizers, errors } = remaining;
  return [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      null,
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      null,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition(
      'NamespaceDeletionContentFailure',
      errors.length === 0
        ? null
        : [
            'ContentDeletionFailed',
            `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
          ],
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    condition(
      'NamespaceContentRemaining',
      resources.size === 0
        ? null
        : ['SomeResourcesRemain', `Some resources are remaining: ${counted(resources, 'has', 'resource instances')}`],
      'ContentRemoved',
      'All content successfully removed',
    ),
    condition(
      'NamespaceFinalizersRemaining',
      finalizers.size === 0
        ? null
        : [
            'SomeFinalizersRemain',
            `Some content in the namespace has finalizers remaining: ${counted(finalizers, 'in', 'resource instances')}`,
          ],
      'ContentHasNoFinalizers',
      'All content-preserving finalizers finished',
    ),
  ];
}

function condition(
  type: string,
  trouble: readonly [string, string] | null,
  reason: string,
  message: string,
): Condition {
  if (trouble !== null) return { type, status: 'True', reason: trouble[0], message: trouble[1] };
  return { type, status: 'False', reason, message };
}

function counted(counts: ReadonlyMap<string, number>, verb: string, noun: string): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what} ${verb} ${count} ${noun}`)
    .join(', ');
}
