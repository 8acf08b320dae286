/** Whether a pod may be evicted: the decision under POST on pods/eviction, without its side effects. */
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../generated/interfaces.ts';
import { selectorOfObject } from '../../meta/label-selector.ts';
import { forbidden, StatusError } from '../../meta/status.ts';
import type { Stored } from '../behavior.ts';

/** Pods whose eviction a budget remembers at most, so that a stuck controller cannot fill its status. */
const DISRUPTED_PODS_MAX = 2000;
const REFUSED_TEXT = "Cannot evict pod as it would violate the pod's disruption budget.";
const RETRY_SECONDS = 10;
const BUDGET = { group: 'policy', resource: 'poddisruptionbudget' };

export type EvictionDecision =
  /** `locked`: delete only the very version that was looked at, since its readiness decided. */
  | { readonly kind: 'delete'; readonly locked: boolean }
  /** Write `status` to `budget`, then delete; start over when the budget has changed meanwhile. */
  | {
      readonly kind: 'update-pdb-then-delete';
      readonly budget: Stored<PodDisruptionBudget>;
      readonly status: PodDisruptionBudgetStatus;
    }
  | { readonly kind: 'refuse'; readonly error: StatusError };

/** `budgets`: all of the pod's namespace; `now`: RFC 3339. */
export function decideEviction(
  pod: Stored<Pod>,
  budgets: readonly Stored<PodDisruptionBudget>[],
  now: string,
): EvictionDecision {
  if (isOver(pod)) return { kind: 'delete', locked: false };
  // No budget counts a pod that has not started; it may have, by the time it is deleted.
  if (pod.status?.phase === 'Pending') return { kind: 'delete', locked: true };
  const matching = budgets.filter((budget) => selects(budget, pod));
  const [budget] = matching;
  if (budget === undefined) return { kind: 'delete', locked: false };
  if (matching.length > 1) {
    const text = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    return { kind: 'refuse', error: new StatusError(500, '', text) };
  }
  if (!isReady(pod) && unreadyMayGo(budget)) return { kind: 'delete', locked: true };
  const refusal = refusalOf(budget);
  if (refusal !== null) return { kind: 'refuse', error: refusal };
  return { kind: 'update-pdb-then-delete', budget, status: spent(budget.status ?? {}, pod, now) };
}

/** The condition that an evicted pod carries to its end (KEP-3329). */
export function markDisruptionTarget(pod: Stored<Pod>, now: string): void {
  pod.status ??= {};
  const others = (pod.status.conditions ?? []).filter((condition) => condition.type !== 'DisruptionTarget');
  pod.status.conditions = [
    ...others,
    {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime: now,
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    },
  ];
}

/** It runs no more, or will not for long: no budget counts it. */
function isOver({ metadata, status }: Stored<Pod>): boolean {
  const phase = status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' || metadata.deletionTimestamp !== undefined;
}

function selects(budget: Stored<PodDisruptionBudget>, pod: Stored<Pod>): boolean {
  const selector = selectorOfObject(budget.spec?.selector);
  return typeof selector !== 'string' && selector.matches(pod.metadata.labels);
}

function isReady({ status }: Stored<Pod>): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;
}

/** A pod that is not ready takes nothing from a budget whose other pods suffice (KEP-3017). */
function unreadyMayGo({ spec, status = {} }: Stored<PodDisruptionBudget>): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function refusalOf({ metadata, status = {} }: Stored<PodDisruptionBudget>): StatusError | null {
  const name = metadata.name ?? '';
  const { disruptionsAllowed = 0, observedGeneration = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) {
    return refused(`The disruption budget ${name} is still being processed by the server.`, RETRY_SECONDS);
  }
  if (disruptionsAllowed < 0) return forbidden(BUDGET, name, 'pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > DISRUPTED_PODS_MAX) {
    return forbidden(BUDGET, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed > 0) return null;
  return refused(`The disruption budget ${name} ${whyNoneAllowed(status)}`, 0);
}

/** The counts say nothing when the budget's controller could not make them. */
function whyNoneAllowed({ conditions, desiredHealthy = 0, currentHealthy = 0 }: PodDisruptionBudgetStatus): string {
  const text = 'does not allow evicting pods currently';
  const known = conditions?.find((condition) => condition.type === 'DisruptionAllowed');
  const told = known?.status === 'False' && known.message !== '' ? known : undefined;
  if (told?.reason === 'SyncFailed') return `${text} because it failed sync: ${told.message}`;
  if (currentHealthy <= desiredHealthy)
    return `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return told === undefined ? text : `${text} (${told.reason}): ${told.message}`;
}

function refused(why: string, retrySeconds: number): StatusError {
  const details = { causes: [{ reason: 'DisruptionBudget', message: why }] };
  const withRetry = retrySeconds > 0 ? { ...details, retryAfterSeconds: retrySeconds } : details;
  return new StatusError(429, 'TooManyRequests', REFUSED_TEXT, withRetry);
}

/** The budget after this eviction: its controller drops the entry once it sees the pod go. */
function spent(status: PodDisruptionBudgetStatus, pod: Stored<Pod>, now: string): PodDisruptionBudgetStatus {
  const left = (status.disruptionsAllowed ?? 0) - 1;
  const next: PodDisruptionBudgetStatus = {
    ...status,
    disruptionsAllowed: left,
    disruptedPods: { ...status.disruptedPods, [pod.metadata.name ?? '']: now },
  };
  if (left === 0) next.conditions = withNoneAllowed(status, now);
  return next;
}

type Conditions = NonNullable<PodDisruptionBudgetStatus['conditions']>;

function withNoneAllowed(status: PodDisruptionBudgetStatus, now: string): Conditions {
  const conditions = status.conditions ?? [];
  const known = conditions.find((condition) => condition.type === 'DisruptionAllowed');
  const next = {
    type: 'DisruptionAllowed',
    status: 'False',
    observedGeneration: status.observedGeneration ?? 0,
    lastTransitionTime: known?.status === 'False' ? (known.lastTransitionTime ?? now) : now,
    reason: 'InsufficientPods',
    message: '',
  };
  return known === undefined ? [...conditions, next] : conditions.map((each) => (each === known ? next : each));
}
