import { createManualClock } from '../base/manual-clock.ts';
import { storeContract } from './contract/suite.ts';
import { createMemoryEngine } from './memory.ts';

storeContract('the memory engine', async () => {
  const clock = createManualClock();
  let bytesMax = Number.POSITIVE_INFINITY;
  const engine = createMemoryEngine({ clock, bytesMax: () => bytesMax });
  const limitRoom = (isFull: boolean): void => {
    bytesMax = isFull ? 0 : Number.POSITIVE_INFINITY;
  };
  return { engine, clock, limitRoom, reopen: null, dispose: () => engine.close() };
});
