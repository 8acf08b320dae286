/** Validation of a service's cluster IPs and their families (KEP-563): on their own, and what an update may change. */
import type { ServiceSpec } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { checkOneOf } from '../field-rules.ts';
import { parseIp } from '../networking/cidr.ts';
import { checkDualStack, checkIp } from '../number-rules.ts';
import { isHeadless, NO_CLUSTER_IP, needsHealthCheckNodePort } from './service-facts.ts';

const IPS = 'spec.clusterIPs';
const FAMILIES = 'spec.ipFamilies';
const POLICY = 'spec.ipFamilyPolicy';
const UNCHANGED_TEXT = 'may not change once set';

export function checkClusterIps(errors: FieldError[], spec: ServiceSpec): void {
  if (spec.type === 'ExternalName') return;
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIP === '') {
    if (clusterIPs.length > 0)
      errors.push(invalidValue(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0) {
    errors.push(required(IPS));
  } else if (clusterIPs[0] !== clusterIP) {
    errors.push(invalidValue(IPS, clusterIPs, 'first value must match `clusterIP`'));
  }
  const seen = new Set<string>();
  ipFamilies.forEach((family, i) => {
    checkOneOf(errors, `${FAMILIES}[${i}]`, family, ['IPv4', 'IPv6']);
    if (seen.has(family)) errors.push(duplicate(`${FAMILIES}[${i}]`, family));
    seen.add(family);
  });
  checkOneOf(errors, POLICY, spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  const before = errors.length;
  clusterIPs.forEach((ip, i) => {
    if (i > 0 || ip !== NO_CLUSTER_IP) checkIp(errors, `${IPS}[${i}]`, ip);
    else if (clusterIPs.length > 1)
      errors.push(invalidValue(IPS, clusterIPs, "'None' must be the first and only value"));
  });
  if (clusterIPs.length > 2) errors.push(invalidValue(IPS, clusterIPs, 'may only hold up to 2 values'));
  if (errors.length > before) return;
  checkDualStack(errors, IPS, clusterIPs, 'IP');
  if (isHeadless(spec)) return;
  clusterIPs.forEach((ip, i) => {
    const family = ipFamilies[i];
    if (family === undefined || family === parseIp(ip)?.family) return;
    errors.push(invalidValue(`${IPS}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  });
}

/** A service may gain or lose its second address, and keeps its first, unless it comes from or becomes an ExternalName. */
export function checkServiceUpdate(errors: FieldError[], spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    const headless = isHeadless(spec);
    const wasHeadless = isHeadless(old);
    if (!headless || !wasHeadless) checkIpsKept(errors, spec, old);
    if (!headless && !wasHeadless) checkFamiliesKept(errors, spec, old);
  }
  if (spec.type === 'LoadBalancer' && old.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass) {
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass ?? null, UNCHANGED_TEXT));
  }
  if (
    needsHealthCheckNodePort(spec) &&
    needsHealthCheckNodePort(old) &&
    spec.healthCheckNodePort !== old.healthCheckNodePort
  ) {
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'));
  }
}

function checkIpsKept(errors: FieldError[], spec: ServiceSpec, old: ServiceSpec): void {
  const ips = spec.clusterIPs ?? [];
  const was = old.clusterIPs ?? [];
  if (was.length === ips.length) {
    was.forEach((ip, i) => {
      if (ip !== ips[i]) errors.push(invalidValue(`${IPS}[${i}]`, ips, UNCHANGED_TEXT));
    });
    return;
  }
  if (ips.length === 0) errors.push(invalidValue(`${IPS}[0]`, ips, 'primary clusterIP can not be unset'));
  else if (was.length > 0 && ips[0] !== was[0]) errors.push(invalidValue(`${IPS}[0]`, ips, UNCHANGED_TEXT));
  if (ips.length === 1 && was.length > 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const text = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy ?? null, text));
  }
}

function checkFamiliesKept(errors: FieldError[], spec: ServiceSpec, old: ServiceSpec): void {
  const families = spec.ipFamilies ?? [];
  const was = old.ipFamilies ?? [];
  const field = `${FAMILIES}[0]`;
  if (was.length === families.length) {
    was.forEach((family, i) => {
      if (family !== families[i]) errors.push(invalidValue(field, families, UNCHANGED_TEXT));
    });
    return;
  }
  if (families.length === 0) errors.push(invalidValue(field, families, 'primary ipFamily can not be unset'));
  else if (was.length > 0 && families[0] !== was[0])
    errors.push(invalidValue(field, spec.clusterIPs ?? [], UNCHANGED_TEXT));
  if (families.length === 1 && was.length > 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const text = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy ?? null, text));
  }
}
