/** Which keys are to be deleted when. */
import type { Clock, Timer } from '../base/clock.ts';
import { Heap } from '../base/heap.ts';
import type { Revision } from './engine.ts';
import type { KeyState } from './key-index.ts';

export interface Expiry {
  /** Notes the state's present version if it expires. */
  add(state: KeyState): void;
  close(): void;
}

interface Entry {
  readonly state: KeyState;
  readonly mod: Revision;
  readonly atMs: number;
}

/** Deletes per turn of the event loop. */
const expireCountMax = 500;

/** `expire` is called for keys whose newest version fell due. Entries of versions replaced since are skipped. */
export function createExpiry(clock: Clock, expire: (state: KeyState) => void): Expiry {
  const heap = new Heap<Entry>((a, b) => a.atMs < b.atMs);
  let timer: Timer | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;
  let closed = false;

  function schedule(): void {
    const next = heap.peek();
    if (closed || next === undefined || next.atMs >= timerAtMs) return;
    timer?.cancel();
    timerAtMs = next.atMs;
    timer = clock.setTimer(Math.max(0, next.atMs - clock.now()), run);
  }

  function run(): void {
    timer = null;
    timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = clock.now();
    for (let count = 0; count < expireCountMax; count++) {
      const entry = heap.peek();
      if (entry === undefined || entry.atMs > nowMs) break;
      heap.pop();
      // A revision whose commit found no room was taken once more.
      const { mod, expiresAtMs } = entry.state;
      if (mod === entry.mod && expiresAtMs === entry.atMs) expire(entry.state);
    }
    schedule();
  }

  return {
    add(state) {
      if (state.expiresAtMs === 0) return;
      heap.push({ state, mod: state.mod, atMs: state.expiresAtMs });
      schedule();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
