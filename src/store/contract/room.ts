/** The contract of a store without room: what is refused, what goes on. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { briefEvent, briefPage, type Context, committed, put, rangeOf, read, recordEvents, remove } from './helpers.ts';

export function roomContract(context: Context): void {
  it('refuses puts, of which nothing is seen, and takes deletes, reads, watches and compaction', async (test) => {
    const { limitRoom } = context.subject();
    if (limitRoom === null) return test.skip('the room of this engine cannot be limited');
    const engine = context.engine();
    const first = await committed(put(engine, '/r/a', '1', 0));
    const second = await committed(put(engine, '/r/b', '1', 0));
    const sink = recordEvents();
    engine.watch('/r/', second, sink);
    limitRoom(true);
    for (const [key, expected] of [
      ['/r/a', first],
      ['/r/new', 0],
    ] as const) {
      await assert.rejects(put(engine, key, '2', expected), { name: 'StoreFullError' });
    }
    assert.equal((await put(engine, '/r/a', '2', 0)).kind, 'exists', 'what is wrong anyway is told');
    assert.equal(await engine.currentRevision(), second);
    const gone = await committed(remove(engine, '/r/b', second));
    assert.equal(gone, second + 1);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/a=1']);
    assert.deepEqual(sink.received.map(briefEvent), [`${gone} delete /r/b=null of ${second}, was 1`]);
    await engine.compact(gone);
    limitRoom(false);
    assert.equal(await committed(put(engine, '/r/b', '2', 0)), gone + 1);
  });
}
