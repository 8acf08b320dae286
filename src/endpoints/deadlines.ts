/** The end of requests' time, for all of them with one timer: a wheel of slots, each a list of those due in its tick. */

/** What the wheel keeps of a request; the links are its own. */
export interface Deadline {
  /** On the clock of `performance.now()`. */
  deadlineMs: number;
  /** -1: not in the wheel. */
  deadlineSlot: number;
  deadlineNext: Deadline | null;
  deadlinePrevious: Deadline | null;
  /** Called once, up to a tick late. */
  onDeadline(): void;
}

export interface Deadlines {
  /** `deadlineMs` must be set. */
  add(deadline: Deadline): void;
  /** Does nothing when it is not there. */
  remove(deadline: Deadline): void;
  close(): void;
}

const TICK_MS = 64;
/** A turn of the wheel takes a little more than the usual request timeout of 60 s. */
const SLOTS = 1024;

export function createDeadlines(now: () => number = () => performance.now()): Deadlines {
  const slots: (Deadline | null)[] = Array.from({ length: SLOTS }, () => null);
  let count = 0;
  let timer: NodeJS.Timeout | null = null;
  let lastTick = Math.floor(now() / TICK_MS);

  function remove(deadline: Deadline): void {
    if (deadline.deadlineSlot === -1) return;
    const { deadlineNext: next, deadlinePrevious: previous } = deadline;
    if (previous === null) slots[deadline.deadlineSlot] = next;
    else previous.deadlineNext = next;
    if (next !== null) next.deadlinePrevious = previous;
    deadline.deadlineSlot = -1;
    deadline.deadlineNext = null;
    deadline.deadlinePrevious = null;
    count--;
  }

  function expire(slot: number, nowMs: number): void {
    let deadline = slots[slot] ?? null;
    while (deadline !== null) {
      const next: Deadline | null = deadline.deadlineNext;
      if (deadline.deadlineMs <= nowMs) {
        remove(deadline);
        deadline.onDeadline();
      }
      deadline = next;
    }
  }

  function tick(): void {
    const nowMs = now();
    const current = Math.floor(nowMs / TICK_MS);
    const first = Math.max(lastTick, current - SLOTS + 1);
    for (let at = first; at < current; at++) expire(at % SLOTS, nowMs);
    lastTick = current;
    if (count > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(deadline) {
      if (timer === null) {
        lastTick = Math.floor(now() / TICK_MS);
        timer = setInterval(tick, TICK_MS);
        timer.unref();
      }
      const slot = Math.max(lastTick, Math.floor(deadline.deadlineMs / TICK_MS)) % SLOTS;
      const head = slots[slot] ?? null;
      deadline.deadlineSlot = slot;
      deadline.deadlineNext = head;
      deadline.deadlinePrevious = null;
      if (head !== null) head.deadlinePrevious = deadline;
      slots[slot] = deadline;
      count++;
    },
    remove,
    close() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
