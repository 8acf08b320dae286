/** Warnings about pod specs that are valid and probably not meant. */

import { goQuote } from '../../base/go-text.ts';
import { warningCharactersMax } from '../../base/limits.ts';
import type { Container, ContainerPort, PodSpec } from '../../generated/interfaces.ts';
import { parseQuantity } from '../../meta/quantity.ts';

/** `prefix`: where the spec stands: '' or `template.` and alike. */
export function podSpecWarnings(
  prefix: string,
  spec: PodSpec | undefined,
  annotations: Readonly<Record<string, string>> | undefined,
): string[] {
  const warnings: string[] = [];
  if (spec === undefined) return warnings;
  addNodeLabels(warnings, prefix, spec);
  if (annotations !== undefined) addAnnotations(warnings, prefix, annotations);
  spec.volumes?.forEach((volume, i) => {
    addDeprecatedSources(warnings, `${prefix}spec.volumes[${i}]`, volume);
  });
  addRepeated(
    warnings,
    `${prefix}spec.hostAliases`,
    'ip',
    spec.hostAliases?.map((alias) => alias.ip ?? ''),
  );
  addRepeated(
    warnings,
    `${prefix}spec.imagePullSecrets`,
    'name',
    spec.imagePullSecrets?.map((secret) => secret.name ?? ''),
  );
  spec.imagePullSecrets?.forEach(({ name }, i) => {
    if (!name) warnings.push(`${prefix}spec.imagePullSecrets[${i}].name: invalid empty name ""`);
  });
  addFractions(warnings, `${prefix}spec.overhead`, spec.overhead);
  const ports = new Map<string, PortGroup>();
  for (const [at, container] of placed(prefix, spec)) {
    addFractions(warnings, `${at}.resources.limits`, container.resources?.limits);
    addFractions(warnings, `${at}.resources.requests`, container.resources?.requests);
    addHiddenVariables(warnings, at, container);
    container.ports?.forEach((port, i) => {
      addPort(warnings, ports, `${at}.ports[${i}]`, port);
    });
  }
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) {
    warnings.push(
      `${prefix}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  for (const { name = '', projected } of spec.volumes ?? []) {
    for (const source of projected?.sources ?? []) {
      if (Object.keys(source).length > 0 || warnings.length >= warningCharactersMax) continue;
      warnings.push(`volume ${goQuote(name)} (Projected) has no sources provided`);
    }
  }
  return warnings;
}

function* placed(prefix: string, spec: PodSpec): Generator<[string, Container]> {
  for (const list of ['initContainers', 'containers'] as const) {
    const containers = spec[list] ?? [];
    for (let i = 0; i < containers.length; i++) yield [`${prefix}spec.${list}[${i}]`, containers[i]!];
  }
}

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** '' for a label that is fine. */
function deprecatedNodeLabel(label: string): string {
  return Object.hasOwn(DEPRECATED_LABELS, label) ? DEPRECATED_LABELS[label]! : '';
}

function addNodeLabels(warnings: string[], prefix: string, spec: PodSpec): void {
  for (const key in spec.nodeSelector) {
    const text = deprecatedNodeLabel(key);
    if (text !== '') warnings.push(`${prefix}spec.nodeSelector[${key}]: ${text}`);
  }
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const at = `${prefix}spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  terms?.forEach((term, i) => {
    term.matchExpressions?.forEach(({ key = '' }, j) => {
      const text = deprecatedNodeLabel(key);
      if (text !== '') warnings.push(`${at}[${i}].matchExpressions[${j}].key: ${key} is ${text}`);
    });
  });
  spec.topologySpreadConstraints?.forEach(({ topologyKey = '', labelSelector }, i) => {
    const field = `${prefix}spec.topologySpreadConstraints[${i}]`;
    const text = deprecatedNodeLabel(topologyKey);
    if (text !== '') warnings.push(`${field}.topologyKey: ${topologyKey} is ${text}`);
    if (labelSelector === undefined)
      warnings.push(`${field}.labelSelector: a null labelSelector results in matching no pod`);
  });
}

const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];

function addAnnotations(warnings: string[], prefix: string, annotations: Readonly<Record<string, string>>): void {
  for (const [key, text] of DEPRECATED_ANNOTATIONS) {
    if (Object.hasOwn(annotations, key)) warnings.push(`${prefix}metadata.annotations[${key}]: ${text}`);
  }
  for (const key in annotations) {
    if (
      key === 'seccomp.security.alpha.kubernetes.io/pod' ||
      key.startsWith('container.seccomp.security.alpha.kubernetes.io/')
    ) {
      warnings.push(
        `${prefix}metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
      );
    }
  }
}

const DEPRECATED_SOURCES = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;
type DeprecatedSource = (typeof DEPRECATED_SOURCES)[number][0];

/** Of a pod's volume, or of a PersistentVolume's spec. */
export function addDeprecatedSources(
  warnings: string[],
  at: string,
  volume: Readonly<Partial<Record<DeprecatedSource, unknown>>>,
): void {
  for (const [source, shown, text] of DEPRECATED_SOURCES)
    if (volume[source] !== undefined) warnings.push(`${at}.${shown}: ${text}`);
}

function addRepeated(warnings: string[], field: string, member: string, values: readonly string[] = []): void {
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (seen.has(value)) warnings.push(`${field}[${i}].${member}: duplicate ${member} ${JSON.stringify(value)}`);
    seen.add(value);
  });
}

const NANO = 1_000_000_000n;

/** Bytes come whole. */
function addFractions(warnings: string[], field: string, list: Readonly<Record<string, string>> | undefined): void {
  if (list === undefined) return;
  for (const name of ['memory', 'ephemeral-storage']) {
    const text = list[name];
    // Whole amounts end in a digit or a suffix other than `m`.
    if (text === undefined || !text.endsWith('m')) continue;
    const quantity = parseQuantity(text);
    if (quantity === null || quantity.nano % NANO === 0n) continue;
    warnings.push(`${field}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`);
  }
}

function addHiddenVariables(warnings: string[], at: string, container: Container): void {
  const names = new Set<string>();
  container.env?.forEach(({ name = '', value = '', valueFrom }, i) => {
    if (!names.has(name)) {
      names.add(name);
      return;
    }
    const reference = `$(${name})`;
    // Building on the earlier value is a way of appending to it.
    if (valueFrom === undefined && value !== reference && value.includes(reference)) return;
    warnings.push(
      `${at}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    );
  });
}

interface PlacedPort {
  readonly at: string;
  readonly port: ContainerPort;
  /** Its place among the ports of its group. */
  readonly index: number;
}

/** The ports of one number and protocol seen so far, in their order. */
interface PortGroup {
  readonly all: PlacedPort[];
  /** By host port, and by host port and address: `80`, `80/10.0.0.1`. Made when there is a second one. */
  byHost: Map<string, PlacedPort[]> | null;
}

/** As Go prints the struct. */
function goPort({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function addPort(warnings: string[], groups: Map<string, PortGroup>, at: string, port: ContainerPort): void {
  // Ports may differ or agree in pairs, n²/2 of them. What is beyond this would not be sent.
  if (warnings.length >= warningCharactersMax) return;
  if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
  const key = `${port.containerPort}/${port.protocol}`;
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, { all: [{ at, port, index: 0 }], byHost: null });
    return;
  }
  group.byHost ??= hostsOf(group.all);
  const { byHost } = group;
  const { hostIP = '', hostPort = 0 } = port;
  for (const other of clashing(group.all, byHost, hostPort, hostIP)) {
    const otherIp = other.port.hostIP ?? '';
    const otherPort = other.port.hostPort ?? 0;
    if (hostIP === otherIp && hostPort === otherPort) {
      warnings.push(`${at}: duplicate port definition with ${other.at}`);
    } else if (hostPort === 0 || otherPort === 0) {
      warnings.push(`${at}: overlapping port definition with ${other.at}`);
    } else {
      warnings.push(`${at}: dangerously ambiguous port definition with ${other.at}`);
    }
  }
  const placed = { at, port, index: group.all.length };
  group.all.push(placed);
  addHost(byHost, placed);
}

function hostsOf(ports: readonly PlacedPort[]): Map<string, PlacedPort[]> {
  const byHost = new Map<string, PlacedPort[]>();
  for (const placed of ports) addHost(byHost, placed);
  return byHost;
}

function addHost(byHost: Map<string, PlacedPort[]>, placed: PlacedPort): void {
  const { hostIP = '', hostPort = 0 } = placed.port;
  for (const host of [`${hostPort}`, `${hostPort}/${hostIP}`]) {
    const twins = byHost.get(host);
    if (twins === undefined) byHost.set(host, [placed]);
    else twins.push(placed);
  }
}

/** Those that share a place on the host: without a host port one shares all, without an address all of that port. */
function clashing(
  all: readonly PlacedPort[],
  byHost: ReadonlyMap<string, PlacedPort[]>,
  hostPort: number,
  hostIP: string,
): readonly PlacedPort[] {
  if (hostPort === 0) return all;
  const hosts = hostIP === '' ? ['0', `${hostPort}`] : ['0', `${hostPort}/`, `${hostPort}/${hostIP}`];
  return hosts.flatMap((host) => byHost.get(host) ?? []).sort((a, b) => a.index - b.index);
}
