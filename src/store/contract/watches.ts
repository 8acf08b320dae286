/** The contract of watches: order, completeness, history, ends. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Revision } from '../engine.ts';
import {
  brief,
  briefEvent,
  type Context,
  committed,
  type EventRecorder,
  put,
  recordEvents,
  remove,
  until,
} from './helpers.ts';

export function watchContract(context: Context): void {
  it('delivers events with what they replaced, before the write is answered', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const attachment = { of: 'this write' };
    const write = { type: 'put', key: '/r/a', value: Buffer.from('1'), expectedRevision: 0, ttlSeconds: null } as const;
    const first = await committed(engine.write({ ...write, attachment }));
    assert.equal(sink.received.length, 1);
    assert.equal(sink.received[0]!.attachment, attachment);
    assert.equal(sink.revision, first);
    const second = await committed(put(engine, '/r/a', '2', first));
    await committed(put(engine, '/other', 'x', 0));
    const third = await committed(remove(engine, '/r/a', second));
    assert.deepEqual(sink.received.map(briefEvent), [
      `${first} put /r/a=1 of ${first}, was undefined`,
      `${second} put /r/a=2 of ${first}, was 1`,
      `${third} delete /r/a=null of ${first}, was 2`,
    ]);
    assert.deepEqual(brief(sink.received[2]!.previous), ['/r/a', '2', second, first]);
  });

  it('tells progress when other keys are written', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const revision = await committed(put(engine, '/other', 'x', 0));
    await until(() => sink.revision === revision);
    assert.deepEqual(sink.received, []);
  });

  it('replays history with what each event replaced, then goes on live without loss', async () => {
    const engine = context.engine();
    const start = await committed(put(engine, '/r/0', '0', 0));
    const expected: string[] = [];
    let last = start;
    for (let index = 1; index <= 20; index++) {
      const revision = await committed(put(engine, '/r/0', `${index}`, last));
      expected.push(`${revision} put /r/0=${index} of ${start}, was ${index - 1}`);
      last = revision;
    }
    const sink = recordEvents();
    engine.watch('/r/', start, sink);
    const gone = await committed(remove(engine, '/r/0', last));
    expected.push(`${gone} delete /r/0=null of ${start}, was 20`);
    await until(() => sink.revision === gone);
    assert.deepEqual(sink.received.map(briefEvent), expected);
  });

  it('loses and repeats nothing between history and live', async () => {
    const engine = context.engine();
    let isWriting = true;
    const sinks: { after: Revision; sink: EventRecorder }[] = [];
    const writer = async (name: string): Promise<void> => {
      for (let count = 0; isWriting; count++) await committed(put(engine, `/r/${name}/${count}`, 'x', 0));
    };
    const writers = ['a', 'b', 'c', 'd'].map(writer);
    for (let count = 0; count < 20; count++) {
      await until(() => engine.currentRevision() !== sinks.at(-1)?.after);
      const after = Math.floor((await engine.currentRevision()) / 2);
      const sink = recordEvents();
      sinks.push({ after, sink });
      engine.watch('/r/', after, sink);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    isWriting = false;
    await Promise.all(writers);
    const last = await engine.currentRevision();
    for (const { after, sink } of sinks) {
      await until(() => sink.revision === last);
      const revisions = sink.received.map((event) => event.revision);
      assert.deepEqual(
        revisions,
        Array.from({ length: last - after }, (_, index) => after + 1 + index),
      );
    }
  });

  it('waits for a revision that is still to come', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    const sink = recordEvents();
    engine.watch('/r/', revision + 2, sink);
    for (const key of ['/r/b', '/r/c', '/r/d']) await committed(put(engine, key, '1', 0));
    await until(() => sink.received.length > 0);
    assert.deepEqual(
      sink.received.map((event) => event.key),
      ['/r/d'],
    );
  });

  it('delivers only what is under the prefix, and nothing after cancel', async () => {
    const engine = context.engine();
    const [all, one, odd] = [recordEvents(), recordEvents(), recordEvents()];
    const now = await engine.currentRevision();
    engine.watch('', now, all);
    const subscription = engine.watch('/r/a/', now, one);
    engine.watch('/r/a', now, odd);
    for (const key of ['/r/a/1', '/r/ab', '/r/b/1']) await committed(put(engine, key, '1', 0));
    subscription.cancel();
    const last = await committed(put(engine, '/r/a/2', '1', 0));
    await until(() => all.revision === last);
    const keys = (sink: EventRecorder) => sink.received.map((event) => event.key);
    assert.deepEqual(keys(all), ['/r/a/1', '/r/ab', '/r/b/1', '/r/a/2']);
    assert.deepEqual(keys(one), ['/r/a/1']);
    assert.deepEqual(keys(odd), ['/r/a/1', '/r/ab', '/r/a/2']);
  });

  it('ends watches when it closes and refuses what comes then', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const write = put(engine, '/r/a', '1', 0);
    await engine.close();
    assert.equal((await write).kind, 'committed');
    assert.equal(sink.received.length, 1);
    assert.equal(sink.end, 'closed');
    await assert.rejects(put(engine, '/r/b', '1', 0), { name: 'StoreClosedError' });
    await assert.rejects(engine.get('/r/a', 0), { name: 'StoreClosedError' });
  });
}
