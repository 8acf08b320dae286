/** ConfigMaps of kube-system by which other components learn how this server authenticates. */

import { X509Certificate } from 'node:crypto';
import { parsePem } from '../../codec/pem.ts';
import type { KubeObject } from '../../meta/object.ts';
import { deepEqual } from '../../schema/equal.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export interface ClusterAuthentication {
  /** PEM; null: client certificates are not accepted. */
  readonly clientCa: string | null;
  /** Null: no front proxy. */
  readonly requestHeader: {
    readonly clientCa: string;
    readonly allowedNames: readonly string[];
    readonly usernameHeaders: readonly string[];
    readonly uidHeaders: readonly string[];
    readonly groupHeaders: readonly string[];
    readonly extraHeaderPrefixes: readonly string[];
  } | null;
}

/** Keys appear only for what is configured. */
export function authenticationConfigMap(auth: ClusterAuthentication): KubeObject {
  const data: Record<string, string> = {};
  if (auth.clientCa !== null) data['client-ca-file'] = auth.clientCa;
  const header = auth.requestHeader;
  if (header !== null) {
    data['requestheader-client-ca-file'] = header.clientCa;
    data['requestheader-allowed-names'] = JSON.stringify(header.allowedNames);
    data['requestheader-username-headers'] = JSON.stringify(header.usernameHeaders);
    data['requestheader-uid-headers'] = JSON.stringify(header.uidHeaders);
    data['requestheader-group-headers'] = JSON.stringify(header.groupHeaders);
    data['requestheader-extra-headers-prefix'] = JSON.stringify(header.extraHeaderPrefixes);
  }
  return configMap('extension-apiserver-authentication', data);
}

/**
 * Values are united with what other API servers wrote; certificates that ended more than five minutes ago go.
 * `nowMs`: since the epoch.
 */
export function reconcileAuthentication(existing: KubeObject | null, desired: KubeObject, nowMs: number): Reconciled {
  if (existing === null) return create(desired);
  const data = { ...dataOf(existing) };
  for (const [key, value] of Object.entries(dataOf(desired))) {
    data[key] = key.endsWith('ca-file')
      ? mergeCertificates(data[key] ?? '', value, nowMs)
      : mergeLists(data[key] ?? '', value);
  }
  return deepEqual(data, dataOf(existing)) ? null : update({ ...existing, data });
}

/** `today`: YYYY-MM-DD in UTC. */
export function legacyTokenTracking(today: string): KubeObject {
  return configMap('kube-apiserver-legacy-service-account-token-tracking', { since: today });
}

/** The first day of tracking is kept unless it is no date. */
export function reconcileLegacyTokenTracking(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing === null) return create(desired);
  const since = dataOf(existing)['since'] ?? '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(since) && !Number.isNaN(Date.parse(since))) return null;
  return update({ ...existing, data: dataOf(desired) });
}

const EXPIRY_SLACK_MS = 5 * 60 * 1000;

function mergeCertificates(have: string, want: string, nowMs: number): string {
  const kept: string[] = [];
  const seen = new Set<string>();
  for (const pem of [...certificatesIn(have), ...certificatesIn(want)]) {
    const certificate = parseCertificate(pem);
    if (certificate === null || seen.has(certificate.fingerprint256)) continue;
    seen.add(certificate.fingerprint256);
    if (Date.parse(certificate.validTo) + EXPIRY_SLACK_MS >= nowMs) kept.push(`${pem}\n`);
  }
  return kept.join('');
}

function certificatesIn(pem: string): string[] {
  return parsePem(pem)
    .blocks.filter((block) => block.type === 'CERTIFICATE' && !block.hasHeaders)
    .map((block) => block.text);
}

function parseCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function mergeLists(have: string, want: string): string {
  return JSON.stringify([...new Set([...parseList(have), ...parseList(want)])]);
}

function parseList(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function configMap(name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data };
}

function dataOf(object: KubeObject): Record<string, string> {
  return (object['data'] as Record<string, string> | undefined) ?? {};
}
