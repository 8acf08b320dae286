/** What the server fills in and takes away when a service is written, before addresses are allocated. */
import type { Service, ServiceSpec } from '../../generated/interfaces.ts';
import { deepEqual } from '../../schema/equal.ts';
import { keepStatus, type Stored } from '../behavior.ts';
import { isExternallyAccessible, needsClusterIp, needsHealthCheckNodePort, needsNodePort } from './service-facts.ts';

const AFFINITY_SECONDS = 10_800;

export function setServiceDefaults(service: Stored<Service>): void {
  service.spec ??= {};
  const { spec } = service;
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
      port.targetPort = port.port ?? 0;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ??= 'Cluster';
  if (needsClusterIp(spec)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

export function prepareServiceForCreate(service: Stored<Service>): void {
  delete service.status;
  const { spec } = service;
  if (spec?.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
}

export function prepareServiceForUpdate(service: Stored<Service>, old: Stored<Service>): void {
  keepStatus(service, old);
  const spec = service.spec ?? {};
  const was = old.spec ?? {};
  syncClusterIps(spec, was);
  dropFieldsOfOldType(spec, was);
  keepAllocated(spec, was);
  const ports = (service.status?.loadBalancer?.ingress ?? []).length;
  if (ports > 0 && spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} };
}

/** clusterIP is the first of clusterIPs. Who changes one and leaves the other means the one. */
function syncClusterIps(spec: ServiceSpec, old: ServiceSpec): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  const same = deepEqual(clusterIPs, old.clusterIPs ?? []);
  if (clusterIP !== (old.clusterIP ?? '') && same) {
    if (clusterIP === '') delete spec.clusterIPs;
    else spec.clusterIPs = [clusterIP];
  } else if (clusterIP === (old.clusterIP ?? '') && clusterIPs.length === 0 && (old.clusterIPs ?? []).length > 0) {
    // Clearing the list alone clears both.
    if (spec.clusterIPs !== undefined) delete spec.clusterIP;
  }
}

/** A change of type takes along what only the old type had, unless the caller changed it as well. */
function dropFieldsOfOldType(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (deepEqual(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (deepEqual(spec.ipFamilies ?? [], old.ipFamilies ?? [])) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec) && deepEqual(nodePorts(spec), nodePorts(old))) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (
    needsHealthCheckNodePort(old) &&
    !needsHealthCheckNodePort(spec) &&
    spec.healthCheckNodePort === old.healthCheckNodePort
  ) {
    delete spec.healthCheckNodePort;
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (
    isExternallyAccessible(old) &&
    !isExternallyAccessible(spec) &&
    spec.externalTrafficPolicy === old.externalTrafficPolicy
  ) {
    delete spec.externalTrafficPolicy;
  }
}

function nodePorts(spec: ServiceSpec): number[] {
  return (spec.ports ?? []).map((port) => port.nodePort ?? 0);
}

/** What was allocated stays when the caller leaves it out, as one who applies a manifest does. */
function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === old.clusterIP && old.clusterIPs !== undefined) {
      spec.clusterIPs = [...old.clusterIPs];
    }
  }
  if (needsNodePort(old) && needsNodePort(spec)) keepNodePorts(spec, old);
  if (needsHealthCheckNodePort(old) && needsHealthCheckNodePort(spec) && old.healthCheckNodePort !== undefined) {
    spec.healthCheckNodePort ??= old.healthCheckNodePort;
  }
}

function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const allocated = new Map<string, number>();
  for (const { protocol, port, nodePort } of old.ports ?? [])
    if (nodePort) allocated.set(`${protocol}/${port}`, nodePort);
  const used = new Set((spec.ports ?? []).map((port) => `${port.protocol}/${port.nodePort ?? 0}`));
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue;
    const before = allocated.get(`${port.protocol}/${port.port}`);
    if (before === undefined || used.has(`${port.protocol}/${before}`)) continue;
    port.nodePort = before;
    used.add(`${port.protocol}/${before}`);
  }
}
