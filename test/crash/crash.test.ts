import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createSeededRandom } from '../../src/base/random.ts';
import { type ChildServer, freePort, startChild, temporaryDirectory } from '../support/child-server.ts';
import { connectH2, type H2Client, type LineStream } from '../support/h2-client.ts';
import { checkState, checkWatch, type Found, type WatchedEvent } from './check.ts';
import { createLedger, NAMESPACE, writeUntilDeath } from './load.ts';

const ROUNDS = Number(process.env['KEELSON_CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['KEELSON_CRASH_SEED'] ?? Date.now() % 1_000_000);
const WRITERS = 8;
/** Acknowledged in a round before the server may be killed. */
const WRITES_MIN = 10;
const COLLECTION = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

test(`${ROUNDS} times kill -9 under load loses nothing that was acknowledged (seed ${SEED})`, async (t) => {
  using directory = temporaryDirectory();
  const random = createSeededRandom(SEED);
  const port = await freePort();
  const ledger = createLedger();
  let server = await startChild({ directory: directory.path, port });
  const first = connectH2(port, server.token);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  const made = await first.request('POST', '/api/v1/namespaces', { body: JSON.stringify(namespace) });
  assert.equal(made.status, 201);
  let state = await readState(first);
  first.destroy();
  let unanswered = 0;
  let replayed = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const enough = ledger.acknowledgedWrites + WRITES_MIN;
      const before = await loadAndKill(
        server,
        state.revision,
        (writer) =>
          writeUntilDeath(port, server.token, writer, createSeededRandom(random.below(2 ** 31)), ledger, round),
        () => ledger.acknowledgedWrites >= enough,
        random.below(500),
      );
      unanswered += [...ledger.objects.values()].filter(({ pending }) => pending !== null).length;
      server = await startChild({ directory: directory.path, port });
      const client = connectH2(port, server.token);
      const lastSeen = before.at(-1)?.revision ?? state.revision;
      const start = new Map(state.found.map(({ name, revision }) => [name, revision]));
      state = await readState(client);
      const problems = checkState(ledger, state.found, state.revision);
      const after = await resume(client, lastSeen, state.revision);
      replayed += after.length;
      problems.push(...checkWatch(before, after, start, state.found));
      client.destroy();
      assert.deepEqual(problems, [], `round ${round}`);
    }
  } finally {
    await server.stop();
  }
  t.diagnostic(`${ledger.acknowledgedWrites} acknowledged, ${unanswered} unanswered, ${replayed} events replayed`);
});

/** Returns what a watch saw until the server was killed. */
async function loadAndKill(
  server: ChildServer,
  after: number,
  write: (writer: number) => Promise<void>,
  isUnderWay: () => boolean,
  milliseconds: number,
): Promise<WatchedEvent[]> {
  const client = connectH2(server.port, server.token);
  const events: WatchedEvent[] = [];
  const watch = watchFrom(client, after, events, 600);
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  while (!isUnderWay() && server.exitCode() === null) await delay(10);
  await delay(milliseconds);
  await server.kill();
  await Promise.all([...writers, watch.ended]);
  client.destroy();
  return events;
}

/** The events after `revision`, up to `until`. */
async function resume(client: H2Client, revision: number, until: number): Promise<WatchedEvent[]> {
  const events: WatchedEvent[] = [];
  const watch = watchFrom(client, revision, events, 1);
  // The server ends it by itself, with a bookmark that says how far it has come.
  const { status, text } = await watch.ended;
  assert.equal(status, 200, text);
  const bookmark = events.pop();
  assert.equal(bookmark?.type, 'BOOKMARK');
  assert.ok((bookmark?.revision ?? 0) >= until, `bookmark ${bookmark?.revision} of ${until}`);
  return events;
}

function watchFrom(client: H2Client, revision: number, events: WatchedEvent[], seconds: number): LineStream {
  const path = `${COLLECTION}?watch=true&allowWatchBookmarks=true&resourceVersion=${revision}&timeoutSeconds=${seconds}`;
  return client.lines(path, (line) => {
    const { type, object } = JSON.parse(line);
    const { name, resourceVersion } = object.metadata;
    events.push({ type, name, revision: Number(resourceVersion), value: object.data?.value ?? '' });
  });
}

/** All objects, each of them parsed. */
async function readState(client: H2Client): Promise<{ revision: number; found: Found[] }> {
  const reply = await client.request('GET', COLLECTION);
  assert.equal(reply.status, 200, reply.body.toString());
  const list = JSON.parse(reply.body.toString());
  const found: Found[] = [];
  for (const { metadata, data } of list.items) {
    const whole = data.end === data.value && data.filler.length === 2000 && data.filler.replaceAll('x', '') === '';
    found.push({
      name: metadata.name,
      uid: metadata.uid,
      revision: Number(metadata.resourceVersion),
      value: data.value,
      whole,
    });
  }
  return { revision: Number(list.metadata.resourceVersion), found };
}
