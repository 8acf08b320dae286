/** One validator per promise: from a record of what clients did and saw to what contradicts the promise, in words. */
import {
  type Get,
  type History,
  inScope,
  type List,
  type Session,
  type State,
  type WatchRecord,
  type Write,
} from './history.ts';
import { type Change, createReplay, type ExpectedEvent, expectedEvents, sameState, type Truth } from './truth.ts';

export type Validator = (history: History, truth: Truth) => string[];

export const VALIDATORS: Readonly<Record<string, Validator>> = {
  'events of a watch come in the order of their revisions': eventOrder,
  'no event comes twice': uniqueness,
  'a watch shows exactly the writes of its scope since its start': completeness,
  'a watch goes on where it broke off': resumption,
  'a bookmark is never ahead of the events': bookmarks,
  'a list shows the state at its revision': listConsistency,
  'a consistent read shows everything acknowledged before it': freshness,
  'revisions of writes increase with time and are unique': writeRevisions,
  'no acknowledged write is lost': acknowledgedWrites,
  'a write is refused only because of another write': refusals,
};

/** Sessions that follow on from each other, after the initial events of the first one. */
export interface Chain {
  readonly watch: WatchRecord;
  readonly after: number;
  readonly sessions: readonly Session[];
  /** Whether nothing but the end of the test ended it. */
  readonly last: boolean;
}

/** A session that broke off within the initial events starts no chain: nothing can be resumed from it. */
export function chainsOf(watch: WatchRecord): Chain[] {
  const chains: { watch: WatchRecord; after: number; sessions: Session[]; last: boolean }[] = [];
  let open = false;
  for (const session of watch.sessions) {
    if (session.after !== 0) {
      if (open) chains[chains.length - 1]?.sessions.push(session);
      else chains.push({ watch, after: session.after, sessions: [session], last: false });
      open = true;
      continue;
    }
    const end = session.seen.findIndex((seen) => seen.type === 'BOOKMARK' && seen.initialEnd);
    const bookmark = session.seen[end];
    open = bookmark?.type === 'BOOKMARK';
    if (bookmark?.type !== 'BOOKMARK') continue;
    const after = bookmark.revision;
    chains.push({ watch, after, sessions: [{ after, seen: session.seen.slice(end + 1) }], last: false });
  }
  const final = chains[chains.length - 1];
  if (final !== undefined && open) final.last = true;
  return chains;
}

function eachChain(history: History, check: (chain: Chain, say: (text: string) => void) => void): string[] {
  const problems: string[] = [];
  for (const watch of history.watches) {
    for (const chain of chainsOf(watch)) check(chain, (text) => problems.push(`${watch.name}: ${text}`));
  }
  return problems;
}

function eventsOf(session: Session): ExpectedEvent[] {
  return session.seen.flatMap((seen) =>
    seen.type === 'BOOKMARK' ? [] : [{ type: seen.type, revision: seen.state.revision, state: seen.state }],
  );
}

export function eventOrder(history: History): string[] {
  return eachChain(history, (chain, say) => {
    for (const session of chain.sessions) {
      let last = session.after;
      for (const seen of session.seen) {
        const revision = seen.type === 'BOOKMARK' ? seen.revision : seen.state.revision;
        if (revision < last || (revision === last && seen.type !== 'BOOKMARK'))
          say(`${seen.type} of ${revision} came after ${last}`);
        last = revision;
      }
    }
  });
}

export function uniqueness(history: History): string[] {
  const problems = eachChain(history, (chain, say) => {
    const seen = new Set<number>();
    for (const event of chain.sessions.flatMap(eventsOf)) {
      if (seen.has(event.revision)) say(`the event of ${event.revision} (${event.state.key}) came twice`);
      seen.add(event.revision);
    }
  });
  for (const watch of history.watches) {
    for (const session of watch.sessions) {
      if (session.after !== 0) continue;
      const keys = new Set<string>();
      for (const seen of session.seen) {
        if (seen.type === 'BOOKMARK') break;
        if (keys.has(seen.state.key)) problems.push(`${watch.name}: ${seen.state.key} came twice at the start`);
        keys.add(seen.state.key);
      }
    }
  }
  return problems;
}

export function completeness(history: History, truth: Truth): string[] {
  const problems = eachChain(history, (chain, say) => {
    const seen = chain.sessions.flatMap(eventsOf);
    const end = chain.last ? history.settledRevision : (seen[seen.length - 1]?.revision ?? chain.after);
    const expected = expectedEvents(truth.changes, chain.watch.scope).filter(
      ({ revision }) => revision > chain.after && revision <= end,
    );
    const difference = firstDifference(expected, seen);
    if (difference !== null) say(difference);
  });
  return [...problems, ...initialStates(history, truth)];
}

function firstDifference(expected: readonly ExpectedEvent[], seen: readonly ExpectedEvent[]): string | null {
  for (let i = 0; i < Math.max(expected.length, seen.length); i++) {
    const [want, got] = [expected[i], seen[i]];
    if (want !== undefined && got !== undefined && want.type === got.type && sameState(want.state, got.state)) continue;
    return `event ${i} of ${expected.length} should be ${describe(want)}, but is ${describe(got)}`;
  }
  return null;
}

function describe(event: ExpectedEvent | undefined): string {
  return event === undefined ? 'nothing' : `${event.type} ${event.revision} ${JSON.stringify(event.state)}`;
}

/** The initial events of a watch are the state at the revision that their end names. */
function initialStates(history: History, truth: Truth): string[] {
  const problems: string[] = [];
  const starts = history.watches.flatMap((watch) =>
    watch.sessions.flatMap((session) => {
      const end = session.after === 0 ? session.seen.findIndex((seen) => seen.type === 'BOOKMARK') : -1;
      const bookmark = session.seen[end];
      if (bookmark?.type !== 'BOOKMARK') return [];
      const items = eventsOf({ after: 0, seen: session.seen.slice(0, end) }).map(({ state }) => state);
      return [{ watch, revision: bookmark.revision, items }];
    }),
  );
  starts.sort((a, b) => a.revision - b.revision);
  const stateAt = createReplay(truth.changes);
  for (const { watch, revision, items } of starts) {
    const difference = stateDifference(stateAt(revision), items, (state) => inScope(watch.scope, state));
    if (difference !== null) problems.push(`${watch.name}: initial events at ${revision}: ${difference}`);
  }
  return problems;
}

export function resumption(history: History, truth: Truth): string[] {
  return eachChain(history, (chain, say) => {
    const expected = expectedEvents(truth.changes, chain.watch.scope);
    for (const session of chain.sessions.slice(1)) {
      const [first] = eventsOf(session);
      if (first === undefined) continue;
      const next = expected.find(({ revision }) => revision > session.after);
      if (next?.revision !== first.revision)
        say(`resumed after ${session.after} with ${first.revision}; next was ${next?.revision ?? 'nothing'}`);
    }
  });
}

export function bookmarks(history: History, truth: Truth): string[] {
  return eachChain(history, (chain, say) => {
    const due = expectedEvents(truth.changes, chain.watch.scope).filter(({ revision }) => revision > chain.after);
    let count = 0;
    for (const seen of chain.sessions.flatMap((session) => session.seen)) {
      if (seen.type !== 'BOOKMARK') {
        count++;
        continue;
      }
      const missing = due[count];
      if (missing !== undefined && missing.revision <= seen.revision)
        say(`bookmark ${seen.revision} came before the event of ${missing.revision}`);
    }
  });
}

export function listConsistency(history: History, truth: Truth): string[] {
  const problems: string[] = [];
  const lists = history.reads.filter((read): read is List => read.kind === 'list');
  const byRevision = lists.toSorted((a, b) => (a.pages[0]?.revision ?? 0) - (b.pages[0]?.revision ?? 0));
  const stateAt = createReplay(truth.changes);
  for (const list of byRevision) {
    const revision = list.pages[0]?.revision ?? 0;
    const other = list.pages.find((page) => page.revision !== revision);
    if (other !== undefined) problems.push(`a list began at ${revision} and went on at ${other.revision}`);
    const items = list.pages.flatMap((page) => page.items);
    const difference = stateDifference(stateAt(revision), items, (state) => inScope(list.scope, state));
    if (difference !== null)
      problems.push(
        `list at ${revision} of ${JSON.stringify(list.scope)} in ${list.pages.length} pages: ${difference}`,
      );
  }
  return problems;
}

function stateDifference(
  state: ReadonlyMap<string, State>,
  items: readonly State[],
  concerns: (state: State) => boolean,
): string | null {
  const listed = new Set<string>();
  for (const item of items) {
    if (listed.has(item.key)) return `${item.key} stands twice`;
    listed.add(item.key);
    const known = state.get(item.key);
    if (known === undefined || !concerns(known)) return `${item.key} of ${item.revision} should not be there`;
    if (!sameState(known, item)) return `${JSON.stringify(item)} should be ${JSON.stringify(known)}`;
  }
  for (const known of state.values())
    if (concerns(known) && !listed.has(known.key)) return `${known.key} of ${known.revision} is missing`;
  return null;
}

export function freshness(history: History, truth: Truth): string[] {
  const problems: string[] = [];
  const answered = acknowledgedOf(history, truth).toSorted((a, b) => a.write.answeredMs - b.write.answeredMs);
  const reads = history.reads.filter(({ asked }) => asked === '').toSorted((a, b) => a.sentMs - b.sentMs);
  const byKey = Map.groupBy(truth.changes, ({ key }) => key);
  const sentMs = new Map(answered.map(({ write, revision }) => [revision, write.sentMs]));
  const newestOf = new Map<string, number>();
  let newest = 0;
  let next = 0;
  for (const read of reads) {
    for (; next < answered.length; next++) {
      const earlier = answered[next];
      if (earlier === undefined || earlier.write.answeredMs >= read.sentMs) break;
      const { write, revision } = earlier;
      newest = Math.max(newest, revision);
      newestOf.set(write.key, Math.max(newestOf.get(write.key) ?? 0, revision));
    }
    if (read.kind === 'get') {
      const begun = (byKey.get(read.key) ?? []).filter(
        ({ revision }) => (sentMs.get(revision) ?? Number.NEGATIVE_INFINITY) < read.answeredMs,
      );
      const problem = staleGet(read, newestOf.get(read.key) ?? 0, begun);
      if (problem !== null) problems.push(problem);
    } else if ((read.pages[0]?.revision ?? 0) < newest) {
      problems.push(`a list at ${read.pages[0]?.revision} came after the acknowledgement of ${newest}`);
    }
  }
  return problems;
}

/** Acknowledged writes with their revisions, deletes among them. */
function acknowledgedOf(history: History, truth: Truth): { write: Write; revision: number }[] {
  const deletions = new Map<string, number>();
  for (const { before, after, revision } of truth.changes)
    if (after === null && before !== null) deletions.set(before.uid, revision);
  return history.writes.flatMap((write) => {
    const { outcome } = write;
    if (outcome.kind === 'written') return [{ write, revision: outcome.state.revision }];
    const revision = outcome.kind === 'deleted' ? deletions.get(outcome.uid) : undefined;
    return revision === undefined ? [] : [{ write, revision }];
  });
}

/** `changes`: those that were asked for before the answer. */
function staleGet({ key, state }: Get, atLeast: number, changes: readonly Change[]): string | null {
  if (state === null) {
    const absent = atLeast === 0 || changes.some(({ revision, after }) => revision >= atLeast && after === null);
    return absent ? null : `${key} of ${atLeast} was not found, though nobody deleted it`;
  }
  const known = changes.find(({ revision }) => revision === state.revision)?.after ?? null;
  if (known === null || !sameState(known, state)) return `a get answered ${JSON.stringify(state)}, which nobody wrote`;
  return state.revision < atLeast ? `a get answered ${key} of ${state.revision} after ${atLeast}` : null;
}

export function writeRevisions(history: History, truth: Truth): string[] {
  const problems: string[] = [];
  const written = acknowledgedOf(history, truth);
  const revisions = new Set<number>();
  for (const { revision } of written) {
    if (revisions.has(revision)) problems.push(`${revision} was given to two writes`);
    revisions.add(revision);
  }
  const byAnswer = written.toSorted((a, b) => a.write.answeredMs - b.write.answeredMs);
  let newest = 0;
  let next = 0;
  for (const { write, revision } of written.toSorted((a, b) => a.write.sentMs - b.write.sentMs)) {
    for (; next < byAnswer.length; next++) {
      const earlier = byAnswer[next];
      if (earlier === undefined || earlier.write.answeredMs >= write.sentMs) break;
      newest = Math.max(newest, earlier.revision);
    }
    if (revision < newest) problems.push(`${revision} was given to a write sent after the answer of ${newest}`);
  }
  return problems;
}

/** Each write built on what it said it would, and left what it was to leave. */
export function acknowledgedWrites(history: History, truth: Truth): string[] {
  const problems = [...truth.problems];
  const changes = new Map(truth.changes.map((change) => [change.revision, change]));
  const deleted = new Map<string, Change>();
  for (const change of truth.changes)
    if (change.after === null && change.before) deleted.set(change.before.uid, change);
  for (const { verb, key, expected, value, outcome } of history.writes) {
    if (outcome.kind === 'written') {
      const { state } = outcome;
      if (state.value !== value) problems.push(`${verb} ${key} of ${state.revision} left ${state.value}, not ${value}`);
      const before = changes.get(state.revision)?.before?.revision ?? 0;
      if (expected !== 0 && before !== expected)
        problems.push(`${verb} ${key} of ${state.revision} demanded ${expected}, but replaced ${before}`);
      if (verb === 'create' && before !== 0)
        problems.push(`create ${key} of ${state.revision} replaced the object of ${before}`);
    } else if (outcome.kind === 'deleted' && expected !== 0) {
      const before = deleted.get(outcome.uid)?.before?.revision ?? 0;
      if (before !== expected) problems.push(`delete ${key} demanded ${expected}, but removed ${before}`);
    }
  }
  return problems;
}

export function refusals(history: History, truth: Truth): string[] {
  const problems: string[] = [];
  const byKey = Map.groupBy(truth.changes, ({ key }) => key);
  const sentMs = new Map<number, number>();
  const answeredMs = new Map<number, number>();
  for (const { write, revision } of acknowledgedOf(history, truth)) {
    sentMs.set(revision, write.sentMs);
    answeredMs.set(revision, write.answeredMs);
  }
  for (const { verb, key, expected, outcome, ...write } of history.writes) {
    // Changes that may have come before this answer.
    const earlier = (byKey.get(key) ?? []).filter(
      ({ revision }) => (sentMs.get(revision) ?? Number.NEGATIVE_INFINITY) < write.answeredMs,
    );
    if (outcome.kind === 'conflict' && !earlier.some(({ revision }) => revision > expected))
      problems.push(`${verb} ${key} demanding ${expected} met a conflict, but nobody else had written`);
    if (outcome.kind === 'exists' && !earlier.some(({ after }) => after !== null))
      problems.push(`${verb} ${key} was told that it exists, but nobody had created it`);
    if (outcome.kind === 'missing') {
      const before = earlier.filter(({ revision }) => (answeredMs.get(revision) ?? 0) < write.sentMs);
      const last = before.findLast(({ after }) => after !== null);
      if (last !== undefined && !earlier.some(({ revision, after }) => after === null && revision > last.revision))
        problems.push(`${verb} ${key} was told that it is missing, but ${last.revision} stood`);
    }
  }
  return problems;
}
