/** Lets writers, watchers and readers loose on a server and returns what they did and saw. */
import { createSeededRandom } from '../../src/base/random.ts';
import { connectH2, type H2Client } from '../support/h2-client.ts';
import type { History, Read, Write } from './history.ts';
import { NAMESPACES, scopeNumber } from './objects.ts';
import { list, runReader } from './reader.ts';
import { assemble, expectedEvents } from './truth.ts';
import { runWatcher, type Watcher } from './watcher.ts';
import { runWriter } from './writer.ts';

export interface RunOptions {
  readonly port: number;
  readonly token: string;
  readonly seed: number;
  readonly seconds: number;
  readonly writers: number;
  readonly watchers: number;
  readonly readers: number;
}

const WATCHERS_PER_CONNECTION = 5;
const SETTLE_MS = 20_000;
const WRITES_PER_SECOND_MIN = 40;

export async function runHistory(options: RunOptions): Promise<History> {
  const random = createSeededRandom(options.seed);
  const seeded = () => createSeededRandom(random.below(2 ** 31));
  const connect = (): H2Client => connectH2(options.port, options.token);
  const control = connect();
  for (const name of NAMESPACES) await createNamespace(control, name);
  const pods = await list(control, scopeNumber(0, random), '', 0);
  const configMaps = await list(control, scopeNumber(1, random), '', 0);
  const initial = [...pods.pages, ...configMaps.pages].flatMap(({ items }) => items);
  const startRevision = configMaps.pages[0]?.revision ?? 0;

  const writes: Write[] = [];
  const reads: Read[] = [];
  let active = true;
  const running = (): boolean => active;
  const fleet = createFleet(Math.ceil(options.watchers / WATCHERS_PER_CONNECTION), connect);
  const watchers: Watcher[] = [];
  for (let i = 0; i < options.watchers; i++) {
    const client = () => fleet.client(i % fleet.size);
    // The first two see everything from before the first write: they tell when objects were deleted.
    const after = i < 2 || i % 3 === 0 ? startRevision : 0;
    const scope = scopeNumber(i, random);
    watchers.push(runWatcher({ name: `watcher ${i}`, scope, random: seeded(), client, restless: running }, after));
  }
  const clients = Array.from({ length: 4 }, connect);
  const clientOf = (i: number): H2Client => clients[i % clients.length] ?? control;
  const work: Promise<void>[] = [];
  for (let i = 0; i < options.writers; i++) {
    const record = (write: Write): number => writes.push(write);
    work.push(runWriter({ name: `w${i}`, random: seeded(), client: clientOf(i), pauseMs: 2, record, running }));
  }
  for (let i = 0; i < options.readers; i++) {
    const record = (read: Read): number => reads.push(read);
    work.push(runReader({ random: seeded(), client: clientOf(i), pauseMs: 5, record, running }));
  }
  const breaking = setInterval(() => fleet.breakOne(random.below(fleet.size)), 400);
  const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  await pause(options.seconds * 1000);
  // On a busy machine it takes longer until enough has happened to prove anything.
  while (writes.length < WRITES_PER_SECOND_MIN * options.seconds) await pause(50);
  active = false;
  clearInterval(breaking);
  await Promise.all(work);
  for (const index of [0, 1]) reads.push(await list(control, scopeNumber(index, random), '', 0));

  const history = (): History => ({
    initial,
    writes,
    reads,
    watches: watchers.map(({ record }) => record),
    settledRevision: Number.MAX_SAFE_INTEGER,
  });
  await settle(watchers, history);
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  for (const client of [control, ...clients]) client.destroy();
  fleet.close();
  return history();
}

async function createNamespace(client: H2Client, name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const reply = await client.request('POST', '/api/v1/namespaces', { body });
  if (reply.status !== 201) throw new Error(`namespace ${name}: ${reply.status} ${reply.body}`);
}

/** Waits until each watcher has the last event that it is owed; one that never gets it is found by the validators. */
async function settle(watchers: readonly Watcher[], history: () => History): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const { changes } = assemble(history());
    const behind = watchers.filter((watcher) => {
      const last = expectedEvents(changes, watcher.record.scope).at(-1)?.revision ?? 0;
      return watcher.revision() < last;
    });
    if (behind.length === 0 || performance.now() > deadline) break;
    await new Promise<void>((resolve) => setTimeout(resolve, 100));
  }
  // What should not come has the time to come, too.
  await new Promise<void>((resolve) => setTimeout(resolve, 200));
}

interface Fleet {
  readonly size: number;
  client(index: number): H2Client;
  breakOne(index: number): void;
  close(): void;
}

/** Connections that are made anew when they have broken. */
function createFleet(size: number, connect: () => H2Client): Fleet {
  const clients = Array.from({ length: size }, connect);
  return {
    size,
    client(index) {
      const known = clients[index];
      if (known !== undefined && !known.destroyed) return known;
      const made = connect();
      clients[index] = made;
      return made;
    },
    breakOne: (index) => clients[index]?.destroy(),
    close: () => {
      for (const client of clients) client.destroy();
    },
  };
}
