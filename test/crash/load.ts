/** Eight writers that know exactly what was acknowledged to them, on objects of their own, until the server dies. */
import type { Random } from '../../src/base/random.ts';
import { connectH2, type H2Client, type Reply } from '../support/h2-client.ts';

/** What one object may be after the crash. */
export interface Owned {
  readonly path: string;
  /** The last acknowledged state; null: deleted, or never created. */
  acknowledged: Known | null;
  /** A write that was under way when the connection broke; null: none. `value` null: a delete. */
  pending: { readonly value: string | null } | null;
}

export interface Known {
  readonly uid: string;
  readonly revision: number;
  readonly value: string;
}

export interface Ledger {
  readonly objects: Map<string, Owned>;
  /** The highest revision in any answer. */
  revision: number;
  acknowledgedWrites: number;
}

export const NAMESPACE = 'crash';
const NAMES_PER_WRITER = 20;
/** Long enough that a half-written object would show. */
const FILLER = 'x'.repeat(2000);

export function createLedger(): Ledger {
  return { objects: new Map(), revision: 0, acknowledgedWrites: 0 };
}

/** Resolves when the connection has broken. */
export async function writeUntilDeath(
  port: number,
  token: string,
  writer: number,
  random: Random,
  ledger: Ledger,
  round: number,
): Promise<void> {
  const client = connectH2(port, token);
  for (let number = 0; ; number++) {
    const name = `w${writer}-${random.below(NAMES_PER_WRITER)}`;
    const owned = ownedOf(ledger, name);
    const value = random.below(4) === 0 && owned.acknowledged !== null ? null : `${round}-${writer}-${number}`;
    owned.pending = { value };
    const reply = await send(client, owned, value, random).catch(() => null);
    if (reply === null) break;
    settle(ledger, owned, value, reply);
  }
  client.destroy();
}

function ownedOf(ledger: Ledger, name: string): Owned {
  const known = ledger.objects.get(name);
  if (known !== undefined) return known;
  const made: Owned = {
    path: `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`,
    acknowledged: null,
    pending: null,
  };
  ledger.objects.set(name, made);
  return made;
}

function send(client: H2Client, { path, acknowledged }: Owned, value: string | null, random: Random): Promise<Reply> {
  if (value === null) return client.request('DELETE', path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { value, filler: FILLER, end: value },
  };
  const body = JSON.stringify(object);
  if (acknowledged === null) return client.request('POST', path.slice(0, path.lastIndexOf('/')), { body });
  if (random.below(2) === 0) return client.request('PUT', path, { body });
  const data = JSON.stringify({ data: { value, end: value } });
  return client.request('PATCH', path, { body: data, contentType: 'application/merge-patch+json' });
}

/** Nobody else writes these objects: any answer but success is a fault of the server. */
function settle(ledger: Ledger, owned: Owned, value: string | null, { status, body }: Reply): void {
  if (status !== 200 && status !== 201) throw new Error(`${owned.path}: ${status} ${body}`);
  const answer = JSON.parse(body.toString());
  owned.pending = null;
  ledger.acknowledgedWrites++;
  if (value === null) {
    owned.acknowledged = null;
    return;
  }
  const revision = Number(answer.metadata.resourceVersion);
  owned.acknowledged = { uid: answer.metadata.uid, revision, value };
  ledger.revision = Math.max(ledger.revision, revision);
}
