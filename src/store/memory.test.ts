import { createManualClock } from '../base/manual-clock.ts';
import { storeContract } from './contract/suite.ts';
import { createMemoryEngine } from './memory.ts';

storeContract('the memory engine', async () => {
  const clock = createManualClock();
  const engine = createMemoryEngine({ clock });
  return { engine, clock, reopen: null, dispose: () => engine.close() };
});
