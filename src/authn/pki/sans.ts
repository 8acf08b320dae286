import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** What clients may call the server: DNS names and IP addresses, each once. */
export interface SubjectAltNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

export interface ServingNames {
  readonly hostname: string;
  /** `cluster.local` */
  readonly clusterDomain: string;
  /** Cluster IPs of the service default/kubernetes. */
  readonly serviceAddresses: readonly string[];
  /** Bind and advertise addresses; unspecified ones (0.0.0.0, ::) are left out. */
  readonly addresses: readonly string[];
  /** Further names or addresses that the user wants. */
  readonly extra: readonly string[];
}

export function servingSans(names: ServingNames): SubjectAltNames {
  const dnsNames = new Set([
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${names.clusterDomain}`,
    'localhost',
  ]);
  const ipAddresses = new Set(['127.0.0.1', '::1']);
  for (const name of [names.hostname, ...names.serviceAddresses, ...names.addresses, ...names.extra]) {
    if (isIP(name) !== 0) {
      if (name !== '0.0.0.0' && name !== '::') ipAddresses.add(name);
    } else if (DNS_NAME.test(name) && name.length <= 253) {
      dnsNames.add(name.toLowerCase());
    }
  }
  return { dnsNames: [...dnsNames], ipAddresses: [...ipAddresses] };
}

/** Hostnames with an underscore or other oddities cannot stand in a certificate. */
const DNS_NAME = /^(\*\.)?[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/;

export function coversSans(certificate: X509Certificate, sans: SubjectAltNames): boolean {
  const given = (certificate.subjectAltName ?? '').split(', ');
  const hasDnsName = (name: string) => given.includes(`DNS:${name}`);
  return sans.dnsNames.every(hasDnsName) && sans.ipAddresses.every((ip) => certificate.checkIP(ip) !== undefined);
}
