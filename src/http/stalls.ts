/** Answers whose clients take nothing any more: they are ended, since what waits for them is memory. */

export interface Stallable {
  /** Ends the answer without its rest. */
  abandon(): void;
}

export interface Stalls {
  /** Data waits for the client from now on. */
  waits(answer: Stallable): void;
  /** The client took something, or is gone. */
  moves(answer: Stallable): void;
  close(): void;
}

/** One look at all that wait, in each tenth of the time; no timer while none does. `onAbandoned` is told of each. */
export function createStalls(limitMs: number, nowMs: () => number, onAbandoned: () => void): Stalls {
  const since = new Map<Stallable, number>();
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const look = (): void => {
    const now = nowMs();
    // In the order in which they began to wait.
    for (const [answer, start] of since) {
      if (now - start < limitMs) break;
      since.delete(answer);
      onAbandoned();
      answer.abandon();
    }
    if (since.size === 0) stop();
  };
  return {
    waits(answer) {
      if (since.has(answer)) return;
      since.set(answer, nowMs());
      if (timer === null) {
        timer = setInterval(look, Math.max(1, limitMs / 10));
        timer.unref();
      }
    },
    // The timer stays until its next look: most answers move on at once, and another will wait soon.
    moves: (answer) => void since.delete(answer),
    close: stop,
  };
}
