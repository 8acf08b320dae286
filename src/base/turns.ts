/** Turns of the event loop given away between the stages of long work, so that short work need not wait for all of it. */

/** Work on fewer bytes takes a few milliseconds at most. */
const LONG_WORK_BYTES = 128 * 1024;

/** To be awaited before the next stage of work on so many bytes; null: it is short, and goes on at once. */
export function turnFor(bytes: number): Promise<void> | null {
  return bytes < LONG_WORK_BYTES ? null : new Promise((resolve) => setImmediate(resolve));
}
