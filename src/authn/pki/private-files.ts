/** Small files that only their owner may read, replaced as a whole: after a crash there is the old or the new content. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeDirectory } from '../../base/make-directory.ts';

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** A file that cannot be used as it is. The message is one line and says what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** Throws FileProblem. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  writing(path, () => {
    try {
      writeSynced(temporary, text);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncDirectory(dirname(path));
  });
}

/**
 * Replaces two files so that after a crash `finishPrivatePair` makes both the old ones or both the new ones.
 * Throws FileProblem.
 */
export function writePrivatePair(first: PrivateFile, second: PrivateFile): void {
  writing(first.path, () => {
    writeSynced(pendingOf(first.path), first.text);
    writeSynced(pendingOf(second.path), second.text);
    syncDirectory(dirname(first.path));
    renameSync(pendingOf(first.path), first.path);
    syncDirectory(dirname(first.path));
  });
  finishPrivatePair(first.path, second.path);
}

/** The new second file follows once the new first one stands; as long as that is pending, neither counts. */
export function finishPrivatePair(first: string, second: string): void {
  writing(second, () => {
    const isUndecided = existsSync(pendingOf(first));
    if (!isUndecided && !existsSync(pendingOf(second))) return;
    if (isUndecided) rmSync(pendingOf(second), { force: true });
    else renameSync(pendingOf(second), second);
    syncDirectory(dirname(second));
    rmSync(pendingOf(first), { force: true });
  });
}

export interface PrivateFile {
  readonly path: string;
  readonly text: string;
}

/** Makes the directory and its parents; takes away what others may do in it. Throws FileProblem. */
export function makePrivateDirectory(path: string): void {
  try {
    makeDirectory(path, DIRECTORY_MODE);
    if ((statSync(path).mode & 0o777) !== DIRECTORY_MODE) chmodSync(path, DIRECTORY_MODE);
  } catch (error) {
    throw new FileProblem(`cannot use ${path} (${codeOf(error)}); make it a directory that this user may write`);
  }
}

/** Takes away what others may do with a file, if it is there. Throws FileProblem. */
export function makePrivate(path: string): void {
  writing(path, () => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile() && (found.mode & 0o077) !== 0) chmodSync(path, FILE_MODE);
  });
}

/** Null: there is no such file. Throws FileProblem. */
export function readFileIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new FileProblem(`cannot read ${path} (${codeOf(error)}); make it a file that this user may read`);
  }
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new FileProblem(
      `cannot write ${path} (${codeOf(error)}); make room for a file there that this user may replace`,
    );
  }
}

/** The mode is set again, since the process's umask takes from the first and a file left behind has its own. */
function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'w', FILE_MODE);
  try {
    fchmodSync(file, FILE_MODE);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function pendingOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.pending`);
}

/** A rename is on disk only when its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
