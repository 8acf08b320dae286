/** The contract of reads: ranges, pages, the past. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Revision } from '../engine.ts';
import { prefixEnd } from '../keys.ts';
import { brief, briefPage, type Context, committed, put, rangeOf, read, remove } from './helpers.ts';

export function readContract(context: Context): void {
  it('ranges in key order, in pages, with the count of what is left', async () => {
    const engine = context.engine();
    for (const key of ['/r/c', '/r/a', '/rr/x', '/r/b', '/q/x', '/r/d']) await committed(put(engine, key, key, 0));
    const page = await read(rangeOf(engine, '/r/', 0, 3));
    assert.deepEqual(
      page.records.map((record) => record.key),
      ['/r/a', '/r/b', '/r/c'],
    );
    assert.deepEqual([page.more, page.count], [true, 4]);
    const rest = await read(engine.range({ start: '/r/c\u0000', end: prefixEnd('/r/'), revision: 0, limit: 3 }));
    assert.deepEqual(
      rest.records.map((record) => record.key),
      ['/r/d'],
    );
    assert.deepEqual([rest.more, rest.count], [false, 1]);
    assert.equal((await read(engine.range({ start: '', end: '', revision: 0, limit: 0 }))).count, 6);
  });

  it('reads the past as it was', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    const b2 = await committed(put(engine, '/r/b', 'b2', 0));
    const past = async (revision: Revision) => briefPage(await read(rangeOf(engine, '/r/', revision)));
    assert.deepEqual(await past(a1), ['/r/a=a1']);
    assert.deepEqual(await past(b1), ['/r/a=a1', '/r/b=b1']);
    assert.deepEqual(await past(a2), ['/r/a=a2', '/r/b=b1']);
    assert.deepEqual(await past(gone), ['/r/a=a2']);
    assert.deepEqual(await past(b2), ['/r/a=a2', '/r/b=b2']);
    assert.deepEqual(brief(await read(engine.get('/r/a', b1))), ['/r/a', 'a1', a1, a1]);
    assert.equal(await read(engine.get('/r/b', gone)), null);
    assert.deepEqual(brief(await read(engine.get('/r/b', b2))), ['/r/b', 'b2', b2, b2]);
  });

  it('names the present revision to those who ask for a later one', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    assert.deepEqual(await engine.get('/r/a', revision + 1), { kind: 'future', current: revision });
    assert.deepEqual(await rangeOf(engine, '/r/', revision + 1), { kind: 'future', current: revision });
  });

  it('keeps a past state whole while others write', async () => {
    const engine = context.engine();
    for (let index = 0; index < 50; index++) await committed(put(engine, `/r/${index}`, 'old', 0));
    const revision = await engine.currentRevision();
    const writes = Array.from({ length: 50 }, async (_, index) => {
      const record = await read(engine.get(`/r/${index}`, 0));
      return committed(put(engine, `/r/${index}`, 'new', record!.modRevision));
    });
    const page = await read(rangeOf(engine, '/r/', revision));
    assert.ok(page.records.every((record) => record.value.toString() === 'old'));
    await Promise.all(writes);
    const later = await read(rangeOf(engine, '/r/', revision));
    assert.ok(later.records.every((record) => record.value.toString() === 'old'));
  });
}
