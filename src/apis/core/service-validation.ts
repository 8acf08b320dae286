/** Validation of services; which addresses are free is for their allocator to say. */
import type { Service, ServicePort, ServiceSpec } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { validateLabels } from '../../meta/label-selector.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import type { Stored } from '../behavior.ts';
import { addProblems, checkOneOf, checkRequiredOneOf } from '../field-rules.ts';
import { legacyCidrProblems } from '../networking/ip.ts';
import { checkIp, checkListed, checkNotSpecialIp, checkPortNumber, checkPortNumberOrName } from '../number-rules.ts';
import { isExternallyAccessible, isHeadless, needsClusterIp, needsHealthCheckNodePort } from './service-facts.ts';
import { checkClusterIps } from './service-ip-validation.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const BALANCER_ONLY_TEXT = "may only be used when `type` is 'LoadBalancer'";
const AFFINITY_SECONDS_MAX = 86_400;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

export function validateService(service: Stored<Service>): FieldError[] {
  const errors: FieldError[] = [];
  const spec = service.spec ?? {};
  checkTopologyAnnotations(errors, service.metadata.annotations ?? {});
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  checkForType(errors, spec);
  checkPorts(errors, spec, ports);
  validateLabels(spec.selector, 'spec.selector', errors);
  checkAffinity(errors, spec);
  checkClusterIps(errors, spec);
  spec.externalIPs?.forEach((text, i) => {
    const at = `spec.externalIPs[${i}]`;
    const before = errors.length;
    const ip = checkIp(errors, at, text);
    if (ip !== null && errors.length === before) checkNotSpecialIp(errors, at, text, ip);
  });
  checkRequiredOneOf(errors, 'spec.type', spec.type, TYPES);
  checkSourceRanges(errors, service);
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer') {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', BALANCER_ONLY_TEXT));
  }
  if (spec.loadBalancerClass !== undefined) {
    if (spec.type !== 'LoadBalancer') errors.push(forbiddenField('spec.loadBalancerClass', BALANCER_ONLY_TEXT));
    else
      addProblems(
        errors,
        'spec.loadBalancerClass',
        spec.loadBalancerClass,
        qualifiedNameProblems(spec.loadBalancerClass),
      );
  }
  checkTraffic(errors, spec);
  return errors;
}

function checkTopologyAnnotations(errors: FieldError[], annotations: Readonly<Record<string, string>>): void {
  const { [HINTS]: hints, [MODE]: mode } = annotations;
  if (hints === undefined || mode === undefined || hints === mode) return;
  errors.push(
    invalidValue(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`),
  );
}

function checkForType(errors: FieldError[], spec: ServiceSpec): void {
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec)) {
    errors.push(
      invalidValue('spec.clusterIPs[0]', spec.clusterIPs?.[0], `may not be set to 'None' for ${spec.type} services`),
    );
  }
  if (spec.type !== 'ExternalName') return;
  const text = 'may not be set for ExternalName services';
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbiddenField('spec.clusterIPs', text));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbiddenField('spec.ipFamilies', text));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', text));
  const name = spec.externalName ?? '';
  // A trailing dot marks it as fully qualified.
  const domain = name.endsWith('.') ? name.slice(0, -1) : name;
  if (domain === '') errors.push(required('spec.externalName'));
  else addProblems(errors, 'spec.externalName', domain, dns1123SubdomainProblems(domain));
}

function checkPorts(errors: FieldError[], spec: ServiceSpec, ports: readonly ServicePort[]): void {
  const names = new Set<string>();
  ports.forEach((port, i) => {
    checkPort(errors, `spec.ports[${i}]`, port, ports.length > 1, names);
  });
  const nodePorts = new Set<string>();
  const seen = new Set<string>();
  ports.forEach(({ protocol, port, nodePort = 0 }, i) => {
    const at = `spec.ports[${i}]`;
    if (nodePort !== 0) {
      if (spec.type === 'ClusterIP')
        errors.push(forbiddenField(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      const key = `${protocol}/${nodePort}`;
      if (nodePorts.has(key)) errors.push(duplicate(`${at}.nodePort`, nodePort));
      nodePorts.add(key);
    }
    const key = `${protocol}/${port}`;
    if (seen.has(key)) errors.push(duplicate(at, { protocol, port }));
    seen.add(key);
  });
}

function checkPort(
  errors: FieldError[],
  at: string,
  port: ServicePort,
  nameRequired: boolean,
  names: Set<string>,
): void {
  const { name = '', appProtocol } = port;
  if (name !== '') {
    addProblems(errors, `${at}.name`, name, dns1123LabelProblems(name));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  } else if (nameRequired) {
    errors.push(required(`${at}.name`));
  }
  checkPortNumber(errors, `${at}.port`, port.port ?? 0);
  checkRequiredOneOf(errors, `${at}.protocol`, port.protocol, PROTOCOLS);
  checkPortNumberOrName(errors, `${at}.targetPort`, port.targetPort);
  if (appProtocol !== undefined)
    addProblems(errors, `${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
}

function checkAffinity(errors: FieldError[], spec: ServiceSpec): void {
  const { sessionAffinity, sessionAffinityConfig: config } = spec;
  checkRequiredOneOf(errors, 'spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None') {
    if (config !== undefined) errors.push(forbiddenField(field, 'must not be set when session affinity is None'));
    return;
  }
  if (sessionAffinity !== 'ClientIP') return;
  const text = 'when session affinity type is ClientIP';
  const seconds = config?.clientIP?.timeoutSeconds;
  if (config === undefined) errors.push(required(field, text));
  else if (config.clientIP === undefined) errors.push(required(`${field}.clientIP`, text));
  else if (seconds === undefined) errors.push(required(`${field}.clientIP.timeoutSeconds`, text));
  else if (seconds <= 0 || seconds > AFFINITY_SECONDS_MAX) {
    const range = `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`;
    errors.push(invalidValue(`${field}.clientIP.timeoutSeconds`, seconds, range));
  }
}

function checkSourceRanges(errors: FieldError[], { spec = {}, metadata }: Stored<Service>): void {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (ranges.length === 0 && annotation === undefined) return;
  const inSpec = ranges.length > 0;
  // Upstream's spelling of the field.
  const field = inSpec ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${SOURCE_RANGES}]`;
  if (spec.type !== 'LoadBalancer') errors.push(forbiddenField(field, BALANCER_ONLY_TEXT));
  const listed = inSpec ? ranges : (annotation ?? '').trim() === '' ? [] : (annotation ?? '').split(',');
  listed.forEach((given, i) => {
    const text = given.trim();
    addProblems(errors, inSpec ? `${field}[${i}]` : field, text, legacyCidrProblems(text, []));
  });
}

const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function checkTraffic(errors: FieldError[], spec: ServiceSpec): void {
  const { externalTrafficPolicy, healthCheckNodePort = 0 } = spec;
  if (isExternallyAccessible(spec)) {
    checkRequiredOneOf(errors, 'spec.externalTrafficPolicy', externalTrafficPolicy, ['Cluster', 'Local']);
  } else if (externalTrafficPolicy !== undefined) {
    const text = 'may only be set for externally-accessible services';
    errors.push(invalidValue('spec.externalTrafficPolicy', externalTrafficPolicy, text));
  }
  if (!needsHealthCheckNodePort(spec)) {
    if (healthCheckNodePort !== 0) {
      const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
      errors.push(invalidValue('spec.healthCheckNodePort', healthCheckNodePort, text));
    }
  } else if (healthCheckNodePort === 0) {
    errors.push(required('spec.healthCheckNodePort'));
  } else {
    checkPortNumber(errors, 'spec.healthCheckNodePort', healthCheckNodePort);
  }
  if (spec.internalTrafficPolicy === undefined && needsClusterIp(spec))
    errors.push(required('spec.internalTrafficPolicy'));
  checkOneOf(errors, 'spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']);
  checkListed(errors, 'spec.trafficDistribution', spec.trafficDistribution, DISTRIBUTIONS);
}

/** Addresses of load balancers, as their controllers report them. */
export function validateServiceStatus(service: Stored<Service>): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'status.loadBalancer.ingress';
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && service.spec?.type !== 'LoadBalancer') {
    errors.push(forbiddenField(field, "may only be used when `spec.type` is 'LoadBalancer'"));
    return errors;
  }
  ingress.forEach(({ ip = '', ipMode, hostname = '' }, i) => {
    const at = `${field}[${i}]`;
    if (ip !== '') checkIp(errors, `${at}.ip`, ip);
    if (ipMode === undefined) {
      if (ip !== '') errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'));
    } else if (ip === '') {
      errors.push(forbiddenField(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    } else {
      checkOneOf(errors, `${at}.ipMode`, ipMode, ['Proxy', 'VIP']);
    }
    if (hostname === '') return;
    addProblems(errors, `${at}.hostname`, hostname, dns1123SubdomainProblems(hostname));
    if (checkIp([], '', hostname) !== null) {
      errors.push(invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
  });
  return errors;
}
