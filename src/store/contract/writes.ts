/** The contract of writes: compare-and-set, concurrency, values and keys. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { WriteOutcome } from '../engine.ts';
import { brief, type Context, committed, put, rangeOf, read, remove } from './helpers.ts';

export function writeContract(context: Context): void {
  it('creates, replaces and deletes by compare-and-set', async () => {
    const engine = context.engine();
    const first = await committed(put(engine, '/r/a', '1', 0));
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '1', first, first]);
    const second = await committed(put(engine, '/r/a', '2', first));
    assert.ok(second > first);
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '2', second, first]);
    const third = await committed(remove(engine, '/r/a', second));
    assert.equal(await read(engine.get('/r/a', 0)), null);
    const fourth = await committed(put(engine, '/r/a', '4', 0));
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '4', fourth, fourth]);
    assert.ok(fourth > third);
    assert.equal(await engine.currentRevision(), fourth);
  });

  it('refuses what does not match and takes no revision for it', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    const exists = await put(engine, '/r/a', '2', 0);
    assert.equal(exists.kind, 'exists');
    const conflict = await put(engine, '/r/a', '2', revision + 7);
    assert.ok(conflict.kind === 'conflict');
    assert.deepEqual(brief(conflict.current), ['/r/a', '1', revision, revision]);
    assert.equal((await remove(engine, '/r/a', revision + 7)).kind, 'conflict');
    assert.deepEqual(await put(engine, '/r/b', '2', revision), { kind: 'missing' });
    assert.deepEqual(await remove(engine, '/r/b', revision), { kind: 'missing' });
    assert.deepEqual(await remove(engine, '/r/b', 0), { kind: 'missing' });
    assert.equal(await engine.currentRevision(), revision);
  });

  it('lets one of many concurrent writers win and shows the others the winner', async () => {
    const engine = context.engine();
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => put(engine, '/r/a', `${index}`, 0)));
    const winners = outcomes.filter((outcome) => outcome.kind === 'committed');
    assert.equal(winners.length, 1);
    const stored = brief(await read(engine.get('/r/a', 0)));
    for (const outcome of outcomes) {
      if (outcome.kind === 'committed') continue;
      assert.ok(outcome.kind === 'exists');
      assert.deepEqual(brief(outcome.current), stored);
    }
  });

  it('answers a refusal only when the write that caused it is durable', async () => {
    const engine = context.engine();
    const order: string[] = [];
    const note = (label: string) => (outcome: WriteOutcome) => void order.push(`${label} ${outcome.kind}`);
    const revision = await committed(put(engine, '/r/a', '1', 0));
    await Promise.all([
      put(engine, '/r/a', '2', revision).then(note('update')),
      put(engine, '/r/a', '3', revision).then(note('late update')),
      remove(engine, '/r/a', revision).then(note('late delete')),
    ]);
    assert.deepEqual(order, ['update committed', 'late update conflict', 'late delete conflict']);
    const current = await read(engine.get('/r/a', 0));
    order.length = 0;
    await Promise.all([
      remove(engine, '/r/a', current!.modRevision).then(note('delete')),
      put(engine, '/r/a', '4', current!.modRevision).then(note('update after')),
    ]);
    assert.deepEqual(order, ['delete committed', 'update after missing']);
  });

  it('counts every concurrent increment', async () => {
    const engine = context.engine();
    await committed(put(engine, '/r/counter', '0', 0));
    const increment = async (): Promise<void> => {
      for (let current = await read(engine.get('/r/counter', 0)); ; ) {
        const outcome = await put(engine, '/r/counter', `${Number(current!.value) + 1}`, current!.modRevision);
        if (outcome.kind === 'committed') return;
        assert.ok(outcome.kind === 'conflict');
        current = outcome.current;
      }
    };
    await Promise.all(Array.from({ length: 16 }, increment));
    assert.equal((await read(engine.get('/r/counter', 0)))!.value.toString(), '16');
  });

  it('keeps binary, empty and large values and unusual keys', async () => {
    const engine = context.engine();
    const binary = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const large = Buffer.alloc(1_500_000, 'xyz');
    const values: [string, Buffer][] = [
      ['/r/binary', binary],
      ['/r/empty', Buffer.alloc(0)],
      ['/r/large', large],
      ['/r/\u0000zero', Buffer.from('zero')],
      ['__proto__', Buffer.from('proto')],
      [`/r/${'long'.repeat(1000)}`, Buffer.from('long')],
      ['/r/\u{1f600}', Buffer.from('smile')],
      ['/r/\uffee', Buffer.from('half')],
    ];
    for (const [key, value] of values) {
      await committed(
        engine.write({ type: 'put', key, value, expectedRevision: 0, ttlSeconds: null, attachment: null }),
      );
    }
    for (const [key, value] of values) assert.ok((await read(engine.get(key, 0)))!.value.equals(value), key);
    const page = await read(rangeOf(engine, '/r/'));
    const byBytes = page.records.map((record) => Buffer.from(record.key)).sort(Buffer.compare);
    assert.deepEqual(
      page.records.map((record) => record.key),
      byBytes.map(String),
    );
  });

  it('refuses keys that are none', async () => {
    await assert.rejects(put(context.engine(), '', '1', 0), TypeError);
    await assert.rejects(put(context.engine(), '/r/\ud800', '1', 0), TypeError);
  });
}
