/** The memory engine, for tests: the embedded engine's semantics without a disk. */
import { type Clock, systemClock } from '../base/clock.ts';
import { type Stop, stopProcess } from '../base/invariant.ts';
import type { Backend, LogRecord } from './backend.ts';
import { createEmbeddedEngine } from './embedded.ts';
import type { Engine, Revision } from './engine.ts';

export interface MemoryEngineOptions {
  readonly clock?: Clock;
  readonly stop?: Stop;
  /** Puts are refused beyond it, as on a full disk. */
  readonly bytesMax?: () => number;
}

export function createMemoryEngine(options: MemoryEngineOptions = {}): Engine {
  const { clock = systemClock, stop = stopProcess, bytesMax = () => Number.POSITIVE_INFINITY } = options;
  return createEmbeddedEngine({ backend: createMemoryBackend(bytesMax), clock, stop });
}

export function createMemoryBackend(bytesMax: () => number): Backend {
  const records = new Map<Revision, LogRecord>();
  let bytes = 0;
  return {
    name: 'memory',
    compacted: 0,
    load: () => {},
    async commit(added, dropped) {
      for (const { revision, type, key, createRevision, expiresAtMs, value } of added) {
        records.set(revision, { revision, type, key, createRevision, expiresAtMs, value });
        bytes += key.length + (value?.length ?? 0);
      }
      for (const revision of dropped) {
        const record = records.get(revision);
        if (record === undefined) continue;
        bytes -= record.key.length + (record.value?.length ?? 0);
        records.delete(revision);
      }
    },
    head: (revision) => records.get(revision) ?? null,
    value: (revision) => records.get(revision)?.value ?? null,
    take: (valueBytes) =>
      bytes + valueBytes > bytesMax() ? `no space left: ${bytes} of ${bytesMax()} bytes are used` : null,
    untake: () => {},
    sizeBytes: () => Promise.resolve(bytes),
    close: () => Promise.resolve(),
  };
}
