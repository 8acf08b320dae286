/** How much room there is for values: on the disk, and in the data file's own free pages. */
import { statfsSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { ballastBytes, fillBallast, shrinkBallast } from './ballast.ts';
import { StoreFullError } from './errors.ts';

export interface RoomOptions {
  /** The directory that holds the data file. */
  readonly directory: string;
  readonly clock: Clock;
  /** Puts are refused below it, so that deletes and compaction, which need room first, always have some. */
  readonly reserveBytes: number;
  /** Bytes that the volume of a directory has left. */
  readonly freeOnDisk: (directory: string) => number;
  /** Bytes of the data file that hold nothing. */
  readonly freeInFile: () => number;
}

export interface Room {
  /** `<n> bytes are free in <directory>` */
  describe(): string;
  /**
   * The disk has no more than what a transaction may need: LMDB tells a short write as any other failure. Puts are
   * judged by what is left from now on.
   */
  isExhausted(): boolean;
  /** Gives a piece of the ballast to the next transaction; false: there is none left. */
  shrinkBallast(): boolean;
  /** Why a value of so many bytes cannot be taken now; null: it is counted as taken. */
  take(valueBytes: number): string | null;
  /** Taken values are on disk, or are not going to be. */
  settled(count: number, valueBytes: number): void;
}

export const reserveBytesDefault = 8 * 1024 ** 2;
/** Free space is asked for again after so many bytes written, or after so long. */
const checkBytes = 1024 ** 2;
const checkMs = 5_000;
const checkMsWhenFull = 250;
/** What a value takes beyond its bytes: the rest of its last page, its place in two tables. */
const overheadBytes = 4096;

export function freeOnDisk(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** Throws StoreFullError when the volume is smaller than reserve and ballast: it could never take anything. */
export function checkVolume(directory: string, reserveBytes: number): void {
  const { blocks, bsize } = statfsSync(directory);
  const neededBytes = reserveBytes + ballastBytes;
  if (blocks * bsize > neededBytes) return;
  throw new StoreFullError(
    `the volume of ${directory} has ${blocks * bsize} bytes, more than ${neededBytes} are needed; use a larger one`,
  );
}

export function createRoom({ directory, clock, reserveBytes, freeOnDisk, freeInFile }: RoomOptions): Room {
  /** Without what the ballast still lacks. */
  let freeBytes = 0;
  /** Taken and not on disk yet. */
  let pendingBytes = 0;
  /** Taken since free space was asked for, or pending then. */
  let takenBytes = 0;
  let checkedAtMs = 0;
  let isFull = false;

  function check(): void {
    const lackingBytes = fillBallast(directory, freeOnDisk(directory));
    takenBytes = pendingBytes;
    checkedAtMs = clock.monotonic();
    freeBytes = freeOnDisk(directory) + freeInFile() - lackingBytes;
  }

  check();
  return {
    describe: () => `${freeOnDisk(directory)} bytes are free in ${directory}`,
    isExhausted() {
      const leftBytes = freeOnDisk(directory);
      if (leftBytes >= reserveBytes) return false;
      freeBytes = Math.min(freeBytes, leftBytes + freeInFile());
      isFull = true;
      return true;
    },
    shrinkBallast: () => shrinkBallast(directory),
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
    settled(count, valueBytes) {
      pendingBytes -= valueBytes + count * overheadBytes;
    },
  };
}
