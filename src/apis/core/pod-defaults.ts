/** Defaults that only pods take, beyond those of every pod spec: templates keep what their authors wrote. */

import { getOwn, setOwn } from '../../base/own.ts';
import type { Container, Pod, PodSpec, PodStatus, ResourceRequirements } from '../../generated/interfaces.ts';
import { quantityText } from '../../meta/quantity.ts';
import type { Stored } from '../behavior.ts';
import { totalOf } from './pod-resources.ts';
import { setPodSpecDefaults } from './pod-spec-defaults.ts';
import { isHugePages, isOvercommitAllowed } from './resource-names.ts';

export function setPodDefaults(pod: Stored<Pod>): void {
  // Go's struct is there, empty, when a client leaves it out.
  pod.spec ??= {};
  const { spec } = pod;
  setPodSpecDefaults(spec);
  for (const container of spec.containers ?? []) requestLimits(container);
  for (const container of spec.initContainers ?? []) requestLimits(container);
  if (spec.resources !== undefined) setPodResourceDefaults(spec, spec.resources);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork === true) {
    for (const container of spec.containers ?? []) openHostPorts(container);
    for (const container of spec.initContainers ?? []) openHostPorts(container);
  }
  if (pod.status !== undefined) syncPodIps(pod.status);
}

/** What is limited and not asked for is asked for up to its limit. */
function requestLimits(container: Container): void {
  const limits = container.resources?.limits;
  if (container.resources === undefined || limits === undefined) return;
  container.resources.requests ??= {};
  fill(container.resources.requests, limits);
}

function fill(target: Record<string, string>, source: Record<string, string>): void {
  for (const name in source) if (!Object.hasOwn(target, name)) setOwn(target, name, source[name]);
}

function isPodResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

function setPodResourceDefaults(spec: PodSpec, resources: ResourceRequirements): void {
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return;
  for (const [name, total] of totalOf(spec, 'limits')) {
    if (isHugePages(name) && getOwn(requests, name) === undefined && getOwn(limits, name) === undefined) {
      limits[name] = quantityText(total);
    }
  }
  if (Object.keys(limits).length > 0) {
    resources.limits = limits;
    for (const [name, total] of totalOf(spec, 'requests')) {
      if (isPodResource(name) && isOvercommitAllowed(name) && getOwn(requests, name) === undefined)
        requests[name] = quantityText(total);
    }
    for (const name in limits)
      if (isPodResource(name) && getOwn(requests, name) === undefined) requests[name] = limits[name]!;
    if (Object.keys(requests).length > 0) resources.requests = requests;
  }
}

function openHostPorts(container: Container): void {
  for (const port of container.ports ?? []) port.hostPort ||= port.containerPort ?? 0;
}

/** podIP and podIPs[0] are the same address, whichever a kubelet writes; podIP wins. */
function syncPodIps(status: PodStatus): void {
  const { podIP, podIPs = [] } = status;
  const [first] = podIPs;
  if (podIP === undefined) {
    if (first?.ip) status.podIP = first.ip;
  } else if (first === undefined || first.ip !== podIP) {
    status.podIPs = [{ ip: podIP }];
  }
}
