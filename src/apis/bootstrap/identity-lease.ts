/** The Lease by which API servers of one cluster know each other (KEP-1965). */
import { createHash } from 'node:crypto';
import type { KubeObject } from '../../meta/object.ts';
import { create, type Reconciled, update } from './reconcile.ts';

export const IDENTITY_LEASE_SECONDS = 3600;

export interface ApiServerIdentity {
  /** From `apiServerId`. */
  readonly id: string;
  readonly hostname: string;
  /** New at each start. */
  readonly holderUuid: string;
  /** `ip_port` for other API servers; null: none. */
  readonly peerAddress: string | null;
}

/** `apiserver-` and 26 base32 characters, the same at each start on one host. */
export function apiServerId(hostname: string): string {
  const hash = createHash('sha256');
  for (const part of [hostname, 'kube-apiserver']) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return `apiserver-${base32(hash.digest().subarray(0, 16))}`;
}

/** `nowMicro`: RFC 3339 with microseconds. */
export function identityLease(identity: ApiServerIdentity, nowMicro: string): KubeObject {
  const metadata: KubeObject['metadata'] = {
    name: identity.id,
    namespace: 'kube-system',
    labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': identity.hostname },
  };
  if (identity.peerAddress !== null)
    metadata.annotations = { 'kubernetes.io/peer-advertise-address': identity.peerAddress };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: {
      holderIdentity: `${identity.id}_${identity.holderUuid}`,
      leaseDurationSeconds: IDENTITY_LEASE_SECONDS,
      renewTime: nowMicro,
    },
  };
}

/** Renewal: every call writes. */
export function reconcileIdentityLease(existing: KubeObject | null, desired: KubeObject): Reconciled {
  if (existing === null) return create(desired);
  const labels = { ...existing.metadata.labels, ...desired.metadata.labels };
  const annotations = { ...existing.metadata.annotations, ...desired.metadata.annotations };
  return update({ ...existing, metadata: { ...existing.metadata, labels, annotations }, spec: desired['spec'] });
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
