/**
 * Keys that need work: each at most once at a time, again when it was added while being worked on, later and later when
 * its work fails. One worker per queue is enough for loops whose work is requests to this very process.
 */
import type { Clock } from '../base/clock.ts';

export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, delayMs: number): void;
  stop(): Promise<void>;
}

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 60_000;

export function createWorkQueue(
  clock: Clock,
  work: (key: string) => Promise<void>,
  onError: (key: string, error: unknown) => void,
): WorkQueue {
  const waiting = new Set<string>();
  const failures = new Map<string, number>();
  let stopped = false;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    for (let key = first(waiting); key !== undefined && !stopped; key = first(waiting)) {
      waiting.delete(key);
      try {
        await work(key);
        failures.delete(key);
      } catch (error) {
        if (!stopped) fail(key, error);
      }
    }
  }

  function fail(key: string, error: unknown): void {
    onError(key, error);
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    addAfter(key, Math.min(BACKOFF_FIRST_MS * 2 ** count, BACKOFF_MAX_MS));
  }

  function add(key: string): void {
    if (stopped) return;
    waiting.add(key);
    start();
  }

  function start(): void {
    running ??= Promise.resolve()
      .then(drain)
      .finally(() => {
        running = null;
        // A key may have come after the last look and before this line.
        if (waiting.size > 0 && !stopped) start();
      });
  }

  function addAfter(key: string, delayMs: number): void {
    clock.setTimer(delayMs, () => add(key));
  }

  return {
    add,
    addAfter,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

function first(set: ReadonlySet<string>): string | undefined {
  for (const key of set) return key;
  return undefined;
}
