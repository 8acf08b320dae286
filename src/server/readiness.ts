/** Runs the start hooks and tells, check by check, how far the server has come. */
import type { Clock, Timer } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { StartHook } from '../controllers/first-objects.ts';
import type { HealthCheck } from '../endpoints/health.ts';

export interface Readiness {
  /** `poststarthook/<name>`, in the order of the hooks. */
  readonly checks: readonly HealthCheck[];
  /** Resolves when every hook has run once. */
  start(): Promise<void>;
  stop(): void;
}

const RETRY_MS = 1000;

export function createReadiness(hooks: readonly StartHook[], clock: Clock, logger: Logger): Readiness {
  const done = new Set<string>();
  const timers = new Map<string, Timer>();
  let stopped = false;

  function later(hook: StartHook, delayMs: number): void {
    if (stopped) return;
    timers.set(
      hook.name,
      clock.setTimer(delayMs, () => void pass(hook)),
    );
  }

  /** Failures are told and tried again: the store or another server may be in the way for a while. */
  async function pass(hook: StartHook): Promise<void> {
    try {
      await hook.run();
      done.add(hook.name);
      if (hook.repeatMs !== null) later(hook, hook.repeatMs);
    } catch (error) {
      if (stopped) return;
      logger.error(error, 'a start hook failed', { hook: hook.name });
      later(hook, RETRY_MS);
    }
  }

  return {
    checks: hooks.map((hook) => ({
      name: `poststarthook/${hook.name}`,
      check: () => (done.has(hook.name) ? null : 'not finished'),
    })),
    async start() {
      await Promise.all(hooks.map(pass));
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
