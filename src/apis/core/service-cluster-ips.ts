/**
 * Cluster IPs of services. An IPAddress object is the record of an address that is taken (KEP-1880): creating it is the
 * allocation, so that two servers never give one address twice. A server that stops between that and the service's own
 * write leaves an IPAddress without its service; the service of that name may still have it.
 */

import type { Random } from '../../base/random.ts';
import type { Service, ServiceSpec } from '../../generated/interfaces.ts';
import { invalidValue } from '../../meta/field-error.ts';
import type { KubeObject } from '../../meta/object.ts';
import { internalError, invalid, StatusError } from '../../meta/status.ts';
import type { Stored } from '../behavior.ts';
import { serviceIpAddress } from '../bootstrap/kubernetes-service.ts';
import {
  allocatable,
  type Cidr,
  canonicalIp,
  cidrText,
  clusterIpCandidates,
  type IpFamily,
  parseCidr,
  parseIp,
} from '../networking/cidr.ts';
import { isHeadless, needsClusterIp } from './service-facts.ts';
import { keepsDualStack } from './service-families.ts';

export interface ClusterIps {
  /** Fills in clusterIPs; answers the addresses newly recorded. Throws 422 or 500, and then leaves no record. */
  allocate(service: Stored<Service>, old: ServiceSpec | null, dryRun: boolean): Promise<readonly string[]>;
  /** The write that these were recorded for has ended. */
  settle(ips: readonly string[]): void;
  /** Drops the records of addresses that `service` held. */
  release(service: Stored<Service>, ips: readonly string[]): Promise<void>;
}

export interface ClusterIpStore {
  serviceCidrs(): Iterable<KubeObject>;
  isServiceStored(namespace: string, name: string): boolean;
  /** The IPAddress of this name, if any. */
  ipAddress(name: string): KubeObject | null;
  createIpAddress(object: KubeObject): Promise<'created' | 'exists'>;
  /** No error when there is none. */
  deleteIpAddress(name: string): Promise<void>;
}

export interface ClusterIpOptions {
  readonly store: ClusterIpStore;
  /** The server's own ranges, used unless a ServiceCIDR says that they are not ready. */
  readonly ranges: readonly Cidr[];
  readonly random: Random;
}

export function createClusterIps(options: ClusterIpOptions): ClusterIps {
  const { store } = options;
  const core: Core = { ...options, underWay: new Set() };
  return {
    async allocate(service, old, dryRun) {
      const recorded: string[] = [];
      try {
        for (const i of lacking(service.spec ?? {}, old)) await allocateOne(core, service, old, i, dryRun, recorded);
        return recorded;
      } catch (error) {
        for (const ip of recorded) core.underWay.delete(ip);
        await releaseAll(store, service, recorded);
        throw error;
      }
    },
    settle(ips) {
      for (const ip of ips) core.underWay.delete(ip);
    },
    release: (service, ips) => releaseAll(store, service, ips),
  };
}

/** The addresses that a service holds: none when it is headless or a name of something else. */
export function clusterIpsOf(spec: ServiceSpec): readonly string[] {
  return needsClusterIp(spec) && !isHeadless(spec) ? (spec.clusterIPs ?? []) : [];
}

interface Core extends ClusterIpOptions {
  /** Recorded by this process for services that are not stored yet. */
  readonly underWay: Set<string>;
}

const SERVICE = { group: '', resource: 'Service' };
const ALLOCATED_TEXT = 'provided IP is already allocated';
const MISMATCH_TEXT = 'the provided network does not match the current range';

/** Places in clusterIPs that are to be allocated, wished for or not. */
function lacking(spec: ServiceSpec, old: ServiceSpec | null): readonly number[] {
  if (!needsClusterIp(spec) || isHeadless(spec)) return [];
  const families = spec.ipFamilies ?? [];
  if (old === null || old.type === 'ExternalName') return families.map((_, i) => i);
  if (isHeadless(old) || keepsDualStack(spec, old)) return [];
  return old.ipFamilies?.length === 1 && families.length === 2 ? [1] : [];
}

async function allocateOne(
  core: Core,
  service: Stored<Service>,
  old: ServiceSpec | null,
  index: number,
  dryRun: boolean,
  recorded: string[],
): Promise<void> {
  const spec = service.spec ?? {};
  spec.clusterIPs ??= [];
  const family = spec.ipFamilies?.[index] === 'IPv6' ? 'IPv6' : 'IPv4';
  const wish = spec.clusterIPs[index] ?? '';
  if (wish !== '') await allocateWish(core, service, old, wish, dryRun, recorded);
  else spec.clusterIPs[index] = await allocateAny(core, service, family, dryRun, recorded);
  if (index === 0 && spec.clusterIPs[0] !== undefined) spec.clusterIP = spec.clusterIPs[0];
}

async function allocateWish(
  core: Core,
  service: Stored<Service>,
  old: ServiceSpec | null,
  wish: string,
  dryRun: boolean,
  recorded: string[],
): Promise<void> {
  const refuse = (why: string): never => {
    const { metadata, spec } = service;
    const error = invalidValue('spec.clusterIPs', spec?.clusterIPs, `failed to allocate IP ${wish}: ${why}`);
    throw invalid(SERVICE, metadata.name ?? '', [error]);
  };
  const ip = parseIp(wish);
  const inRange = ip !== null && readyCidrs(core, ip.family).some((cidr) => allocatable(cidr, ip));
  if (!inRange) return refuse(MISMATCH_TEXT);
  if (dryRun) return;
  const name = canonicalIp(wish) ?? wish;
  if (await record(core, service, name)) recorded.push(name);
  else if (!isLeftover(core, service, old, name)) refuse(ALLOCATED_TEXT);
}

async function allocateAny(
  core: Core,
  service: Stored<Service>,
  family: IpFamily,
  dryRun: boolean,
  recorded: string[],
): Promise<string> {
  for (const cidr of readyCidrs(core, family)) {
    for (const ip of clusterIpCandidates(cidr, core.random.below)) {
      if (core.store.ipAddress(ip) !== null) continue;
      if (dryRun) return ip;
      if (!(await record(core, service, ip))) continue;
      recorded.push(ip);
      return ip;
    }
  }
  throw internalError('failed to allocate a serviceIP: range is full');
}

/** False: somebody has the address. */
async function record(core: Core, service: Stored<Service>, ip: string): Promise<boolean> {
  if (core.underWay.has(ip)) return false;
  const { namespace = '', name = '' } = service.metadata;
  core.underWay.add(ip);
  try {
    if ((await core.store.createIpAddress(serviceIpAddress(ip, namespace, name))) === 'created') return true;
  } catch (error) {
    core.underWay.delete(ip);
    throw error;
  }
  core.underWay.delete(ip);
  return false;
}

/** The record is of this very service, which does not have the address: a server stopped half-way. */
function isLeftover(core: Core, service: Stored<Service>, old: ServiceSpec | null, ip: string): boolean {
  const { namespace = '', name = '' } = service.metadata;
  if (core.underWay.has(ip) || !isOf(core.store.ipAddress(ip), service)) return false;
  return old !== null || !core.store.isServiceStored(namespace, name);
}

function isOf(ipAddress: KubeObject | null, { metadata }: Stored<Service>): boolean {
  const { parentRef } = (ipAddress?.['spec'] ?? {}) as { parentRef?: Record<string, string> };
  return (
    parentRef !== undefined &&
    parentRef['resource'] === 'services' &&
    parentRef['namespace'] === metadata.namespace &&
    parentRef['name'] === metadata.name
  );
}

async function releaseAll(store: ClusterIpStore, service: Stored<Service>, ips: readonly string[]): Promise<void> {
  for (const text of ips) {
    const ip = canonicalIp(text);
    if (ip === null) continue;
    const ipAddress = store.ipAddress(ip);
    // A cache that lags behind does not have it yet.
    if (ipAddress !== null && !isOf(ipAddress, service)) continue;
    try {
      await store.deleteIpAddress(ip);
    } catch (error) {
      // Who forbids it keeps the address from others; the service's write has happened all the same.
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

/** The server's ranges and those of ServiceCIDRs, but for those that no ServiceCIDR keeps ready. */
function readyCidrs({ store, ranges }: Core, family: IpFamily): Cidr[] {
  const states = new Map<string, boolean>();
  for (const object of store.serviceCidrs()) {
    const ready = isReady(object);
    for (const text of cidrsOf(object)) states.set(text, ready || states.get(text) === true);
  }
  const own = ranges.filter((cidr) => states.get(cidrText(cidr)) !== false);
  const known = new Set(own.map(cidrText));
  const others = [...states].flatMap(([text, ready]) => {
    const cidr = ready && !known.has(text) ? parseCidr(text) : null;
    return cidr === null ? [] : [cidr];
  });
  return [...own, ...others].filter((cidr) => cidr.family === family);
}

/** Without a condition it is ready: nobody may be there to say so. */
function isReady(object: KubeObject): boolean {
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  const ready = conditions.find((condition) => condition.type === 'Ready');
  return object.metadata.deletionTimestamp === undefined && (ready === undefined || ready.status === 'True');
}

function cidrsOf(object: KubeObject): readonly string[] {
  return (object['spec'] as { cidrs?: string[] } | undefined)?.cidrs ?? [];
}
