/**
 * The data directory: who may use it and what is in it.
 *
 *     keelson.json    what this directory is, and in which format
 *     lock            the process that uses it now
 *     data.mdb        the store (and LMDB's own data.mdb-lock)
 *     samples.json    which revision was newest when, for the compactor
 *     ballast         room for deletes on a full disk
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../base/make-directory.ts';
import { shrinkBallast } from './ballast.ts';
import type { RevisionSample, SampleStore } from './compactor.ts';
import { acquireLock, type Lock } from './data-dir-lock.ts';

/** Whose the directory is, as its marker says. */
const dataKind = 'keelson-data';

/** The newest format this version reads and the one it writes. */
export const dataFormat = 2;

export type DataDirProblem =
  | 'not-writable'
  | 'foreign'
  | 'not-empty'
  | 'locked'
  | 'newer-format'
  | 'damaged'
  | 'missing-data';

/** The message is one line and says what to do. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
  readonly problem: DataDirProblem;

  constructor(problem: DataDirProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

export interface DataDir {
  readonly path: string;
  readonly dataPath: string;
  readonly samples: SampleStore;
  /** Notes that the directory holds a store from now on: without its data it is not a new one. */
  markUsed(): void;
  /** Lets other processes use the directory. A process that is killed has released it as well. */
  release(): void;
}

const markerName = 'keelson.json';
const lockName = 'lock';
const samplesName = 'samples.json';
const dataName = 'data.mdb';
const directoryMode = 0o700;
const fileMode = 0o600;

export interface DataDirOptions {
  /** Data may be missing from a directory that had some: it is about to get them back. */
  readonly isRestoring?: boolean;
}

/** Creates the directory when it is missing or empty, and locks it. Throws DataDirError. */
export function openDataDir(path: string, { isRestoring = false }: DataDirOptions = {}): DataDir {
  prepareDirectory(path);
  checkMarker(path);
  if (!isRestoring) checkData(path);
  const lock = takeLock(path);
  if (lock.kind === 'held') {
    const holder = lock.pid === null ? 'another process' : `process ${lock.pid}`;
    throw new DataDirError('locked', `${path} is in use by ${holder}; stop it or choose another data directory`);
  }
  return {
    path,
    dataPath: join(path, dataName),
    samples: createSampleStore(join(path, samplesName)),
    markUsed() {
      const { format, used } = readMarker(join(path, markerName));
      if (!used || format !== dataFormat) writeMarker(path, true);
    },
    release: lock.release,
  };
}

/** Where the data of a directory lies that another process may be using. Throws DataDirError unless it is ours. */
export function dataPathOf(path: string): string {
  const isMarked = listOf(path).includes(markerName);
  if (!isMarked) throw new DataDirError('foreign', `${path} is not a Keelson data directory; check the path`);
  checkMarker(path);
  return join(path, dataName);
}

/** A file that is either the old one or the new one, whenever the process dies. */
export function replaceFile(path: string, content: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, content, { mode: fileMode, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function takeLock(path: string): Lock {
  try {
    return acquireLock(join(path, lockName), fileMode);
  } catch (error) {
    // Should another process hold the lock, it has lost a piece of its ballast and makes it anew.
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC' && shrinkBallast(path))
      return takeLock(path);
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR')
      throw new DataDirError('damaged', `${join(path, lockName)} is a directory; remove it`, error);
    throw asProblem(path, error);
  }
}

function prepareDirectory(path: string): void {
  try {
    makeDirectory(path, directoryMode);
    const names = listOf(path);
    if (names.includes(markerName)) return;
    if (names.includes(dataName)) {
      throw new DataDirError(
        'damaged',
        `${join(path, markerName)} is missing, ${dataName} is there; restore it or the whole data directory from a backup`,
      );
    }
    // A first start that was interrupted leaves a lock or an unfinished marker at most.
    if (names.some((name) => name !== lockName && !name.startsWith(`${lockName}.`) && !name.startsWith(markerName))) {
      throw new DataDirError(
        'foreign',
        `${path} is not empty and not a Keelson data directory; choose another or empty it`,
      );
    }
    chmodSync(path, directoryMode);
    writeMarker(path, false);
  } catch (error) {
    throw asProblem(path, error);
  }
}

function writeMarker(path: string, used: boolean): void {
  const marker = { kind: dataKind, format: dataFormat, ...(used && { used }) };
  replaceFile(join(path, markerName), `${JSON.stringify(marker)}\n`);
}

/** A first start that was interrupted leaves no data; a directory that was in use since has lost them. */
function checkData(path: string): void {
  const file = join(path, dataName);
  const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? null;
  if (sizeBytes !== null && sizeBytes > 0) return;
  const names = listOf(path);
  // Format 1 had no mark.
  const isUsed =
    readMarker(join(path, markerName)).used || names.includes(`${dataName}-lock`) || names.includes(samplesName);
  if (!isUsed) return;
  throw new DataDirError(
    'missing-data',
    `${file}, the store of this directory, is ${sizeBytes === null ? 'missing' : 'empty'}; put it back, or restore a snapshot: keelson snapshot restore FILE --data-dir ${path}`,
  );
}

function checkMarker(path: string): void {
  const marker = readMarker(join(path, markerName));
  if (marker.kind !== dataKind) {
    throw new DataDirError(
      'foreign',
      `${path} belongs to something else (its ${markerName} says ${JSON.stringify(marker.kind)}, not "${dataKind}"); choose another data directory`,
    );
  }
  if (marker.format <= dataFormat) return;
  throw new DataDirError(
    'newer-format',
    `${path} has data format ${marker.format}, this version of Keelson reads up to ${dataFormat}; use a newer version`,
  );
}

function readMarker(file: string): { kind: unknown; format: number; used: boolean } {
  try {
    const marker: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof marker === 'object' && marker !== null && 'kind' in marker && 'format' in marker) {
      const { kind, format } = marker;
      if (typeof format === 'number' && Number.isInteger(format) && format > 0) {
        return { kind, format, used: 'used' in marker && marker.used === true };
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new DataDirError(
        'damaged',
        `cannot read ${file} (${code}); make it the file that says what the directory is, from a backup of it`,
        error,
      );
    }
  }
  throw new DataDirError('damaged', `${file} is damaged; restore it or the whole data directory from a backup`);
}

function listOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw asProblem(path, error);
  }
}

function asProblem(path: string, error: unknown): DataDirError {
  if (error instanceof DataDirError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new DataDirError(
    'not-writable',
    `cannot use ${path} as data directory (${code}); make it a directory this user may write`,
    error,
  );
}

function createSampleStore(path: string): SampleStore {
  return {
    read() {
      try {
        const samples: unknown = JSON.parse(readFileSync(path, 'utf8'));
        return Array.isArray(samples) ? samples.filter(isSample) : [];
      } catch {
        // Missing or damaged: history is kept for some minutes more than it had to be.
        return [];
      }
    },
    write(samples) {
      try {
        replaceFile(path, JSON.stringify(samples));
      } catch (error) {
        // As when they are missing; compaction, which makes room, goes on.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
  };
}

function isSample(value: unknown): value is RevisionSample {
  if (typeof value !== 'object' || value === null || !('timeMs' in value) || !('revision' in value)) return false;
  return Number.isSafeInteger(value.timeMs) && Number.isSafeInteger(value.revision);
}
