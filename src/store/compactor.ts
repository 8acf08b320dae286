/**
 * Forgets history older than some minutes. Revisions have no time, so it notes which revision was newest when, once per
 * interval, and compacts the newest one that is old enough.
 */
import type { Clock, Timer } from '../base/clock.ts';
import type { Engine, Revision } from './engine.ts';

/** At `timeMs` (wall time) the newest revision was `revision`. */
export interface RevisionSample {
  readonly timeMs: number;
  readonly revision: Revision;
}

/** Where samples outlive the process, so that restarting often does not keep history forever. */
export interface SampleStore {
  read(): readonly RevisionSample[];
  write(samples: readonly RevisionSample[]): void;
}

export interface CompactorOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** null: samples live as long as the process. */
  readonly samples: SampleStore | null;
  readonly keepMs?: number;
  readonly intervalMs?: number;
  /** Told of a compaction that failed; the next interval tries again. */
  readonly onError: (error: unknown) => void;
}

export interface Compactor {
  close(): void;
}

export const keepMsDefault = 5 * 60_000;
export const intervalMsDefault = 60_000;

export function startCompactor(options: CompactorOptions): Compactor {
  const { engine, clock, keepMs = keepMsDefault, intervalMs = intervalMsDefault, onError } = options;
  let samples: RevisionSample[] = [];
  let timer: Timer | null = null;
  let closed = false;

  async function sample(): Promise<void> {
    const revision = await engine.currentRevision();
    if (closed) return;
    const timeMs = clock.now();
    // A clock that was set back must not stop the compaction until it has caught up.
    samples = samples.filter((one) => one.timeMs <= timeMs && one.revision <= revision);
    const isIdle = samples.at(-1)?.revision === revision;
    if (!isIdle) samples.push({ timeMs, revision });
    const due = samples.findLast((one) => one.timeMs <= timeMs - keepMs);
    if (due !== undefined) samples = samples.filter((one) => one.revision > due.revision);
    if (!isIdle || due !== undefined) options.samples?.write(samples);
    if (due !== undefined) await engine.compact(due.revision);
  }

  function run(): void {
    sample()
      .catch((error: unknown) => {
        if (!closed) onError(error);
      })
      .finally(() => {
        if (!closed) timer = clock.setTimer(intervalMs, run);
      });
  }

  try {
    samples = [...(options.samples?.read() ?? [])];
  } catch (error) {
    onError(error);
  }
  run();
  return {
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
