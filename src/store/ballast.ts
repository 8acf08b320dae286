/**
 * A file that takes up room. Should another process take the last byte of the volume, it is given back piece by piece, so
 * that deletes and compaction, which need room first, always have some.
 */
import { randomFillSync } from 'node:crypto';
import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

export const ballastBytes = 4 * 1024 ** 2;
const pieceBytes = 1024 ** 2;
const name = 'ballast';

/** Gives back a piece; false: there is none. Throws the system's error. */
export function shrinkBallast(directory: string): boolean {
  const sizeBytes = sizeOf(directory);
  if (sizeBytes === 0) return false;
  truncateSync(join(directory, name), Math.max(0, sizeBytes - pieceBytes));
  return true;
}

/** Takes up what is missing while the volume has as much again. Returns the bytes that are still missing. */
export function fillBallast(directory: string, freeBytes: number): number {
  const missingBytes = Math.max(0, ballastBytes - sizeOf(directory));
  if (missingBytes === 0 || freeBytes < 2 * missingBytes) return missingBytes;
  try {
    // Not zeros, which some file systems keep in no room.
    appendFileSync(join(directory, name), randomFillSync(Buffer.alloc(missingBytes)), { mode: 0o600 });
  } catch {
    // Somebody was faster: what is missing is tried again.
  }
  return Math.max(0, ballastBytes - sizeOf(directory));
}

function sizeOf(directory: string): number {
  return statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
}
