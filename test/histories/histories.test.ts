import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ChildServer, freePort, startChild, temporaryDirectory } from '../support/child-server.ts';
import type { History } from './history.ts';
import { runHistory } from './run.ts';
import { assemble, type Truth } from './truth.ts';
import { VALIDATORS } from './validators.ts';

const SECONDS = Number(process.env['KEELSON_HISTORY_SECONDS'] ?? 5);
const SEED = Number(process.env['KEELSON_HISTORY_SEED'] ?? Date.now() % 1_000_000);

describe(`${SECONDS} s of writers, watchers and readers (seed ${SEED})`, () => {
  const directory = temporaryDirectory();
  let server: ChildServer | null = null;
  let history: History = { initial: [], writes: [], reads: [], watches: [], settledRevision: 0 };
  let truth: Truth = { changes: [], problems: [] };

  before(async () => {
    server = await startChild({ directory: directory.path, port: await freePort() });
    const { port, token } = server;
    history = await runHistory({ port, token, seed: SEED, seconds: SECONDS, writers: 8, watchers: 50, readers: 4 });
    truth = assemble(history);
  });
  after(async () => {
    await server?.stop();
    directory[Symbol.dispose]();
  });

  test('enough has happened to prove anything', (t) => {
    const events = history.watches.flatMap(({ sessions }) => sessions.map(({ seen }) => seen.length));
    const total = events.reduce((sum, count) => sum + count, 0);
    const outcomes = Map.groupBy(history.writes, ({ outcome }) => outcome.kind);
    t.diagnostic([...outcomes].map(([kind, writes]) => `${writes.length} ${kind}`).join(', '));
    t.diagnostic(`${total} events in ${events.length} sessions, ${history.reads.length} reads`);
    assert.ok(truth.changes.length > 10 * SECONDS, `${truth.changes.length} changes`);
    assert.ok(events.length > history.watches.length, 'no watch was resumed');
    for (const kind of ['written', 'deleted', 'conflict', 'exists'] as const) assert.ok(outcomes.has(kind), kind);
    assert.equal(outcomes.has('unknown'), false, 'a writer lost its connection');
  });

  for (const [promise, validate] of Object.entries(VALIDATORS)) {
    test(promise, () => {
      const problems = validate(history, truth);
      assert.equal(problems.length, 0, `${problems.length} problems:\n${problems.slice(0, 10).join('\n')}`);
    });
  }
});
