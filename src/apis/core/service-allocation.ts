/** Cluster IPs and node ports of services, allocated beside their writes. */

import type { Random } from '../../base/random.ts';
import type { Service, ServiceSpec } from '../../generated/interfaces.ts';
import type { Pending, WriteHooks } from '../../registry/hooks.ts';
import type { Stored } from '../behavior.ts';
import type { Cidr, PortRange } from '../networking/cidr.ts';
import { type ClusterIpStore, clusterIpsOf, createClusterIps } from './service-cluster-ips.ts';
import { settleFamilies } from './service-families.ts';
import { createNodePorts } from './service-node-ports.ts';

/** What the allocation reads and writes besides the service; see `serviceAllocationStore`. */
export interface ServiceAllocationStore extends ClusterIpStore {
  /** Null when the others can answer. */
  ready(): Promise<void> | null;
  /** Of stored services, those for health checks included. */
  usedNodePorts(): ReadonlySet<number>;
}

export interface ServiceAllocationOptions {
  readonly store: ServiceAllocationStore;
  /** The server's own service ranges, the primary one first. */
  readonly ranges: readonly Cidr[];
  readonly nodePortRange: PortRange;
  readonly random: Random;
}

export function createServiceAllocation(options: ServiceAllocationOptions): WriteHooks {
  const { store, ranges, nodePortRange: range, random } = options;
  const families = [...new Set(ranges.map((cidr) => cidr.family))];
  const clusterIps = createClusterIps({ store, ranges, random });
  const nodePorts = createNodePorts({ range, random, used: store.usedNodePorts });

  return {
    async beforeWrite(object, oldObject, { dryRun }) {
      const waiting = store.ready();
      if (waiting !== null) await waiting;
      // Sound, here and below: what the registry holds under services was decoded as a Service.
      const service = object as unknown as Stored<Service>;
      service.spec = ownSpec(service.spec ?? {});
      const old = oldObject === null ? null : ((oldObject as unknown as Stored<Service>).spec ?? {});
      settleFamilies(service, old, families);
      const ips = await clusterIps.allocate(service, old, dryRun);
      try {
        const ports = nodePorts.allocate(service.metadata.name ?? '', service.spec ?? {}, old, dryRun);
        return dryRun ? null : pendingOf(service, old, ips, ports);
      } catch (error) {
        clusterIps.settle(ips);
        await clusterIps.release(service, ips);
        throw error;
      }
    },
    async afterDelete(object) {
      const service = object as unknown as Stored<Service>;
      await clusterIps.release(service, clusterIpsOf(service.spec ?? {}));
    },
  };

  function pendingOf(
    service: Stored<Service>,
    old: ServiceSpec | null,
    ips: readonly string[],
    ports: readonly number[],
  ): Pending | null {
    const kept = new Set(clusterIpsOf(service.spec ?? {}));
    const dropped = old === null ? [] : clusterIpsOf(old).filter((ip) => !kept.has(ip));
    if (ips.length === 0 && ports.length === 0 && dropped.length === 0) return null;
    const end = (unused: readonly string[]): Promise<void> => {
      nodePorts.release(ports);
      clusterIps.settle(ips);
      return clusterIps.release(service, unused);
    };
    return { commit: () => end(dropped), rollback: () => end(ips) };
  }
}

/** What is filled in below must not show in the old object, with which a patched one shares what the patch leaves alone. */
function ownSpec(spec: ServiceSpec): ServiceSpec {
  const own = { ...spec };
  if (spec.clusterIPs !== undefined) own.clusterIPs = [...spec.clusterIPs];
  if (spec.ports !== undefined) own.ports = spec.ports.map((port) => ({ ...port }));
  return own;
}
