/**
 * `npm run bench`: measures a server of its own. `npm run bench -- --server URL --token T` drives any other API server with the
 * same work. `--objects N`, `--seconds S`, `--kind pods|configmaps`, `--small`. `--hostile [--only TEXT]`: what others wait for beside
 * the worst requests (hostile.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, createClient } from './client.ts';
import { hostile, type Wait, waitsTable } from './hostile.ts';
import { type LoadOptions, type Operation, prepare, run } from './load.ts';
import { ROWS, type RowName } from './rows.ts';
import { type BenchServer, startServer } from './server.ts';

export interface BenchOptions {
  /** Null: a server is started. */
  readonly server: { readonly url: string; readonly token: string } | null;
  readonly kinds: readonly ('pods' | 'configmaps')[];
  readonly objects: number;
  readonly seconds: number;
  readonly watchers: number;
  readonly writes: number;
}

export type Figures = Partial<Record<RowName, number>>;

const POD_OPERATIONS: readonly Operation[] = [
  'create',
  'get',
  'list',
  'list0',
  'select',
  'update',
  'patch',
  'apply',
  'watch',
  'delete',
];
const KINDS = ['pods', 'configmaps'] as const;
const MAP_OPERATIONS = ['create', 'get', 'list0', 'patch', 'delete'] as const;
const WORKERS = 16;
const CONNECTIONS = 4;
/** Before idle memory is read. */
const SETTLE_MS = 2000;

export async function bench(options: BenchOptions, told: (name: RowName, value: number) => void): Promise<Figures> {
  const figures: Figures = {};
  const note = (name: RowName, value: number): void => {
    figures[name] = value;
    told(name, value);
  };
  const directory = mkdtempSync(join(tmpdir(), 'keelson-bench-'));
  const own = options.server === null ? await startTwice(directory, note) : null;
  const { url, token } = options.server ?? (own as BenchServer);
  const client = await createClient(url, token, CONNECTIONS);
  try {
    if (options.kinds.includes('pods')) await pods(options, client, own, note);
    if (options.kinds.includes('configmaps')) await configMaps(options, client, note);
  } finally {
    client.close();
    await own?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  return figures;
}

export interface HostileBenchOptions {
  /** Null: a server is started. */
  readonly server: { readonly url: string; readonly token: string } | null;
  /** Of the bodies, 1 for the largest. */
  readonly size: number;
  /** A part of the names of the loads to send. */
  readonly only: string;
}

/** The waits of one client beside each hostile load of another. */
export async function hostileBench(options: HostileBenchOptions, told: (wait: Wait) => void): Promise<Wait[]> {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-bench-'));
  const own = options.server === null ? await startServer(directory) : null;
  const { url, token } = options.server ?? (own as BenchServer);
  const attacker = await createClient(url, token, 1);
  const bystander = await createClient(url, token, 1);
  try {
    return await hostile({ attacker, bystander, ...options }, told);
  } finally {
    attacker.close();
    bystander.close();
    await own?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The first start makes certificates and first objects; the second finds them, and is the one that is measured on. */
async function startTwice(directory: string, note: (name: RowName, value: number) => void): Promise<BenchServer> {
  const first = await startServer(directory);
  note('start', first.startSeconds);
  await first.stop();
  const second = await startServer(directory);
  note('restart', second.startSeconds);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  note('idle', second.rssMb());
  return second;
}

async function pods(
  options: BenchOptions,
  client: Client,
  own: BenchServer | null,
  note: (name: RowName, value: number) => void,
) {
  const load = loadOf(options, client, 'pods');
  await prepare(load);
  for (const operation of POD_OPERATIONS) note(operation, await run(operation, load));
  if (own !== null) note('loaded', own.rssMb());
}

async function configMaps(options: BenchOptions, client: Client, note: (name: RowName, value: number) => void) {
  const load = loadOf(options, client, 'configmaps');
  await prepare(load);
  for (const operation of MAP_OPERATIONS) note(`cm-${operation}`, await run(operation, load));
}

function loadOf(options: BenchOptions, client: Client, kind: 'pods' | 'configmaps'): LoadOptions {
  const namespace = `load-${kind}-${Date.now().toString(36)}`;
  return { ...options, client, kind, namespace, workers: WORKERS };
}

/** A markdown table beside the reference figures. */
export function tableOf(figures: Figures, date: Date): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores of ${cpu?.model ?? 'an unknown processor'}, Node.js ${process.version}`;
  const rows = (Object.keys(ROWS) as RowName[]).flatMap((name) => {
    const value = figures[name];
    const { name: text, unit, goal, reference } = ROWS[name];
    return value === undefined ? [] : [`| ${text} | ${round(value)} ${unit} | ${goal} | ${reference} |`];
  });
  return [
    `Measured on ${date.toISOString().slice(0, 10)}: ${machine}, the load generator on the same machine, 16 workers, 4 connections.`,
    '',
    '| | Keelson | goal | kube-apiserver 1.20.2 + etcd 3.5 |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function round(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

export const SMALL = { objects: 64, seconds: 0.2, watchers: 5, writes: 10 } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      token: { type: 'string', default: '' },
      objects: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '5' },
      kind: { type: 'string' },
      small: { type: 'boolean', default: false },
      hostile: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  const server = values.server === undefined ? null : { url: values.server, token: values.token };
  if (values.hostile) {
    const waits = await hostileBench({ server, size: values.small ? 0.01 : 1, only: values.only }, (wait) =>
      process.stderr.write(`${wait.name}: ${round(wait.p99Ms)} ms, longest ${round(wait.maxMs)} ms\n`),
    );
    process.stdout.write(`${waitsTable(waits)}\n`);
    process.exit(0);
  }
  const size = values.small
    ? SMALL
    : { objects: Number(values.objects), seconds: Number(values.seconds), watchers: 100, writes: 500 };
  const figures = await bench({ server, kinds, ...size }, (name, value) =>
    process.stderr.write(`${ROWS[name].name}: ${round(value)} ${ROWS[name].unit}\n`),
  );
  process.stdout.write(`${tableOf(figures, new Date())}\n`);
  process.exit(0);
}

if (import.meta.main) await main();
