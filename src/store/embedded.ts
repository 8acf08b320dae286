/**
 * The embedded engine: all of the store's semantics over a backend that only keeps a log.
 *
 * Group commit: a write is checked and takes its revision in the turn it is made, against the newest state, durable or
 * not. While one transaction is on its way to the disk, further writes gather for the next. When it is durable, in one
 * turn and in revision order, its events are delivered and then its writers answered. A commit that finds no room is
 * taken back: puts are refused, deletes wait for room. Any other failure stops the process: what was checked against it is wrong.
 */
import type { Clock } from '../base/clock.ts';
import type { Stop } from '../base/invariant.ts';
import type { Backend } from './backend.ts';
import { createCommits } from './commits.ts';
import type { Engine } from './engine.ts';
import { StoreClosedError } from './errors.ts';
import { createExpiry } from './expiry.ts';
import { createKeyIndex, loadIndex } from './key-index.ts';
import { assertKey } from './keys.ts';
import { createReads, eventAt } from './reads.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface EmbeddedOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly stop: Stop;
}

export function createEmbeddedEngine({ backend, clock, stop }: EmbeddedOptions): Engine {
  const index = createKeyIndex();
  const newest = loadIndex(index, backend);
  const subscriptions = createSubscriptions({
    durable: () => commits.durable(),
    compacted: () => commits.compacted(),
    eventAt: (revision, prefix) => eventAt(backend, index, revision, prefix),
  });
  const expiry = createExpiry(clock, (state) => commits.expire(state));
  const commits = createCommits({ backend, index, clock, stop, newest, expiry, subscriptions });
  const reads = createReads({ backend, index, commits, assertOpen });
  let closing: Promise<void> | null = null;
  index.keys.visit('', null, (state) => {
    expiry.add(state);
    return true;
  });

  function assertOpen(): void {
    if (closing !== null) throw new StoreClosedError();
  }

  async function shutDown(): Promise<void> {
    expiry.close();
    await commits.close();
    subscriptions.close();
    await backend.close();
  }

  return {
    name: backend.name,
    write: (operation) =>
      new Promise((resolve, reject) => {
        assertOpen();
        assertKey(operation.key);
        commits.submit(operation, { resolve, reject });
      }),
    get: reads.get,
    range: reads.range,
    watch(prefix, after, sink) {
      assertOpen();
      return subscriptions.watch(prefix, after, sink);
    },
    currentRevision: () => commits.durable(),
    compactedRevision: () => commits.compacted(),
    async compact(revision) {
      assertOpen();
      await commits.compact(revision);
    },
    sizeBytes: () => backend.sizeBytes(),
    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}
