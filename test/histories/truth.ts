/**
 * What must have happened: the writes' answers in the order of their revisions. Only the revision of a delete is in no
 * answer; it is taken from the watches, which must agree on it, and must lie between its neighbours.
 */
import { type History, inScope, type Scope, type State } from './history.ts';

export interface Change {
  readonly revision: number;
  readonly key: string;
  /** Null: created. */
  readonly before: State | null;
  /** Null: deleted. */
  readonly after: State | null;
}

export interface Truth {
  /** By revision. */
  readonly changes: readonly Change[];
  readonly problems: readonly string[];
}

export interface ExpectedEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly state: State;
}

export function assemble(history: History): Truth {
  const problems: string[] = [];
  const deletions = deletionRevisions(history, problems);
  const changes: Change[] = [];
  for (const [key, versions] of versionsByKey(history)) {
    let before: State | null = null;
    for (const after of versions) {
      if (before !== null && before.uid !== after.uid) {
        const deleted = endOf(before, after.revision);
        if (deleted !== null) changes.push(deleted);
        before = null;
      }
      changes.push({ revision: after.revision, key, before, after });
      before = after;
    }
    const deleted = before === null ? null : endOf(before, Number.POSITIVE_INFINITY);
    if (deleted !== null) changes.push(deleted);
  }
  changes.sort((a, b) => a.revision - b.revision);
  return { changes, problems };

  /** The removal of `last`, if it was removed. */
  function endOf(last: State, nextRevision: number): Change | null {
    const revision = deletions.get(last.uid);
    if (revision === undefined) {
      const replaced = Number.isFinite(nextRevision);
      if (replaced) problems.push(`${last.key} was replaced at ${nextRevision}, but nobody saw it deleted`);
      return null;
    }
    if (revision <= last.revision || revision >= nextRevision)
      problems.push(`${last.key} was deleted at ${revision}, not within ${last.revision}..${nextRevision}`);
    return { revision, key: last.key, before: last, after: null };
  }
}

/** States of each key, by revision. */
function versionsByKey(history: History): Map<string, State[]> {
  const written = history.writes.flatMap(({ outcome }) => (outcome.kind === 'written' ? [outcome.state] : []));
  const versions = Map.groupBy([...history.initial, ...written], ({ key }) => key);
  for (const known of versions.values()) known.sort((a, b) => a.revision - b.revision);
  return versions;
}

/** By uid. An object leaves a selector's sight more than once, but is deleted at the last of these revisions. */
function deletionRevisions(history: History, problems: string[]): Map<string, number> {
  const acknowledged = new Set<string>();
  for (const { outcome } of history.writes) if (outcome.kind === 'deleted') acknowledged.add(outcome.uid);
  const seen = new Map<string, Set<number>>();
  for (const watch of history.watches) {
    // Without selectors that change, DELETED means deleted.
    if (watch.scope.tier !== '' || watch.scope.phase !== '') continue;
    for (const { seen: events } of watch.sessions) {
      for (const event of events) {
        if (event.type !== 'DELETED') continue;
        const revisions = seen.get(event.state.uid);
        if (revisions === undefined) seen.set(event.state.uid, new Set([event.state.revision]));
        else revisions.add(event.state.revision);
      }
    }
  }
  const result = new Map<string, number>();
  for (const [uid, revisions] of seen) {
    const [revision] = revisions;
    if (revisions.size > 1) problems.push(`watches disagree when ${uid} was deleted: ${[...revisions].join(', ')}`);
    if (!acknowledged.has(uid)) problems.push(`${uid} was seen deleted, but nobody deleted it`);
    if (revision !== undefined) result.set(uid, revision);
  }
  for (const uid of acknowledged) if (!result.has(uid)) problems.push(`nobody saw that ${uid} was deleted`);
  return result;
}

/** What a watch of this scope must show of the changes, by the rule of before and after. */
export function expectedEvents(changes: readonly Change[], scope: Scope): ExpectedEvent[] {
  const events: ExpectedEvent[] = [];
  for (const { revision, before, after } of changes) {
    const was = before !== null && inScope(scope, before);
    const is = after !== null && inScope(scope, after);
    if (is) events.push({ type: was ? 'MODIFIED' : 'ADDED', revision, state: after });
    else if (was) events.push({ type: 'DELETED', revision, state: { ...before, revision } });
  }
  return events;
}

/** Answers for ascending revisions what the objects of a scope were then, by key. */
export function createReplay(changes: readonly Change[]): (revision: number) => ReadonlyMap<string, State> {
  const state = new Map<string, State>();
  let next = 0;
  return (revision) => {
    for (; next < changes.length; next++) {
      const change = changes[next];
      if (change === undefined || change.revision > revision) break;
      if (change.after === null) state.delete(change.key);
      else state.set(change.key, change.after);
    }
    return state;
  };
}

export function sameState(a: State, b: State): boolean {
  return (
    a.key === b.key &&
    a.uid === b.uid &&
    a.revision === b.revision &&
    a.tier === b.tier &&
    a.node === b.node &&
    a.phase === b.phase &&
    a.value === b.value
  );
}
