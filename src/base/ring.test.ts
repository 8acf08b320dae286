import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Heap } from './heap.ts';
import { InvariantError } from './invariant.ts';
import { createManualClock } from './manual-clock.ts';
import { Ring } from './ring.ts';

it('a ring gives items back in order, also when it wraps and grows', () => {
  const ring = new Ring<number>();
  let [pushed, shifted] = [0, 0];
  for (let round = 0; round < 50; round++) {
    for (let count = 0; count < round * 2; count++) ring.push(pushed++);
    for (let count = 0; count < round; count++) assert.equal(ring.shift(), shifted++);
    assert.equal(ring.length, pushed - shifted);
    if (ring.length > 0) assert.deepEqual([ring.at(0), ring.at(ring.length - 1)], [shifted, pushed - 1]);
    assert.equal(
      ring.findFirst((item) => item > shifted + 5),
      Math.min(6, ring.length),
    );
  }
  while (ring.length > 0) assert.equal(ring.shift(), shifted++);
  assert.equal(ring.shift(), undefined);
  assert.throws(() => ring.at(0), InvariantError);
});

it('a heap gives items back by their order', () => {
  const heap = new Heap<number>((a, b) => a < b);
  const items = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
  for (const item of items) heap.push(item);
  assert.equal(heap.peek(), Math.min(...items));
  const sorted = items.map(() => heap.pop());
  assert.deepEqual(
    sorted,
    items.sort((a, b) => a - b),
  );
  assert.deepEqual([heap.pop(), heap.size], [undefined, 0]);
});

it('a manual clock runs timers in the order of their time', () => {
  const clock = createManualClock(1000);
  const ran: string[] = [];
  clock.setTimer(20, () => ran.push(`late ${clock.now()}`));
  clock.setTimer(10, () => clock.setTimer(5, () => ran.push(`nested ${clock.now()}`)));
  clock.setTimer(15, () => ran.push('never')).cancel();
  clock.advance(30);
  assert.deepEqual(ran, ['nested 1015', 'late 1020']);
  assert.deepEqual([clock.now(), clock.monotonic()], [1030, 30]);
});
