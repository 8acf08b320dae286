/** The `kubernetes` Service of the default namespace and what stands behind it: how pods find the API server. */
import type { KubeObject } from '../../meta/object.ts';
import { deepEqual } from '../../schema/equal.ts';
import { type Cidr, firstAddress, type IpFamily, parseIp } from '../networking/cidr.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export interface KubernetesServiceOptions {
  /** The primary service range. */
  readonly range: Cidr;
  /** Port of the Service, 443. */
  readonly servicePort: number;
  /** Port on which the API server listens. */
  readonly securePort: number;
  /** Null: a ClusterIP Service. */
  readonly nodePort: number | null;
}

/** Throws Error when the range has no usable address: a configuration error. */
export function kubernetesService(options: KubernetesServiceOptions): KubeObject {
  const clusterIP = firstAddress(options.range);
  if (clusterIP === null) throw new Error(`the service range ${options.range.text} holds no address`);
  const port = { name: 'https', protocol: 'TCP', port: options.servicePort, targetPort: options.securePort };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      ports: [options.nodePort === null ? port : { ...port, nodePort: options.nodePort }],
      clusterIP,
      clusterIPs: [clusterIP],
      type: options.nodePort === null ? 'ClusterIP' : 'NodePort',
      sessionAffinity: 'None',
      ipFamilies: [options.range.family],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  };
}

/** The IPAddress that records a cluster IP as taken by a Service (KEP-1880). */
export function serviceIpAddress(ip: string, namespace: string, name: string): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: ip,
      labels: {
        'ipaddress.kubernetes.io/ip-family': parseIp(ip)?.family ?? 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { resource: 'services', namespace, name } },
  };
}

/** `addresses`: of all live API servers. */
export function kubernetesEndpoints(addresses: readonly string[], port: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [
      { addresses: [...addresses].sort().map((ip) => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' }] },
    ],
  };
}

export function kubernetesEndpointSlice(addresses: readonly string[], port: number): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: sliceFamily(addresses),
    endpoints: [...addresses].sort().map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: 'https', protocol: 'TCP', port }],
  };
}

/** Labels that others added are kept. */
export function reconcileEndpoints(existing: KubeObject | null, desired: KubeObject): Reconciled {
  return keepContent(existing, desired, ['subsets']);
}

/** The address type of a slice is immutable: another one needs another object. */
export function reconcileEndpointSlice(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing !== null && existing['addressType'] !== desired['addressType'])
    return { write: 'replace', object: desired };
  return keepContent(existing, desired, ['endpoints', 'ports']);
}

/** `cidrs`: the service ranges, one or two. */
export function defaultServiceCidr(cidrs: readonly string[]): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [...cidrs] },
    status: {},
  };
}

/** A single-stack object grows to dual-stack; any other difference is left for an administrator to solve. */
export function reconcileServiceCidr(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing === null) return create(desired);
  const have = cidrsOf(existing);
  const want = cidrsOf(desired);
  if (have.length !== 1 || want.length !== 2 || have[0] !== want[0]) return null;
  return update({ ...existing, spec: desired['spec'] });
}

/** The status condition for server-side apply by field manager kubernetes-service-cidr-controller. `now`: RFC 3339. */
export function readyServiceCidr(now: string): KubeObject {
  const condition = {
    type: 'Ready',
    status: 'True',
    lastTransitionTime: now,
    reason: '',
    message: 'Kubernetes default Service CIDR is ready',
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    status: { conditions: [condition] },
  };
}

function keepContent(existing: KubeObject | null, desired: KubeObject, fields: readonly string[]): Reconciled {
  if (existing === null) return create(desired);
  const labels = existing.metadata.labels ?? {};
  const wanted = desired.metadata.labels ?? {};
  const labelled = Object.keys(wanted).every((key) => labels[key] === wanted[key]);
  if (labelled && fields.every((field) => deepEqual(existing[field], desired[field]))) return null;
  const object: KubeObject = { ...existing, metadata: { ...existing.metadata, labels: { ...labels, ...wanted } } };
  for (const field of fields) object[field] = desired[field];
  return update(object);
}

function cidrsOf(object: KubeObject): readonly string[] {
  return (object['spec'] as { cidrs?: string[] } | undefined)?.cidrs ?? [];
}

function sliceFamily(addresses: readonly string[]): IpFamily {
  return addresses.length > 0 && addresses.every((ip) => parseIp(ip)?.family === 'IPv6') ? 'IPv6' : 'IPv4';
}
