import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createManualClock } from '../base/manual-clock.ts';
import {
  briefEvent,
  briefPage,
  committed,
  put,
  rangeOf,
  read,
  recordEvents,
  remove,
  until,
} from './contract/helpers.ts';
import { createEmbeddedEngine } from './embedded.ts';
import type { Engine } from './engine.ts';
import { StoreFullError } from './errors.ts';
import { createMemoryBackend } from './memory.ts';

/** An engine whose commits find no room as long as they are told so: `puts` those with puts, `all` all. */
function createFaulty() {
  const clock = createManualClock();
  const backend = createMemoryBackend(() => Number.POSITIVE_INFINITY);
  const stopped: Error[] = [];
  const faulty = {
    failing: 'none' as 'none' | 'puts' | 'all',
    commits: 0,
    taken: 0,
    clock,
    stopped,
    engine: createEmbeddedEngine({
      backend: {
        ...backend,
        async commit(records, dropped, compacted) {
          faulty.commits++;
          await new Promise((resolve) => setImmediate(resolve));
          const hasPuts = records.some(({ type }) => type === 'put');
          if (faulty.failing === 'all' || (faulty.failing === 'puts' && hasPuts)) throw new StoreFullError('no room');
          await backend.commit(records, dropped, compacted);
          for (const { type } of records) if (type === 'put') faulty.taken--;
        },
        take(valueBytes) {
          faulty.taken++;
          return backend.take(valueBytes);
        },
        untake: () => void faulty.taken--,
      },
      clock,
      stop: (error) => void stopped.push(error),
    }),
  };
  return faulty;
}

const outcomeOf = (write: ReturnType<Engine['write']>): Promise<string> =>
  write.then(
    (outcome) => outcome.kind,
    (error: unknown) => (error instanceof StoreFullError ? 'full' : String(error)),
  );

it('takes back a transaction without room: puts are refused at once, deletes are made without them', async () => {
  const faulty = createFaulty();
  const { engine } = faulty;
  const a = await committed(put(engine, '/r/a', 'a1', 0));
  const b = await committed(put(engine, '/r/b', 'b1', 0));
  const c = await committed(put(engine, '/r/c', 'c1', 0));
  const sink = recordEvents();
  engine.watch('/r/', c, sink);
  faulty.failing = 'puts';
  const outcomes = await Promise.all(
    [
      put(engine, '/r/a', 'a2', a),
      // It would have been too late for the put before it, which never was.
      remove(engine, '/r/a', a),
      remove(engine, '/r/b', b),
      put(engine, '/r/b', 'b2', 0),
      put(engine, '/r/new', 'new', 0),
      put(engine, '/r/new', 'newer', 0),
      remove(engine, '/r/new', 7),
      put(engine, '/r/c', 'late', b),
    ].map(outcomeOf),
  );
  assert.deepEqual(outcomes, ['full', 'committed', 'committed', 'full', 'full', 'full', 'missing', 'conflict']);
  assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/c=c1']);
  assert.deepEqual(sink.received.map(briefEvent), [
    `${c + 1} delete /r/a=null of ${a}, was a1`,
    `${c + 2} delete /r/b=null of ${b}, was b1`,
  ]);
  faulty.failing = 'none';
  assert.equal(await committed(put(engine, '/r/new', 'at last', 0)), c + 3);
  assert.equal(faulty.taken, 0, 'nothing counts as taken for ever');
  await engine.compact(c + 3);
  assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/c=c1', '/r/new=at last']);
  assert.deepEqual(faulty.stopped, []);
  await engine.close();
});

it('tries deletes and compaction again until there is room, refusing puts and answering reads meanwhile', async () => {
  const faulty = createFaulty();
  const { engine } = faulty;
  const a1 = await committed(put(engine, '/r/a', 'a1', 0));
  const a2 = await committed(put(engine, '/r/a', 'a2', a1));
  const b = await committed(put(engine, '/r/b', 'b1', 0));
  faulty.failing = 'all';
  const compacted = engine.compact(b);
  const removed = outcomeOf(remove(engine, '/r/b', b));
  const { commits } = faulty;
  await until(() => faulty.commits > commits);
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await outcomeOf(put(engine, '/r/c', 'c1', 0)), 'full');
  assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/a=a2', '/r/b=b1']);
  assert.equal(await engine.currentRevision(), b);
  faulty.failing = 'none';
  faulty.clock.advance(2000);
  assert.equal(await removed, 'committed');
  await compacted;
  assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/a=a2']);
  assert.equal(await outcomeOf(put(engine, '/r/a', 'a3', a2)), 'committed');
  await engine.close();
});

it('expires what was there before, never what was taken back', async () => {
  const faulty = createFaulty();
  const { engine } = faulty;
  const putFor = (key: string, ttlSeconds: number | null, expectedRevision = 0) =>
    engine.write({ type: 'put', key, value: Buffer.from('x'), expectedRevision, ttlSeconds, attachment: null });
  const a = await committed(putFor('/r/a', 10));
  faulty.failing = 'puts';
  assert.deepEqual(await Promise.all([putFor('/r/a', null, a), putFor('/r/b', 5)].map(outcomeOf)), ['full', 'full']);
  faulty.failing = 'none';
  // They take the revisions of those two.
  await committed(putFor('/r/c', null));
  await committed(putFor('/r/b', null));
  const sink = recordEvents();
  engine.watch('/r/', await engine.currentRevision(), sink);
  faulty.clock.advance(6_000);
  faulty.clock.advance(6_000);
  await until(() => sink.received.length > 0);
  assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/b=x', '/r/c=x']);
  await engine.close();
});
