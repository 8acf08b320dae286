import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createDeadlines, type Deadline } from './deadlines.ts';

test('deadlines fire once, within a tick, also after more than a turn of the wheel', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 1_000_000;
  const wheel = createDeadlines(() => now);
  const fired: string[] = [];
  const at = (name: string, deadlineMs: number): Deadline => ({
    deadlineMs,
    deadlineSlot: -1,
    deadlineNext: null,
    deadlinePrevious: null,
    onDeadline: () => fired.push(`${name}@${now - 1_000_000}`),
  });
  const pass = (ms: number): void => {
    for (let i = 0; i < ms; i += 64) {
      now += 64;
      mock.timers.tick(64);
    }
  };
  const removed = at('removed', now + 1000);
  const due = [at('past', now - 5), at('a', now + 1000), at('b', now + 1000), at('long', now + 70_000)];
  for (const deadline of [...due, removed]) wheel.add(deadline);
  wheel.remove(removed);
  wheel.remove(removed);
  pass(2000);
  assert.deepEqual(fired, ['past@64', 'b@1024', 'a@1024']);
  pass(80_000);
  assert.deepEqual(fired.slice(3), ['long@70016']);
  // The timer stopped with the last one, and starts again.
  wheel.add(at('again', now + 100));
  pass(640);
  assert.equal(fired.length, 5);
  wheel.close();
  mock.timers.reset();
});
