/** The contract of expiry and of opening a store again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Engine } from '../engine.ts';
import {
  brief,
  briefPage,
  type Context,
  committed,
  put,
  rangeOf,
  read,
  recordEvents,
  remove,
  until,
} from './helpers.ts';

export function expiryContract(context: Context): void {
  const putFor = (engine: Engine, key: string, ttlSeconds: number | null, expectedRevision = 0) =>
    engine.write({ type: 'put', key, value: Buffer.from('x'), expectedRevision, ttlSeconds, attachment: null });
  const pass = async (seconds: number): Promise<void> => {
    const { clock } = context.subject();
    if (clock !== null) clock.advance(seconds * 1000);
    else await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  };

  it('deletes what has expired, with ordinary events', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    await committed(putFor(engine, '/r/short', 1));
    await committed(putFor(engine, '/r/long', 100));
    await committed(putFor(engine, '/r/forever', null));
    await pass(2);
    await until(() => sink.received.length === 4);
    const last = sink.received[3]!;
    assert.deepEqual([last.type, last.key, last.previous?.value.toString()], ['delete', '/r/short', 'x']);
    assert.deepEqual(
      (await read(rangeOf(engine, '/r/'))).records.map((record) => record.key),
      ['/r/forever', '/r/long'],
    );
  });

  it('counts anew at each put', async () => {
    const engine = context.engine();
    const first = await committed(putFor(engine, '/r/a', 2));
    const other = await committed(putFor(engine, '/r/b', 2));
    await pass(1);
    await committed(putFor(engine, '/r/a', 2, first));
    await committed(putFor(engine, '/r/b', null, other));
    await committed(putFor(engine, '/r/c', 1));
    const sink = recordEvents();
    engine.watch('/r/c', await engine.currentRevision(), sink);
    await pass(1.5);
    await until(() => sink.received.length === 1);
    assert.deepEqual(
      (await read(rangeOf(engine, '/r/'))).records.map((record) => record.key),
      ['/r/a', '/r/b'],
    );
  });
}

export function reopenContract(context: Context): void {
  it('finds values, history, compaction and revision again', async (test) => {
    const { reopen } = context.subject();
    if (reopen === null) return test.skip('this engine does not outlive its process');
    let engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    engine = await reopen();
    assert.equal(await engine.currentRevision(), gone);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', b1))), ['/r/a=a1', '/r/b=b1']);
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', 'a2', a2, a1]);
    const sink = recordEvents();
    engine.watch('/r/', a1, sink);
    await until(() => sink.revision === gone);
    assert.equal(sink.received.length, 3);
    await engine.compact(gone);
    engine = await reopen();
    assert.equal(await engine.currentRevision(), gone, 'a compacted delete still counts');
    assert.equal(engine.compactedRevision(), gone);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/a=a2']);
    assert.ok((await committed(put(engine, '/r/b', 'b2', 0))) > gone);
  });

  it('deletes what expired meanwhile', async (test) => {
    const { reopen, clock } = context.subject();
    if (reopen === null || clock === null) return test.skip('this engine does not outlive its process');
    let engine = context.engine();
    await committed(
      engine.write({
        type: 'put',
        key: '/r/a',
        value: Buffer.from('x'),
        expectedRevision: 0,
        ttlSeconds: 5,
        attachment: null,
      }),
    );
    await engine.close();
    clock.advance(10_000);
    engine = await reopen();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    clock.advance(0);
    await until(() => sink.received.length === 1);
    assert.equal(sink.received[0]!.type, 'delete');
    assert.equal(await read(engine.get('/r/a', 0)), null);
  });
}
