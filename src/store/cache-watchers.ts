/**
 * The watchers of one resource's cache.
 *
 * A live watcher stands in a group that events find by index. One that does not keep up, like one that has just come,
 * is only a cursor: it reads on from the window, or from the engine's history when the window has moved past it, until
 * it has caught up. So slow watchers cost neither memory nor time of others.
 */
import type { CacheEvent, CacheSink, CacheWatcher, Scope } from './cache.ts';
import { createGroups, type Groups } from './cache-groups.ts';
import { isInScope } from './cache-scope.ts';
import type { EventWindow, WindowEvent } from './cache-window.ts';
import type { Engine, Revision, StoreEvent, Subscription } from './engine.ts';

export interface WatchersOptions<E> {
  readonly engine: Engine;
  readonly prefix: string;
  readonly window: EventWindow<E>;
  /** The revision the cache reflects. */
  readonly head: () => Revision;
  /** An event of history; null when what it removed is lost. */
  readonly toCacheEvent: (event: StoreEvent) => WindowEvent<E> | null;
}

export interface Watchers<E> {
  watch(scope: Scope, after: Revision, sink: CacheSink<E>): CacheWatcher;
  /** Gives new events, already in the window, to the live watchers they concern. */
  dispatch(events: readonly WindowEvent<E>[]): void;
  count(): number;
  expireAll(oldest: Revision): void;
  close(): void;
}

export interface Watcher<E> {
  readonly scope: Scope;
  readonly sink: CacheSink<E>;
  state: WatcherState;
}

export type WatcherState =
  /** Gets events above `from` as they come. */
  | { readonly kind: 'live'; readonly from: Revision }
  /** Has everything up to `cursor`. `reading`: it is on its way through the engine's history. */
  | { readonly kind: 'lagging'; cursor: Revision; reading: Subscription | null; isStarting: boolean }
  /** Its cursor is older than all history. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'closed' };

/** Events of the window given to a watcher between two looks at whether it can take more. */
const catchUpEventsMax = 256;

/**
 * A write to a socket costs far more than its bytes. With many watchers, events that follow each other within this time
 * go out together; an event after a pause goes out at once.
 */
const gatherMs = 2;
const gatherWatchersMin = 16;

interface Core<E> extends WatchersOptions<E> {
  readonly all: Set<Watcher<E>>;
  readonly groups: Groups<E>;
  /** Events in the window that live watchers have yet to be given. */
  gathered: WindowEvent<E>[];
  /** `performance.now()` of the last time that events went out. */
  sentMs: number;
}

export function createWatchers<E>(options: WatchersOptions<E>): Watchers<E> {
  const all = new Set<Watcher<E>>();
  const core: Core<E> = { ...options, all, groups: createGroups(options.prefix), gathered: [], sentMs: 0 };
  return {
    watch(scope, after, sink) {
      const watcher: Watcher<E> = {
        scope,
        sink,
        state: { kind: 'lagging', cursor: after, reading: null, isStarting: true },
      };
      all.add(watcher);
      queueMicrotask(() => start(core, watcher));
      return {
        revision: () => revisionOf(core, watcher),
        resume: () => catchUp(core, watcher),
        cancel: () => leave(core, watcher, { kind: 'closed' }),
      };
    },
    dispatch: (events) => dispatch(core, events),
    count: () => all.size,
    expireAll(oldest) {
      for (const watcher of [...all]) expire(core, watcher, oldest);
    },
    close() {
      sendGathered(core);
      for (const watcher of [...all]) end(core, watcher);
    },
  };
}

function dispatch<E>(core: Core<E>, events: readonly WindowEvent<E>[]): void {
  if (core.gathered.length > 0) {
    for (const event of events) core.gathered.push(event);
    return;
  }
  const now = performance.now();
  if (core.all.size < gatherWatchersMin || now - core.sentMs >= gatherMs) {
    core.sentMs = now;
    route(core, events);
    return;
  }
  core.gathered = [...events];
  setTimeout(sendGathered, gatherMs, core);
}

function sendGathered<E>(core: Core<E>): void {
  const events = core.gathered;
  if (events.length === 0) return;
  core.gathered = [];
  core.sentMs = performance.now();
  route(core, events);
}

function route<E>(core: Core<E>, events: readonly WindowEvent<E>[]): void {
  core.groups.route(events, (watcher, matched) => deliverLive(core, watcher, matched));
}

function revisionOf<E>(core: Core<E>, { state }: Watcher<E>): Revision {
  // What is still gathered was not delivered: a bookmark must not be ahead of it.
  const waiting = core.gathered[0];
  if (state.kind === 'live') return waiting === undefined ? core.head() : Math.max(state.from, waiting.revision - 1);
  return state.kind === 'lagging' ? state.cursor : 0;
}

function start<E>(core: Core<E>, watcher: Watcher<E>): void {
  if (watcher.state.kind !== 'lagging') return;
  watcher.state.isStarting = false;
  catchUp(core, watcher);
}

function catchUp<E>(core: Core<E>, watcher: Watcher<E>): void {
  const { state } = watcher;
  if (state.kind !== 'lagging' || state.isStarting || state.reading !== null) return;
  if (state.cursor < core.window.start()) {
    readHistory(core, watcher, state.cursor);
    return;
  }
  const { window } = core;
  let index = window.indexAfter(state.cursor);
  while (index < window.length()) {
    const events: WindowEvent<E>[] = [];
    for (; index < window.length() && events.length < catchUpEventsMax; index++) {
      const event = window.at(index);
      if (isInScope(watcher.scope, event)) events.push(event);
    }
    state.cursor = window.at(index - 1).revision;
    if (events.length > 0 && !deliver(core, watcher, events)) return;
    if (watcher.state !== state) return;
  }
  watcher.state = { kind: 'live', from: Math.max(state.cursor, core.head()) };
  core.groups.add(watcher);
}

/** Through the engine, chunk by chunk, until the window begins. */
function readHistory<E>(core: Core<E>, watcher: Watcher<E>, after: Revision): void {
  const subscription = core.engine.watch(watcher.scope.prefix, after, {
    events(stored) {
      const events = historyInScope(core, watcher, stored);
      if (events === null) {
        expire(core, watcher, core.engine.compactedRevision());
        return;
      }
      if (watcher.state.kind !== 'lagging') return;
      watcher.state.cursor = stored[stored.length - 1]!.revision;
      if (events.length > 0 && !deliver(core, watcher, events)) stopReading(watcher);
    },
    progress(revision) {
      if (watcher.state.kind !== 'lagging') return;
      watcher.state.cursor = Math.max(watcher.state.cursor, revision);
      if (watcher.state.cursor < core.window.start()) return;
      stopReading(watcher);
      catchUp(core, watcher);
    },
    ended(reason) {
      if (reason === 'compacted') expire(core, watcher, core.engine.compactedRevision());
      else end(core, watcher);
    },
  });
  if (watcher.state.kind === 'lagging') watcher.state.reading = subscription;
}

function stopReading<E>({ state }: Watcher<E>): void {
  if (state.kind !== 'lagging') return;
  state.reading?.cancel();
  state.reading = null;
}

/** null: something is lost. */
function historyInScope<E>(
  core: Core<E>,
  { scope }: Watcher<E>,
  stored: readonly StoreEvent[],
): WindowEvent<E>[] | null {
  const events: WindowEvent<E>[] = [];
  for (const one of stored) {
    if (scope.exact && one.key !== scope.prefix) continue;
    const event = core.toCacheEvent(one);
    if (event === null) return null;
    if (isInScope(scope, event)) events.push(event);
  }
  return events;
}

function deliverLive<E>(core: Core<E>, watcher: Watcher<E>, matched: readonly WindowEvent<E>[]): void {
  const { state } = watcher;
  if (state.kind !== 'live') return;
  let events = matched;
  // It went live in this very turn, or for a revision still to come.
  if (events[0]!.revision <= state.from) events = events.filter((event) => event.revision > state.from);
  if (events.length === 0 || deliver(core, watcher, events) || watcher.state !== state) return;
  core.groups.remove(watcher);
  watcher.state = { kind: 'lagging', cursor: core.head(), reading: null, isStarting: false };
}

/** False: it takes no more for now, or is gone. */
function deliver<E>(core: Core<E>, watcher: Watcher<E>, events: readonly CacheEvent<E>[]): boolean {
  try {
    return watcher.sink.deliver(events);
  } catch (error) {
    // A bug in one watcher's code must not reach the commit, nor the other watchers: it is thrown where none stand.
    process.nextTick(() => {
      throw error;
    });
    end(core, watcher);
    return false;
  }
}

function leave<E>(core: Core<E>, watcher: Watcher<E>, state: WatcherState): void {
  if (!core.all.delete(watcher)) return;
  if (watcher.state.kind === 'live') core.groups.remove(watcher);
  stopReading(watcher);
  watcher.state = state;
}

function expire<E>(core: Core<E>, watcher: Watcher<E>, oldest: Revision): void {
  if (!core.all.has(watcher)) return;
  leave(core, watcher, { kind: 'expired' });
  watcher.sink.ended({ kind: 'compacted', oldest });
}

function end<E>(core: Core<E>, watcher: Watcher<E>): void {
  if (!core.all.has(watcher)) return;
  leave(core, watcher, { kind: 'closed' });
  watcher.sink.ended({ kind: 'closed' });
}
