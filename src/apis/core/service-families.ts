/** Which IP families a service gets (KEP-563): filled in before its addresses are allocated. */
import type { Service, ServiceSpec } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { invalid } from '../../meta/status.ts';
import type { Stored } from '../behavior.ts';
import { type IpFamily, parseIp } from '../networking/cidr.ts';
import { needsClusterIp } from './service-facts.ts';
import { checkClusterIps } from './service-ip-validation.ts';

const POLICY = 'spec.ipFamilyPolicy';
const SERVICE = { group: '', resource: 'Service' };
const BOTH: readonly IpFamily[] = ['IPv4', 'IPv6'];

/**
 * Sets spec.ipFamilyPolicy and spec.ipFamilies, and shortens them and clusterIPs for a service that becomes single-stack.
 * `configured`: families of the server's ranges, the default one first. Throws 422 for what this cluster cannot give.
 */
export function settleFamilies(
  service: Stored<Service>,
  old: ServiceSpec | null,
  configured: readonly IpFamily[],
): void {
  const spec = service.spec ?? {};
  service.spec = spec;
  if (spec.type === 'ExternalName' || keepsDualStack(spec, old)) return;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isHeadlessWithoutSelector(spec) ? 'RequireDualStack' : 'SingleStack');
  const errors: FieldError[] = [];
  checkClusterIps(errors, spec);
  refuse(service, errors);
  if (old !== null) narrow(spec, old, errors);
  checkSingleStack(spec, errors);
  inferFromIps(spec, configured, errors);
  refuse(service, errors);
  if (isHeadlessWithoutSelector(spec)) {
    // Its endpoints are given by hand, and may be of families that the cluster does not have.
    spec.ipFamilies = completed(spec, configured, BOTH);
    return;
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  spec.ipFamilies?.forEach((family, i) => {
    if (!isConfigured(configured, family))
      errors.push(invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  });
  refuse(service, errors);
  spec.ipFamilies = completed(spec, configured, configured);
}

/** A service that prefers two stacks does not gain or lose one by a write that says nothing of it. */
export function keepsDualStack(spec: ServiceSpec, old: ServiceSpec | null): boolean {
  return (
    old !== null &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    old.type === spec.type &&
    needsClusterIp(spec) &&
    sameList(spec.clusterIPs, old.clusterIPs) &&
    sameList(spec.ipFamilies, old.ipFamilies)
  );
}

function isHeadlessWithoutSelector({ clusterIP, selector }: ServiceSpec): boolean {
  return clusterIP === 'None' && Object.keys(selector ?? {}).length === 0;
}

/** Turning to one stack drops what stands of the second; dropping it takes turning to one stack. */
function narrow(spec: ServiceSpec, old: ServiceSpec, errors: FieldError[]): void {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (clusterIPs.length > 1 && sameList(clusterIPs, old.clusterIPs)) spec.clusterIPs = clusterIPs.slice(0, 1);
    if (ipFamilies.length > 1 && sameList(ipFamilies, old.ipFamilies)) spec.ipFamilies = ipFamilies.slice(0, 1);
    return;
  }
  const reduced = (list: readonly string[], before: readonly string[] = []) =>
    list.length > 0 && list.length < before.length;
  const text = (what: string) => `must be 'SingleStack' to release the secondary ${what}`;
  if (reduced(clusterIPs, old.clusterIPs)) errors.push(invalidValue(POLICY, spec.ipFamilyPolicy, text('cluster IP')));
  if (reduced(ipFamilies, old.ipFamilies)) errors.push(invalidValue(POLICY, spec.ipFamilyPolicy, text('IP family')));
}

function checkSingleStack({ ipFamilyPolicy, clusterIPs = [], ipFamilies = [] }: ServiceSpec, errors: FieldError[]) {
  if (ipFamilyPolicy !== 'SingleStack') return;
  const text = (what: string) => `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  if (clusterIPs.length === 2) errors.push(invalidValue(POLICY, ipFamilyPolicy, text('cluster IPs')));
  if (ipFamilies.length === 2) errors.push(invalidValue(POLICY, ipFamilyPolicy, text('IP families')));
}

function inferFromIps(spec: ServiceSpec, configured: readonly IpFamily[], errors: FieldError[]): void {
  const { clusterIPs = [] } = spec;
  const families = [...(spec.ipFamilies ?? [])];
  for (const [i, text] of clusterIPs.entries()) {
    const ip = parseIp(text);
    if (ip === null) break;
    if (i < families.length) continue;
    if (isConfigured(configured, ip.family)) families.push(ip.family);
    else
      errors.push(invalidValue(`spec.clusterIPs[${i}]`, clusterIPs, `${ip.family} is not configured on this cluster`));
  }
  if (families.length > 0) spec.ipFamilies = families;
}

type Families = NonNullable<ServiceSpec['ipFamilies']>;

/** The default family for none, and the other one of `possible` for a service that takes two. */
function completed(spec: ServiceSpec, configured: readonly IpFamily[], possible: readonly IpFamily[]): Families {
  const families: Families = [...(spec.ipFamilies ?? [])];
  const [first] = configured;
  if (families.length === 0 && first !== undefined) families.push(first);
  const other = possible.find((family) => family !== families[0]);
  if (families.length === 1 && spec.ipFamilyPolicy !== 'SingleStack' && other !== undefined) families.push(other);
  return families;
}

function isConfigured(configured: readonly IpFamily[], family: string): boolean {
  return configured.some((one) => one === family);
}

function refuse({ metadata }: Stored<Service>, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(SERVICE, metadata.name ?? '', errors);
}

function sameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
