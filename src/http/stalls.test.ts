import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createStalls } from './stalls.ts';

test('what does not move for the time is ended, once, and counted; no timer stays', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  let abandoned = 0;
  const stalls = createStalls(
    60_000,
    () => now,
    () => abandoned++,
  );
  const ended: string[] = [];
  const answer = (name: string) => ({ abandon: () => void ended.push(name) });
  const [still, moving, gone] = [answer('still'), answer('moving'), answer('gone')];
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 6000) {
      now += 6000;
      mock.timers.tick(6000);
    }
  };
  stalls.waits(still);
  stalls.waits(moving);
  stalls.waits(gone);
  pass(30_000);
  stalls.moves(moving);
  stalls.waits(moving);
  stalls.waits(still);
  stalls.moves(gone);
  pass(36_000);
  assert.deepEqual(ended, ['still']);
  pass(30_000);
  assert.deepEqual(ended, ['still', 'moving']);
  assert.equal(abandoned, 2);
  pass(600_000);
  assert.equal(abandoned, 2);
  mock.timers.reset();
});
