/** How many connections the process can bear. */
import { readFileSync } from 'node:fs';

/** File descriptors that stay for the store, the log, files read anew, and connections of the server's own. */
const DESCRIPTORS_KEPT = 128;

/** Null where the system does not say how many descriptors a process may have. */
export function connectionsMaxOf(limits: string | null): number | null {
  const found = limits === null ? null : /^Max open files\s+(\d+)/m.exec(limits);
  if (found === null) return null;
  const descriptors = Number(found[1]);
  return Math.max(Math.floor(descriptors / 2), descriptors - DESCRIPTORS_KEPT);
}

export function readProcessLimits(): string | null {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return null;
  }
}
