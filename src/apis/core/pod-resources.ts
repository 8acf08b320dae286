/** Sums over a pod's containers: quality of service, and what pod-level resources must cover (KEP-2837). */
import type { Container, PodSpec, ResourceRequirements } from '../../generated/interfaces.ts';
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../meta/quantity.ts';

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';
const QOS_RESOURCES = ['cpu', 'memory'] as const;

/** What the kubelet may take away first: BestEffort pods name no cpu or memory, Guaranteed ones ask for exactly their limits. */
export function qosClassOf(spec: PodSpec): QosClass {
  const all: (ResourceRequirements | undefined)[] = hasAmounts(spec.resources)
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources);
  let guaranteed = true;
  let any = false;
  for (const resources of all) {
    for (const name of QOS_RESOURCES) {
      const limit = amount(resources?.limits, name);
      const request = amount(resources?.requests, name);
      if (limit !== null || request !== null) any = true;
      // A limit without a request stands for both.
      if (limit === null || (request !== null && compareQuantities(limit, request) !== 0)) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function hasAmounts(resources: ResourceRequirements | undefined): boolean {
  return Object.keys(resources?.requests ?? {}).length > 0 || Object.keys(resources?.limits ?? {}).length > 0;
}

/** Null for none and for zero. */
function amount(list: Record<string, string> | undefined, name: string): Quantity | null {
  const text = list?.[name];
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity === null || quantity.nano <= 0n ? null : quantity;
}

export type Totals = Map<string, Quantity>;

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/**
 * What the containers need together: the regular ones and sidecars at once, or, while starting, one init container
 * beside the sidecars that are started before it; whichever is more.
 */
export function totalOf(spec: PodSpec, kind: 'requests' | 'limits'): Totals {
  const running: Totals = new Map();
  for (const container of spec.containers ?? []) addAll(running, container.resources?.[kind]);
  const sidecars: Totals = new Map();
  const starting: Totals = new Map();
  for (const container of spec.initContainers ?? []) {
    const amounts = container.resources?.[kind];
    if (isSidecar(container)) {
      addAll(running, amounts);
      addAll(sidecars, amounts);
      raise(starting, sidecars);
    } else {
      const together: Totals = new Map(sidecars);
      addAll(together, amounts);
      raise(starting, together);
    }
  }
  raise(running, starting);
  return running;
}

function addAll(totals: Totals, amounts: Record<string, string> | undefined): void {
  for (const name in amounts) {
    const quantity = parseQuantity(amounts[name]!);
    if (quantity === null) continue;
    const sum = totals.get(name);
    totals.set(name, sum === undefined ? quantity : addQuantities(sum, quantity));
  }
}

function raise(totals: Totals, others: Totals): void {
  for (const [name, quantity] of others) {
    const known = totals.get(name);
    if (known === undefined || compareQuantities(known, quantity) < 0) totals.set(name, quantity);
  }
}
