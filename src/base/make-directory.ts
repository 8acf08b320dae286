import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it that are missing; one that is there stays as it is. Throws the system's error. Node's
 * own recursive way says that a read-only place does not exist, and tries for ever where nothing can be made (`/proc/x`).
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const parent = dirname(path);
    if (code === 'ENOENT' && parent !== path && statSync(parent, { throwIfNoEntry: false }) === undefined) {
      makeDirectory(parent, mode);
      mkdirSync(path, { mode });
      return;
    }
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
