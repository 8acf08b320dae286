import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves the time on and runs what fell due, in order of due time. */
  advance(milliseconds: number): void;
}

interface ManualTimer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock for tests: time passes when told to. */
export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  const timers = new Set<ManualTimer>();
  const earliest = (untilMs: number): ManualTimer | null => {
    let found: ManualTimer | null = null;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (found === null || timer.dueMs < found.dueMs)) found = timer;
    }
    return found;
  };
  return {
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    setTimer(delayMs, run) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(milliseconds) {
      const untilMs = nowMs + milliseconds;
      for (let timer = earliest(untilMs); timer !== null; timer = earliest(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.run();
      }
      nowMs = untilMs;
    },
  };
}
