import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createManualClock } from '../base/manual-clock.ts';
import { type RevisionSample, startCompactor } from './compactor.ts';
import { committed, put } from './contract/helpers.ts';
import { createMemoryEngine } from './memory.ts';

const minuteMs = 60_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function pass(clock: { advance(ms: number): void }, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(minuteMs);
    for (let count = 0; count < 5; count++) await turn();
  }
}

it('keeps five minutes of history and no more', async () => {
  const clock = createManualClock();
  const engine = createMemoryEngine({ clock });
  const compactor = startCompactor({ engine, clock, samples: null, onError: assert.ifError });
  await turn();
  let revision = 0;
  for (let minute = 0; minute < 10; minute++) {
    revision = await committed(put(engine, '/r/a', `${minute}`, revision));
    await pass(clock, 1);
  }
  assert.equal(revision, 10);
  assert.equal(engine.compactedRevision(), 5);
  await pass(clock, 10);
  assert.equal(engine.compactedRevision(), 10);
  compactor.close();
  await engine.close();
});

it('goes on after a restart with the samples it kept', async () => {
  const clock = createManualClock();
  const engine = createMemoryEngine({ clock });
  let kept: readonly RevisionSample[] = [];
  const write = (written: readonly RevisionSample[]): void => {
    kept = written;
  };
  const samples = { read: () => kept, write };
  const revision = await committed(put(engine, '/r/a', '1', 0));
  const first = startCompactor({ engine, clock, samples, onError: assert.ifError });
  await turn();
  first.close();
  await pass(clock, 6);
  await committed(put(engine, '/r/a', '2', revision));
  const second = startCompactor({ engine, clock, samples, onError: assert.ifError });
  await pass(clock, 1);
  assert.equal(engine.compactedRevision(), revision);
  second.close();
  await engine.close();
});

it('survives samples that cannot be read or belong to another store', async () => {
  const clock = createManualClock();
  const engine = createMemoryEngine({ clock });
  const errors: unknown[] = [];
  const broken = {
    read: () => {
      throw new Error('damaged');
    },
    write: () => {},
  };
  startCompactor({ engine, clock, samples: broken, onError: (error) => errors.push(error) }).close();
  assert.equal(errors.length, 1);
  await committed(put(engine, '/r/a', '1', 0));
  const foreign = { read: () => [{ timeMs: 0, revision: 99 }], write: () => {} };
  const compactor = startCompactor({ engine, clock, samples: foreign, onError: assert.ifError });
  await pass(clock, 1);
  assert.equal(engine.compactedRevision(), 0);
  compactor.close();
  await engine.close();
});
