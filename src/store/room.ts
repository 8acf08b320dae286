/** How much room there is for values: on the disk, and in the data file's own free pages. */
import { statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { StoreFullError } from './errors.ts';

export interface RoomOptions {
  /** The directory that holds the data file. */
  readonly directory: string;
  readonly clock: Clock;
  /** Puts are refused below it, so that deletes and compaction, which need room first, always have some. */
  readonly reserveBytes: number;
  /** Bytes of the data file that hold nothing. */
  readonly freeInFile: () => number;
}

export interface Room {
  /** `<n> bytes are free in <directory>` */
  describe(): string;
  /** The disk has no more than what a transaction may need: LMDB tells a short write as any other failure. */
  isExhausted(): boolean;
  /** Why a value of so many bytes cannot be taken now; null: it is counted as taken. */
  take(valueBytes: number): string | null;
  /** Taken values are on disk. */
  wrote(count: number, valueBytes: number): void;
}

export const reserveBytesDefault = 8 * 1024 ** 2;
/** Free space is asked for again after so many bytes written, or after so long. */
const checkBytes = 1024 ** 2;
const checkMs = 5_000;
const checkMsWhenFull = 250;
/** What a value takes beyond its bytes: the rest of its last page, its place in two tables. */
const overheadBytes = 4096;

/** Throws StoreFullError when the volume is smaller than the reserve: it could never take anything. */
export function checkVolume(directory: string, reserveBytes: number): void {
  const { blocks, bsize } = statfsSync(directory);
  if (blocks * bsize > reserveBytes) return;
  throw new StoreFullError(
    `the volume of ${directory} has ${blocks * bsize} bytes, more than ${reserveBytes} are needed; use a larger one`,
  );
}

export function createRoom({ directory, clock, reserveBytes, freeInFile }: RoomOptions): Room {
  const { bavail, bsize } = statfsSync(directory);
  let freeBytes = bavail * bsize + freeInFile();
  /** Taken and not on disk yet. */
  let pendingBytes = 0;
  /** Taken since free space was asked for, or pending then. */
  let takenBytes = 0;
  let checkedAtMs = clock.monotonic();
  let isChecking = false;
  let isFull = false;

  function check(): void {
    if (isChecking) return;
    isChecking = true;
    takenBytes = pendingBytes;
    checkedAtMs = clock.monotonic();
    statfs(directory)
      .then((stats) => {
        freeBytes = stats.bavail * stats.bsize + freeInFile();
      })
      // What cannot be asked now is asked next time.
      .catch(() => {})
      .finally(() => {
        isChecking = false;
      });
  }

  return {
    describe() {
      const stats = statfsSync(directory);
      return `${stats.bavail * stats.bsize} bytes are free in ${directory}`;
    },
    isExhausted() {
      const stats = statfsSync(directory);
      return stats.bavail * stats.bsize < reserveBytes;
    },
    take(valueBytes) {
      if (takenBytes > checkBytes || clock.monotonic() - checkedAtMs > (isFull ? checkMsWhenFull : checkMs)) check();
      const bytes = valueBytes + overheadBytes;
      const leftBytes = freeBytes - takenBytes - bytes;
      isFull = leftBytes < reserveBytes;
      if (isFull) {
        return `no space left in ${directory}: ${Math.max(0, freeBytes - takenBytes)} bytes are free, ${reserveBytes} of them are kept for deletes`;
      }
      takenBytes += bytes;
      pendingBytes += bytes;
      return null;
    },
    wrote(count, valueBytes) {
      pendingBytes -= valueBytes + count * overheadBytes;
    },
  };
}
