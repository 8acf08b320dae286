import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../base/manual-clock.ts';
import type { Entry } from '../../registry/entry.ts';
import { createConversions } from './conversions.ts';

const entries = (count: number): Entry[] => Array.from({ length: count }, (_, i) => ({ key: `k${i}` }) as Entry);

function parts(more: { keptBytesMax?: number } = {}) {
  const clock = createManualClock();
  const turns: (() => void)[] = [];
  const conversions = createConversions({
    atOnceMax: 2,
    keptBytesMax: more.keptBytesMax ?? 1000,
    keptMs: 5000,
    sliceMs: 4,
    clock,
    turn: () => new Promise((resolve) => turns.push(resolve)),
  });
  const made: string[] = [];
  const work = (list: Entry[], id = 'yaml', isWanted = () => true) => ({
    entries: list,
    id,
    isWanted,
    make: (entry: Entry) => {
      made.push(entry.key);
      clock.advance(1);
      return Buffer.from(`${id} ${entry.key}`);
    },
  });
  /** Gives turns until nobody asks for one. */
  const settle = async (): Promise<number> => {
    let given = 0;
    for (let idle = 0; idle < 10; idle++) {
      await Promise.resolve();
      const waiting = turns.splice(0);
      given += waiting.length;
      if (waiting.length > 0) idle = 0;
      for (const resolve of waiting) resolve();
    }
    return given;
  };
  return { clock, conversions, made, work, settle, turns };
}

test('others have their turn after each slice', async () => {
  const { conversions, work, settle } = parts();
  const pending = conversions.pieces(work(entries(40)));
  assert.equal(await settle(), 9);
  assert.deepEqual(
    (await pending)?.map(String),
    entries(40).map(({ key }) => `yaml ${key}`),
  );
});

test('a few lists are in the making, the others wait; those that nobody wants stop', async () => {
  const { conversions, work, settle, made, turns } = parts();
  let wanted = true;
  const first = conversions.pieces(work(entries(8), 'a', () => wanted));
  const second = conversions.pieces(work(entries(8), 'b'));
  const third = conversions.pieces(work(entries(8), 'c'));
  assert.equal(made.length, 8, 'a slice of each of two');
  assert.equal(turns.length, 2);
  wanted = false;
  await settle();
  assert.equal(await first, null);
  assert.equal((await second)?.length, 8);
  assert.equal((await third)?.length, 8);
  assert.equal(made.length, 4 + 8 + 8);
  await assert.rejects(
    conversions.pieces({
      ...work(entries(1)),
      make: () => {
        throw new Error('a bug');
      },
    }),
  );
  assert.equal((await conversions.pieces(work(entries(1))))?.length, 1, 'a failure frees its place');
});

test('what an object became is shared, within bounds, and forgotten after a while', async () => {
  const { conversions, work, settle, made, clock } = parts();
  const list = entries(5);
  const run = async (id: string): Promise<number> => {
    const before = made.length;
    const pending = conversions.pieces(work(list, id));
    await settle();
    await pending;
    return made.length - before;
  };
  assert.equal(await run('yaml'), 5);
  assert.equal(await run('yaml'), 0);
  assert.equal(await run('table'), 5);
  clock.advance(4999);
  assert.equal(await run('yaml'), 0);
  clock.advance(5001);
  assert.equal(await run('yaml'), 5);
  const small = parts({ keptBytesMax: 20 });
  const pending = small.conversions.pieces(small.work(list));
  await small.settle();
  await pending;
  const again = small.conversions.pieces(small.work(list));
  await small.settle();
  await again;
  assert.ok(small.made.length > 5, 'not everything is kept');
});
