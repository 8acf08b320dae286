/** The watch cache of one resource: see cache.ts for what it promises. */
import { invariant } from '../base/invariant.ts';
import type { CacheOptions, ResourceCache, Scope, Snapshot } from './cache.ts';
import { type CacheEntries, createCacheEntries } from './cache-entries.ts';
import { loadEntries } from './cache-load.ts';
import { createWatchers } from './cache-watchers.ts';
import { createEventWindow, type WindowEvent } from './cache-window.ts';
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

export function createResourceCache<E>(options: CacheOptions<E>): ResourceCache<E> {
  const { engine, prefix } = options;
  let entries: CacheEntries<E> = createCacheEntries(options);
  const window = createEventWindow<E>(options.windowEventsMax, options.windowBytesMax);
  const watchers = createWatchers<E>({ engine, prefix, window, head: () => head, toCacheEvent: historyEvent });
  let state: State = { kind: 'idle' };
  let head: Revision = 0;
  let waiters: Waiter[] = [];

  async function load(): Promise<void> {
    try {
      const loaded = await loadEntries(options);
      if (state.kind === 'closed') throw new StoreClosedError();
      entries = loaded.entries;
      window.reset(loaded.revision);
      state = { kind: 'ready', subscription: engine.watch(prefix, loaded.revision, { events, progress, ended }) };
      progress(loaded.revision);
    } catch (error) {
      // The next one who asks tries again.
      if (state.kind === 'loading') state = { kind: 'idle' };
      throw error;
    }
  }

  function events(stored: readonly StoreEvent[]): void {
    const batch: WindowEvent<E>[] = [];
    for (const one of stored) {
      const event = apply(one);
      if (event === null) continue;
      window.push(event);
      batch.push(event);
    }
    head = Math.max(head, stored[stored.length - 1]!.revision);
    if (batch.length > 0) watchers.dispatch(batch);
  }

  function progress(revision: Revision): void {
    head = Math.max(head, revision);
    if (waiters.length === 0) return;
    const reached = waiters.filter((waiter) => waiter.revision <= head);
    waiters = waiters.filter((waiter) => waiter.revision > head);
    for (const waiter of reached) waiter.resolve();
  }

  function ended(reason: 'compacted' | 'closed'): void {
    if (reason === 'closed') {
      close();
      return;
    }
    // The engine lost the thread (another process compacted): what watchers missed is unknown.
    watchers.expireAll(engine.compactedRevision());
    state = { kind: 'idle' };
    begin().catch(() => {});
  }

  /** null: a delete of what the cache never had. */
  function apply({ type, key, revision, value, createRevision, attachment }: StoreEvent): WindowEvent<E> | null {
    if (type === 'delete') {
      const removed = entries.delete(key);
      return removed === null ? null : makeEvent(type, key, revision, null, removed, 0);
    }
    const entry = options.toEntry(key, value!, revision, createRevision, attachment);
    const replaced = entries.set(key, entry);
    return makeEvent(type, key, revision, entry, replaced, value!.length);
  }

  function historyEvent(event: StoreEvent): WindowEvent<E> | null {
    const { type, key, revision, value, createRevision, previous } = event;
    if (type === 'delete' && previous === null) return null;
    const old = previous && options.toEntry(key, previous.value, previous.modRevision, previous.createRevision, null);
    const entry = value && options.toEntry(key, value, revision, createRevision, null);
    return makeEvent(type, key, revision, entry, old, value?.length ?? 0);
  }

  function makeEvent(
    type: 'put' | 'delete',
    key: string,
    revision: Revision,
    entry: E | null,
    previous: E | null,
    valueBytes: number,
  ): WindowEvent<E> {
    const bucket = entry === null ? '' : entries.bucketOf(entry);
    const previousBucket = previous === null ? '' : entries.bucketOf(previous);
    return { type, key, revision, entry, previous, memo: null, valueBytes, bucket, previousBucket };
  }

  function begin(): Promise<void> {
    if (state.kind === 'loading') return state.done;
    const done = load();
    state = { kind: 'loading', done };
    return done;
  }

  function close(): void {
    if (state.kind === 'closed') return;
    if (state.kind === 'ready') state.subscription.cancel();
    state = { kind: 'closed' };
    watchers.close();
    const left = waiters;
    waiters = [];
    for (const waiter of left) waiter.reject(new StoreClosedError());
  }

  function loaded(): CacheEntries<E> {
    invariant(head > 0 || state.kind === 'ready', `the cache of ${prefix} was read before it was loaded`);
    return entries;
  }

  return {
    ready() {
      if (state.kind === 'ready') return null;
      return state.kind === 'closed' ? Promise.reject(new StoreClosedError()) : begin();
    },
    revision: () => head,
    waitFor(revision) {
      if (head >= revision && state.kind === 'ready') return null;
      if (state.kind === 'closed') return Promise.reject(new StoreClosedError());
      if (state.kind === 'idle') begin().catch(() => {});
      return new Promise((resolve, reject) => waiters.push({ revision, resolve, reject }));
    },
    get: (key) => loaded().get(key),
    list: (scope: Scope): Snapshot<E> => ({ entries: loaded().list(scope), revision: head }),
    count: (scope) => loaded().count(scope),
    watch(scope, after, sink) {
      invariant(state.kind === 'ready', `the cache of ${prefix} was watched before it was loaded`);
      return watchers.watch(scope, after, sink);
    },
    watcherCount: () => watchers.count(),
    close,
  };
}
