import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { portNameProblems, portNumberProblems } from '../../meta/formats.ts';
import {
  dns1123SubdomainProblems,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  wildcardDns1123SubdomainProblems,
} from '../../meta/names.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems } from '../field-rules.ts';
import { AGE, age, column, firstOf, NAME, orNone, printer } from '../printing.ts';
import { parseIp } from './cidr.ts';
import { legacyIpProblems } from './ip.ts';
import { checkTypedReference } from './typed-reference.ts';

type StoredIngress = Stored<Ingress>;

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const PATH_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const PATH_ENDS = ['/..', '/.'];
const HOST_IS_IP = 'must be a DNS name, not an IP address';

export const ingresses = behavior<Ingress>({
  repeatsMetadataChecks: true,
  generation: 'spec',
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate: (ingress) => [...validateSpec(ingress, false, false), ...validateClass(ingress)],
  validateUpdate: (ingress, old) => validateSpec(ingress, hasInvalidSecretName(old), hasInvalidWildcardRule(old)),
  warnings: (ingress, old) =>
    old === null && ingress.metadata.annotations?.[CLASS_ANNOTATION] !== undefined
      ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  subresources: { status: statusSubresource<Ingress>({ validateUpdate: validateStatus }) },
  printer: printer(
    [
      NAME,
      column('Class', 'string', 'Class of the controller that serves the ingress.'),
      column('Hosts', 'string', 'Hosts of the rules.'),
      column('Address', 'string', 'Addresses and host names of the load balancer.'),
      column('Ports', 'string', 'Ports of plain and of encrypted traffic.'),
      AGE,
    ],
    (ingress, nowMs) => [
      ingress.metadata.name ?? '',
      orNone(ingress.spec?.ingressClassName),
      hostsText(ingress.spec?.rules ?? []),
      addressText(ingress),
      (ingress.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
      age(ingress, nowMs),
    ],
  ),
});

function validateClass(ingress: StoredIngress): FieldError[] {
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const name = ingress.spec?.ingressClassName;
  if (annotation === undefined || name === undefined || annotation === name) return [];
  return [
    invalidValue(
      `annotations.${CLASS_ANNOTATION}`,
      annotation,
      'must match `ingressClassName` when both are specified',
    ),
  ];
}

/** The two permissions are for objects that were stored before the checks existed. */
function validateSpec(ingress: StoredIngress, allowSecretName: boolean, allowWildcardRule: boolean): FieldError[] {
  const { spec = {} } = ingress;
  const { rules = [], tls = [] } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (spec.defaultBackend !== undefined) checkBackend(errors, 'spec.defaultBackend', spec.defaultBackend);
  rules.forEach((rule, i) => {
    checkRule(errors, `spec.rules[${i}]`, rule, allowWildcardRule);
  });
  tls.forEach(({ hosts = [], secretName = '' }, i) => {
    hosts.forEach((host, j) => {
      addProblems(errors, `spec.tls[${i}].hosts[${j}]`, host, hostProblems(host));
    });
    if (!allowSecretName && secretName !== '') {
      addProblems(errors, `spec.tls[${i}].secretName`, secretName, nameIsDnsSubdomain(secretName, false));
    }
  });
  const { ingressClassName } = spec;
  if (ingressClassName !== undefined) {
    addProblems(errors, 'spec.ingressClassName', ingressClassName, nameIsDnsSubdomain(ingressClassName, false));
  }
  return errors;
}

function checkRule(errors: FieldError[], field: string, rule: IngressRule, allowWildcardRule: boolean): void {
  const { host = '' } = rule;
  if (host !== '') {
    if (parseIp(host) !== null) errors.push(invalidValue(`${field}.host`, host, HOST_IS_IP));
    addProblems(errors, `${field}.host`, host, hostProblems(host));
  }
  if (rule.http === undefined || (host.includes('*') && allowWildcardRule)) return;
  const paths = rule.http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${field}.http.paths`));
  paths.forEach((path, i) => {
    checkPath(errors, `${field}.http.paths[${i}]`, path);
  });
}

function checkPath(errors: FieldError[], field: string, rule: HTTPIngressPath): void {
  const { path = '' } = rule;
  const pathType = rule.pathType ?? '';
  if (rule.pathType === undefined || rule.pathType === null) {
    errors.push(required(`${field}.pathType`, 'pathType must be specified'));
    return;
  }
  const exact = pathType === 'Exact' || pathType === 'Prefix';
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  else if ((exact || path !== '') && !path.startsWith('/'))
    errors.push(invalidValue(`${field}.path`, path, 'must be an absolute path'));
  if (exact) {
    for (const part of PATH_SEQUENCES)
      if (path.includes(part)) errors.push(invalidValue(`${field}.path`, path, `must not contain '${part}'`));
    for (const end of PATH_ENDS)
      if (path.endsWith(end)) errors.push(invalidValue(`${field}.path`, path, `cannot end with '${end}'`));
  }
  checkBackend(errors, `${field}.backend`, rule.backend ?? {});
}

function checkBackend(errors: FieldError[], field: string, backend: IngressBackend): void {
  const { resource, service } = backend;
  if (resource !== undefined && service !== undefined) {
    errors.push(invalidValue(field, '', 'cannot set both resource and service backends'));
  } else if (resource !== undefined) {
    checkTypedReference(errors, `${field}.resource`, resource);
  } else if (service !== undefined) {
    checkService(errors, field, service);
  } else {
    errors.push(invalidValue(field, '', 'resource or service backend is required'));
  }
}

function checkService(errors: FieldError[], field: string, service: IngressServiceBackend): void {
  const { name = '' } = service;
  if (name === '') errors.push(required(`${field}.service.name`));
  else addProblems(errors, `${field}.service.name`, name, nameIsDnsLabel(name, false));
  const portName = service.port?.name ?? '';
  const number = service.port?.number ?? 0;
  if (portName !== '' && number !== 0) errors.push(invalidValue(field, '', 'cannot set both port name & port number'));
  else if (portName !== '') addProblems(errors, `${field}.service.port.name`, portName, portNameProblems(portName));
  else if (number !== 0) addProblems(errors, `${field}.service.port.number`, number, portNumberProblems(number));
  else errors.push(required(field, 'port name or number is required'));
}

function validateStatus(ingress: StoredIngress, old: StoredIngress): FieldError[] {
  const errors: FieldError[] = [];
  const known = (old.status?.loadBalancer?.ingress ?? []).map((entry) => entry.ip ?? '');
  (ingress.status?.loadBalancer?.ingress ?? []).forEach(({ ip = '', hostname = '' }, i) => {
    const field = `status.loadBalancer.ingress[${i}]`;
    if (ip !== '') addProblems(errors, `${field}.ip`, ip, legacyIpProblems(ip, known));
    if (hostname === '') return;
    addProblems(errors, `${field}.hostname`, hostname, dns1123SubdomainProblems(hostname));
    if (parseIp(hostname) !== null) errors.push(invalidValue(`${field}.hostname`, hostname, HOST_IS_IP));
  });
  return errors;
}

function hostProblems(host: string): readonly string[] {
  return host.includes('*') ? wildcardDns1123SubdomainProblems(host) : dns1123SubdomainProblems(host);
}

function hasInvalidSecretName(ingress: StoredIngress): boolean {
  return (ingress.spec?.tls ?? []).some(
    ({ secretName = '' }) => secretName !== '' && nameIsDnsSubdomain(secretName, false).length > 0,
  );
}

function hasInvalidWildcardRule(ingress: StoredIngress): boolean {
  const errors: FieldError[] = [];
  for (const rule of ingress.spec?.rules ?? [])
    if (rule.host?.includes('*')) checkRule(errors, '', { ...rule, host: '' }, false);
  return errors.length > 0;
}

function hostsText(rules: readonly IngressRule[]): string {
  const hosts = rules.map((rule) => rule.host ?? '').filter((host) => host !== '');
  return hosts.length === 0 ? '*' : firstOf(hosts, 3);
}

function addressText(ingress: StoredIngress): string {
  const entries = ingress.status?.loadBalancer?.ingress ?? [];
  return entries
    .map((entry) => entry.ip || entry.hostname || '')
    .filter((text) => text !== '')
    .join(',');
}
