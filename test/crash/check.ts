/** What must hold after a crash, as a list of what does not. */
import type { Known, Ledger, Owned } from './load.ts';

export interface Found extends Known {
  readonly name: string;
  /** The data are whole: both ends carry the value, and nothing is missing between them. */
  readonly whole: boolean;
}

/** Compares what a list shows with what was acknowledged, and takes over how unanswered writes have ended. */
export function checkState(ledger: Ledger, found: readonly Found[], listRevision: number): string[] {
  const problems: string[] = [];
  const byName = new Map(found.map((object) => [object.name, object]));
  for (const [name, owned] of ledger.objects) {
    const problem = checkObject(name, owned, byName.get(name) ?? null);
    if (problem !== null) problems.push(problem);
    adopt(owned, byName.get(name) ?? null);
    byName.delete(name);
  }
  for (const name of byName.keys()) problems.push(`${name} was never written`);
  for (const { name, revision, whole } of found) {
    if (!whole) problems.push(`${name} of ${revision} is not whole`);
    if (revision > listRevision) problems.push(`${name} of ${revision} is newer than its list of ${listRevision}`);
  }
  if (listRevision < ledger.revision)
    problems.push(`the revision went back from ${ledger.revision} to ${listRevision}`);
  return problems;
}

function checkObject(name: string, { acknowledged, pending }: Owned, object: Found | null): string | null {
  if (object === null) {
    if (acknowledged === null || pending?.value === null) return null;
    return `${name} of ${acknowledged.revision} is lost`;
  }
  if (acknowledged === null) {
    return pending !== null && pending.value === object.value ? null : `${name} has come back as ${object.value}`;
  }
  if (object.uid !== acknowledged.uid) return `${name} is another object`;
  if (object.value === acknowledged.value && object.revision === acknowledged.revision) return null;
  if (pending !== null && object.value === pending.value && object.revision > acknowledged.revision) return null;
  return `${name} is ${object.value} of ${object.revision}, acknowledged was ${acknowledged.value} of ${acknowledged.revision}`;
}

function adopt(owned: Owned, object: Found | null): void {
  owned.acknowledged = object === null ? null : { uid: object.uid, revision: object.revision, value: object.value };
  owned.pending = null;
}

/** An event as a watch showed it. */
export interface WatchedEvent {
  readonly type: string;
  readonly name: string;
  readonly revision: number;
  readonly value: string;
}

/**
 * A watch that saw events up to `seen`, then broke, and was resumed on the new process: replayed over what it showed
 * before, it must lead to what is there, in order and without a repetition.
 */
export function checkWatch(
  before: readonly WatchedEvent[],
  after: readonly WatchedEvent[],
  start: ReadonlyMap<string, number>,
  found: readonly Found[],
): string[] {
  const problems: string[] = [];
  const state = new Map(start);
  let last = 0;
  for (const { type, name, revision } of [...before, ...after]) {
    if (revision <= last) problems.push(`the event of ${revision} came after ${last}`);
    last = revision;
    if ((type === 'ADDED') === state.has(name)) problems.push(`${type} of ${name} at ${revision}`);
    if (type === 'DELETED') state.delete(name);
    else state.set(name, revision);
  }
  for (const { name, revision } of found) {
    if (state.get(name) !== revision)
      problems.push(`the watch has ${name} of ${state.get(name)}, the list of ${revision}`);
    state.delete(name);
  }
  for (const name of state.keys()) problems.push(`the watch did not see that ${name} was deleted`);
  return problems;
}
