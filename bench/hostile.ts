/**
 * What everybody else waits for while one client sends the worst that it may: `npm run bench -- --hostile`. For each load, the
 * waits of small GETs on a connection of their own, sent one after the other from before it to after it.
 */
import type { Client } from './client.ts';
import { HOSTILE, type Hostile, LISTED_OBJECTS } from './hostile-bodies.ts';

export interface HostileOptions {
  readonly attacker: Client;
  readonly bystander: Client;
  /** 1: the largest bodies. */
  readonly size: number;
  /** Loads whose name has this in it. */
  readonly only: string;
}

export interface Wait {
  readonly name: string;
  /** Of the hostile request; of the last one, when there are many. */
  readonly status: number;
  /** Milliseconds until the hostile requests were answered. */
  readonly tookMs: number;
  /** Of the GETs beside it, milliseconds. */
  readonly p99Ms: number;
  readonly maxMs: number;
}

const QUIET_MS = 100;

export async function hostile(options: HostileOptions, told: (wait: Wait) => void): Promise<Wait[]> {
  const namespace = `hostile-${Date.now().toString(36)}`;
  const { attacker, bystander } = options;
  const chosen = HOSTILE.filter(({ name }) => name.includes(options.only));
  await attacker.request(0, 'POST', '/api/v1/namespaces', 'application/json', namespaceBody(namespace));
  const account = '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}';
  await attacker.request(0, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, 'application/json', account);
  if (chosen.some(({ method }) => method === 'GET')) await fill(options, namespace);
  const waits: Wait[] = [];
  for (const load of chosen) {
    const wait = await one(load, options, namespace);
    waits.push(wait);
    told(wait);
  }
  return waits;

  async function one(load: Hostile, { size }: HostileOptions, within: string): Promise<Wait> {
    const base = `/api/v1/namespaces/${within}`;
    if (load.before !== undefined)
      await attacker.request(0, 'POST', `${base}/${load.before.path}`, 'application/json', load.before.body(size));
    const body = load.body === undefined ? undefined : Buffer.from(load.body(size));
    let ended = false;
    const waits: number[] = [];
    const watching = (async () => {
      while (!ended) {
        const start = performance.now();
        await bystander.request(0, 'GET', '/api/v1/namespaces/default');
        waits.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: load.times ?? 1 }, () =>
        attacker.request(0, load.method, `${base}/${load.path}`, load.contentType, body, load.accept),
      ),
    );
    const tookMs = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    ended = true;
    await watching;
    waits.sort((a, b) => a - b);
    return {
      name: load.name,
      status: answers.at(-1)?.status ?? 0,
      tookMs,
      p99Ms: waits[Math.floor(waits.length * 0.99)] ?? 0,
      maxMs: waits.at(-1) ?? 0,
    };
  }
}

/** What the lists list. */
async function fill({ attacker, size }: HostileOptions, namespace: string): Promise<void> {
  const count = Math.ceil(LISTED_OBJECTS * size);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `listed-${i}`, labels: { listed: 'yes' } },
        data: { payload: 'x'.repeat(1024) },
      });
      await attacker.request(0, 'POST', `/api/v1/namespaces/${namespace}/configmaps`, 'application/json', body);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

function namespaceBody(name: string): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** A markdown table. */
export function waitsTable(waits: readonly Wait[]): string {
  const rows = waits.map(
    ({ name, status, tookMs, p99Ms, maxMs }) =>
      `| ${name} | ${status} | ${tookMs.toFixed(0)} ms | ${p99Ms.toFixed(1)} ms | ${maxMs.toFixed(1)} ms |`,
  );
  return [
    '| beside | answer | after | p99 of a small GET | longest |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
