export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time: milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds from an arbitrary start. Never goes back. */
  monotonic(): number;
  /** Runs once after about `delayMs`. Delays above `timerDelayMsMax` fire early. Never keeps the process alive. */
  setTimer(delayMs: number, run: () => void): Timer;
}

/** The longest delay that setTimeout takes: about 24.8 days. */
export const timerDelayMsMax = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, Math.min(delayMs, timerDelayMsMax));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
