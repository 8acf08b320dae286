/** POST on pods/eviction: deletes a pod, if the disruption budgets allow it (KEP-85). */
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../generated/interfaces.ts';
import { type DeleteOptions, parseDeleteOptions } from '../../meta/delete-options.ts';
import { defaultListOptions } from '../../meta/list-options.ts';
import type { KubeObject } from '../../meta/object.ts';
import { parseQuery } from '../../meta/query.ts';
import { badRequest, conflict, MODIFIED_TEXT, StatusError, timeout } from '../../meta/status.ts';
import { nowRfc3339 } from '../../meta/time.ts';
import type { Action, ActionRequest } from '../../registry/action.ts';
import { checkPreconditions, deleteObject } from '../../registry/delete.ts';
import { entryObject } from '../../registry/entry.ts';
import { get } from '../../registry/get.ts';
import { list } from '../../registry/list.ts';
import { modify } from '../../registry/modify.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Resource, type ResourceTable, resourceKey } from '../../registry/resource.ts';
import { rewrite } from '../../registry/rewrite.ts';
import { serverRequest } from '../../registry/server-request.ts';
import type { Stored } from '../behavior.ts';
import { successStatus } from '../success-status.ts';
import { decideEviction, markDisruptionTarget } from './eviction.ts';

/** Rounds in which somebody else changed the pod or its budget first. */
const ROUNDS_MAX = 20;

/** By `<group>/<resource>/<subresource>`. */
export function createEvictionActions(
  registry: () => Registry,
  table: () => ResourceTable,
): Readonly<Record<string, Action>> {
  return {
    '/pods/eviction': async (request) => {
      if (request.object.metadata.name !== request.name)
        throw badRequest('name in URL does not match name in Eviction object');
      await evict(evictionOf(registry(), table(), request));
      return successStatus();
    },
  };
}

interface Eviction {
  /** Without admission: the eviction was admitted, not the deletion. */
  readonly registry: Registry;
  readonly pods: Resource;
  readonly budgets: Resource | null;
  readonly namespace: string;
  readonly name: string;
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

function evictionOf(registry: Registry, table: ResourceTable, request: ActionRequest): Eviction {
  const pods = table.get(resourceKey('', 'v1', 'pods'));
  if (pods === undefined) throw new Error('pods are not served');
  const options = parseDeleteOptions(request.object['deleteOptions'] ?? null, parseQuery(''));
  return {
    registry: { ...registry, admission: { mutate: null, validate: null } },
    pods,
    budgets: table.get(resourceKey('policy', 'v1', 'poddisruptionbudgets')) ?? null,
    namespace: request.namespace,
    name: request.name,
    options,
    dryRun: request.dryRun || options.dryRun,
  };
}

async function evict(eviction: Eviction): Promise<void> {
  const { registry, pods, namespace, name, options } = eviction;
  const mayRetry = options.preconditions === null || options.preconditions.resourceVersion === null;
  for (let round = 1; ; round++) {
    const now = nowRfc3339(registry.clock.now());
    // Sound, here and below: what the registry holds under a resource was decoded as its kind.
    const object = entryObject(await get(registry, pods, namespace, name, ''));
    // Before a budget pays for it.
    checkPreconditions(pods, object, options.preconditions);
    const pod = object as unknown as Stored<Pod>;
    const decision = decideEviction(pod, await budgetsOf(eviction), now);
    if (decision.kind === 'refuse') throw decision.error;
    try {
      if (decision.kind === 'update-pdb-then-delete') {
        if (!eviction.dryRun) await spend(eviction, decision.budget, decision.status);
        return await remove(eviction, options, now);
      }
      const { resourceVersion = null } = decision.locked ? pod.metadata : {};
      return await remove(eviction, mayRetry ? locked(options, resourceVersion) : options, now);
    } catch (error) {
      const lost = error instanceof StatusError && error.reason === 'Conflict';
      if (!lost || !mayRetry || (decision.kind === 'delete' && !decision.locked)) throw error;
      if (round === ROUNDS_MAX) throw timeout('the pod and its PodDisruptionBudget are changed without pause', 10);
    }
  }
}

async function budgetsOf({ registry, budgets, namespace }: Eviction): Promise<Stored<PodDisruptionBudget>[]> {
  if (budgets === null) return [];
  const { entries } = await list(registry, budgets, namespace, defaultListOptions);
  return entries.map((entry) => entryObject(entry) as unknown as Stored<PodDisruptionBudget>);
}

/** Writes the budget's status over the very version that was decided upon; 409 when there is another one. */
async function spend(
  { registry, budgets, namespace }: Eviction,
  budget: Stored<PodDisruptionBudget>,
  status: PodDisruptionBudgetStatus,
): Promise<void> {
  if (budgets === null) return;
  const { name = '', resourceVersion } = budget.metadata;
  const request = { ...serverRequest(budgets, namespace, name), subresource: 'status' };
  const next = (old: KubeObject): KubeObject => {
    if (old.metadata.resourceVersion !== resourceVersion) throw conflict(budgets.groupResource, name, MODIFIED_TEXT);
    return { ...old, metadata: { ...old.metadata }, status };
  };
  await modify(registry, request, { next, operation: 'Update', checkRevision: false });
}

/** The pod learns why it goes before it goes: what watches it tells an eviction from another deletion. */
async function remove(eviction: Eviction, options: DeleteOptions, now: string): Promise<void> {
  const { registry, pods, namespace, name, dryRun } = eviction;
  let preconditions = options.preconditions;
  if (!dryRun) {
    const marked = await rewrite(registry, { resource: pods, namespace, name, dryRun }, (pod) => {
      checkPreconditions(pods, pod, preconditions);
      markDisruptionTarget(pod as unknown as Stored<Pod>, now);
    });
    if (preconditions?.resourceVersion) preconditions = { ...preconditions, resourceVersion: String(marked.revision) };
  }
  const request = { ...serverRequest(pods, namespace, name), dryRun };
  await deleteObject(registry, { ...request, options: { ...options, preconditions, dryRun } });
}

function locked(options: DeleteOptions, resourceVersion: string | null): DeleteOptions {
  return resourceVersion === null
    ? options
    : { ...options, preconditions: { uid: options.preconditions?.uid ?? null, resourceVersion } };
}
