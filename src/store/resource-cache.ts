/** The watch cache of one resource: see cache.ts for what it promises. */
import { invariant } from '../base/invariant.ts';
import type { CacheOptions, ResourceCache } from './cache.ts';
import { type CacheEntries, createCacheEntries } from './cache-entries.ts';
import { loadEntries } from './cache-load.ts';
import { createWatchers, type Watchers } from './cache-watchers.ts';
import { createEventWindow, type EventWindow, type WindowEvent } from './cache-window.ts';
import type { Revision, StoreEvent, Subscription } from './engine.ts';
import { StoreClosedError } from './errors.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly done: Promise<void> }
  | { readonly kind: 'ready'; readonly subscription: Subscription }
  | { readonly kind: 'closed' };

interface Waiter {
  readonly revision: Revision;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Core<E> extends CacheOptions<E> {
  readonly window: EventWindow<E>;
  readonly watchers: Watchers<E>;
  entries: CacheEntries<E>;
  state: State;
  /** The revision reflected. */
  head: Revision;
  waiters: Waiter[];
}

export function createResourceCache<E>(options: CacheOptions<E>): ResourceCache<E> {
  const window = createEventWindow<E>(options.windowEventsMax, options.windowBytesMax);
  const watchers = createWatchers<E>({
    engine: options.engine,
    prefix: options.prefix,
    window,
    head: () => core.head,
    toCacheEvent: (event) => historyEvent(core, event),
  });
  const entries = createCacheEntries(options);
  const core: Core<E> = { ...options, window, watchers, entries, state: { kind: 'idle' }, head: 0, waiters: [] };
  return {
    ready: () => ready(core),
    revision: () => core.head,
    waitFor: (revision) => waitFor(core, revision),
    get: (key) => loadedEntries(core).get(key),
    list: (scope) => ({ entries: loadedEntries(core).list(scope), revision: core.head }),
    count: (scope) => loadedEntries(core).count(scope),
    watch(scope, after, sink) {
      loadedEntries(core);
      return watchers.watch(scope, after, sink);
    },
    watcherCount: () => watchers.count(),
    close: () => close(core),
  };
}

function ready<E>(core: Core<E>): Promise<void> | null {
  if (core.state.kind === 'ready') return null;
  return core.state.kind === 'closed' ? Promise.reject(new StoreClosedError()) : begin(core);
}

function waitFor<E>(core: Core<E>, revision: Revision): Promise<void> | null {
  if (core.state.kind === 'ready' && core.head >= revision) return null;
  if (core.state.kind === 'closed') return Promise.reject(new StoreClosedError());
  const reached = new Promise<void>((resolve, reject) => core.waiters.push({ revision, resolve, reject }));
  // When loading fails, nobody else looks at it.
  reached.catch(() => {});
  return core.state.kind === 'ready' ? reached : begin(core).then(() => reached);
}

function loadedEntries<E>({ state, head, prefix, entries }: Core<E>): CacheEntries<E> {
  // While it is loaded anew, what it had is still a consistent state.
  invariant(state.kind === 'ready' || head > 0, `the cache of ${prefix} was used before it was loaded`);
  return entries;
}

function begin<E>(core: Core<E>): Promise<void> {
  if (core.state.kind === 'loading') return core.state.done;
  const done = load(core);
  core.state = { kind: 'loading', done };
  return done;
}

async function load<E>(core: Core<E>): Promise<void> {
  try {
    const { entries, revision } = await loadEntries(core);
    if (core.state.kind === 'closed') throw new StoreClosedError();
    core.entries = entries;
    core.window.reset(revision);
    const subscription = core.engine.watch(core.prefix, revision, {
      events: (stored) => follow(core, stored),
      progress: (reached) => advance(core, reached),
      ended: (reason) => (reason === 'closed' ? close(core) : reload(core)),
    });
    core.state = { kind: 'ready', subscription };
    advance(core, revision);
  } catch (error) {
    // The next one who asks tries again.
    if (core.state.kind === 'loading') core.state = { kind: 'idle' };
    throw error;
  }
}

/** The engine lost the thread (another process compacted): what watchers have missed is unknown. */
function reload<E>(core: Core<E>): void {
  core.state = { kind: 'idle' };
  core.watchers.expireAll(core.engine.compactedRevision());
  begin(core).catch(() => {});
}

function follow<E>(core: Core<E>, stored: readonly StoreEvent[]): void {
  const batch: WindowEvent<E>[] = [];
  for (const one of stored) {
    const event = apply(core, one);
    if (event === null) continue;
    core.window.push(event);
    batch.push(event);
  }
  core.head = Math.max(core.head, stored[stored.length - 1]!.revision);
  if (batch.length > 0) core.watchers.dispatch(batch);
}

function advance<E>(core: Core<E>, revision: Revision): void {
  core.head = Math.max(core.head, revision);
  if (core.waiters.length === 0) return;
  const reached = core.waiters.filter((waiter) => waiter.revision <= core.head);
  core.waiters = core.waiters.filter((waiter) => waiter.revision > core.head);
  for (const waiter of reached) waiter.resolve();
}

/** null: a delete of what the cache never had. */
function apply<E>(core: Core<E>, event: StoreEvent): WindowEvent<E> | null {
  const { entries } = core;
  const { key, value } = event;
  if (value === null) {
    const removed = entries.delete(key);
    return removed === null ? null : windowEvent(entries, event, null, removed);
  }
  const entry = core.toEntry(key, value, event.revision, event.createRevision, event.attachment);
  return windowEvent(entries, event, entry, entries.set(key, entry));
}

/** null: what was deleted is lost. */
function historyEvent<E>(core: Core<E>, event: StoreEvent): WindowEvent<E> | null {
  const { key, value, previous } = event;
  if (value === null && previous === null) return null;
  const entry = value && core.toEntry(key, value, event.revision, event.createRevision, null);
  const old = previous && core.toEntry(key, previous.value, previous.modRevision, previous.createRevision, null);
  return windowEvent(core.entries, event, entry, old);
}

function windowEvent<E>(
  entries: CacheEntries<E>,
  { type, key, revision, value }: StoreEvent,
  entry: E | null,
  previous: E | null,
): WindowEvent<E> {
  const valueBytes = value === null ? 0 : value.length;
  const bucket = entry === null ? '' : entries.bucketOf(entry);
  const previousBucket = previous === null ? '' : entries.bucketOf(previous);
  return { type, key, revision, entry, previous, memo: null, valueBytes, bucket, previousBucket };
}

function close<E>(core: Core<E>): void {
  if (core.state.kind === 'closed') return;
  if (core.state.kind === 'ready') core.state.subscription.cancel();
  core.state = { kind: 'closed' };
  core.watchers.close();
  const left = core.waiters;
  core.waiters = [];
  for (const waiter of left) waiter.reject(new StoreClosedError());
}
