/** Turns of the event loop given away within long work, so that short work need not wait for all of it. */

/** Work on fewer bytes takes a few milliseconds at most. */
const LONG_WORK_BYTES = 128 * 1024;

/** Time that work in stages goes on without giving a turn away. */
const SLICE_MS = 8;

/** Whether work on so many bytes is worth more than one turn. */
export function isLongWork(bytes: number): boolean {
  return bytes >= LONG_WORK_BYTES;
}

/** To be awaited before the next stage of work on so many bytes; null: it is short, and goes on at once. */
export function turnFor(bytes: number): Promise<void> | null {
  return isLongWork(bytes) ? turn() : null;
}

/** Work that may be interrupted wherever it yields; it returns its outcome. */
export type Stages<T> = Generator<void, T, void>;

/** The outcome of work that is short. */
export function atOnce<T>(stages: Stages<T>): T {
  for (;;) {
    const step = stages.next();
    if (step.done === true) return step.value;
  }
}

/** The outcome of work that may be long: others have their turn every few milliseconds. */
export async function inTurns<T>(stages: Stages<T>): Promise<T> {
  for (let start = performance.now(); ; ) {
    const step = stages.next();
    if (step.done === true) return step.value;
    if (performance.now() - start < SLICE_MS) continue;
    await turn();
    start = performance.now();
  }
}

/** The outcome of work that is long or not. */
export function inStages<T>(isLong: boolean, stages: Stages<T>): T | Promise<T> {
  return isLong ? inTurns(stages) : atOnce(stages);
}

/** `next` of a value that is there or will be. */
export function afterwards<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** After the input and output that is due. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
