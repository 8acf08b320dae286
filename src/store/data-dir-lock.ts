/**
 * A lock file that dies with its process: it names the process and when that started, so that neither kill -9 nor a
 * process number used again leaves it locked. It keeps honest processes apart; the LMDB engine's owner number makes
 * sure that even one that gets past it cannot do harm.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export type Lock =
  | { readonly kind: 'acquired'; release(): void }
  /** `pid` null: unknown, because the lock changes hands right now. */
  | { readonly kind: 'held'; readonly pid: number | null };

interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's own units and since boot; '': the platform does not tell. */
  readonly started: string;
  readonly boot: string;
}

const attemptsMax = 5;

/** Throws the system's error when there can be no lock. */
export function acquireLock(path: string, mode: number): Lock {
  const own = JSON.stringify(holderOf(process.pid));
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (tryLink(path, own, mode)) return { kind: 'acquired', release: () => release(path, own) };
    const found = readLock(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && isAlive(holder)) return { kind: 'held', pid: holder.pid };
    removeStale(path, found);
  }
  return { kind: 'held', pid: null };
}

/** Creates the lock with its content in one step; false: there is one. */
function tryLink(path: string, content: string, mode: number): boolean {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, content, { mode });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Of several processes that find the same dead holder, each moves away only what it has read. */
function removeStale(path: string, content: string): void {
  const moved = `${path}.${randomUUID()}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    // Somebody was faster and holds a fresh lock: give it back.
    if (readText(moved) !== content) linkSync(moved, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}

function release(path: string, own: string): void {
  if (readText(path) === own) rmSync(path, { force: true });
}

function isAlive(holder: Holder): boolean {
  const present = holderOf(holder.pid);
  if (holder.boot !== present.boot) return false;
  if (holder.started !== '' || present.started !== '') return holder.started === present.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function holderOf(pid: number): Holder {
  // The fields after the name, which is in parentheses and may hold anything; the start time is the 22nd of all.
  const fields =
    readText(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, '')
      .split(' ') ?? [];
  // A killed process that its parent has not asked after yet (Z) is dead.
  const started = fields[0] === 'Z' ? '' : (fields[19] ?? '');
  return { pid, started, boot: readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '' };
}

function parseHolder(text: string): Holder | null {
  try {
    const { pid, started, boot } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? { pid, started: String(started), boot: String(boot) } : null;
  } catch {
    return null;
  }
}

/** Null: it is gone. */
function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
