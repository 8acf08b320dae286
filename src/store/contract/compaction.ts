/** The contract of compaction. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  briefEvent,
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

export function compactionContract(context: Context): void {
  it('forgets the past, keeps the compacted revision and all after it', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    const a3 = await committed(put(engine, '/r/a', 'a3', a2));
    await engine.compact(gone);
    assert.equal(engine.compactedRevision(), gone);
    assert.deepEqual(await rangeOf(engine, '/r/', a2), { kind: 'compacted', oldest: gone });
    assert.deepEqual(await engine.get('/r/a', a1), { kind: 'compacted', oldest: gone });
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', gone))), ['/r/a=a2']);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', a3))), ['/r/a=a3']);
    await engine.compact(a1);
    assert.equal(engine.compactedRevision(), gone);
    await assert.rejects(engine.compact(a3 + 1), RangeError);
  });

  it('ends watches from forgotten revisions and serves those from the compacted one', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const a3 = await committed(put(engine, '/r/a', 'a3', a2));
    await engine.compact(a2);
    const [late, timely] = [recordEvents(), recordEvents()];
    engine.watch('/r/', a1, late);
    engine.watch('/r/', a2, timely);
    assert.equal(late.end, null);
    await until(() => late.end !== null && timely.revision === a3);
    assert.equal(late.end, 'compacted');
    assert.deepEqual(timely.received.map(briefEvent), [`${a3} put /r/a=a3 of ${a1}, was a2`]);
  });

  it('frees what it forgets and no live value, also while others write', async () => {
    const engine = context.engine();
    const live = new Map<string, string>();
    const writer = async (name: string): Promise<void> => {
      let revision = 0;
      for (let count = 0; count < 60; count++) {
        const key = `/r/${name}`;
        const isDelete = count % 7 === 6;
        revision = await committed(
          isDelete ? remove(engine, key, revision) : put(engine, key, `${name}${count}`, revision),
        );
        if (isDelete) revision = 0;
        if (isDelete) live.delete(key);
        else live.set(key, `${name}${count}`);
        if (count % 10 === 0) await engine.compact(await engine.currentRevision());
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(writer));
    await engine.compact(await engine.currentRevision());
    const page = await read(rangeOf(engine, '/r/'));
    assert.deepEqual(
      briefPage(page),
      [...live].sort().map(([key, value]) => `${key}=${value}`),
    );
  });
}
