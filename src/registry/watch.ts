/**
 * A watch: the cache's events, narrowed by selectors, written as frames. What a selector sees follows from the entry
 * before and after an event:
 *
 *   before matches  after matches   event
 *   no              yes             ADDED
 *   yes             yes             MODIFIED
 *   yes             no              DELETED (with the entry before, at the event's revision)
 *   no              no              nothing
 *
 * A frame is made once per event, type and encoder, and shared by all watchers that ask for it; a batch of frames likewise.
 */
import type { ListOptions } from '../meta/list-options.ts';
import { expired, type Status, statusOf } from '../meta/status.ts';
import type { CacheEvent, CacheSink, CacheWatcher } from '../store/cache.ts';
import type { Revision } from '../store/engine.ts';
import type { Entry } from './entry.ts';
import { fresh, notOlderThan, parseRevision } from './read.ts';
import type { Registry } from './registry.ts';
import { type Resource, type Storage, scopeOf, storageOf } from './resource.ts';
import { compileSelection, type Selection } from './selection.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Frames of one media type, version and transformation. */
export interface FrameEncoder {
  /** Encoders with the same id make the same frames. */
  readonly id: string;
  /** `revision` differs from the entry's own for DELETED. */
  frame(type: WatchEventType, entry: Entry, revision: Revision): Buffer;
  bookmark(revision: Revision, initialEventsEnd: boolean): Buffer;
  error(status: Status): Buffer;
}

export interface FrameSink {
  /** False: hold on until `resume`. */
  write(frames: Buffer): boolean;
  end(): void;
}

export interface Watch {
  /** The sink takes frames again. */
  resume(): void;
  /** Tells the client how far it has come; also sent just before a watch times out. */
  bookmark(): void;
  /** The client is gone. */
  cancel(): void;
}

/** Bytes of initial events handed over in one go. */
const INITIAL_BATCH_BYTES = 256 * 1024;
const BOOKMARK_INTERVAL_MS = 60_000;

/** Validates and prepares a watch; errors thrown here are answered as a Status, later ones are ERROR events. */
export async function prepareWatch(
  registry: Registry,
  resource: Resource,
  namespace: string,
  options: ListOptions,
): Promise<WatchStart> {
  const storage = storageOf(resource);
  const selection = compileSelection(resource, storage, options.labelSelector, options.fieldSelector);
  const asked = parseRevision(options.resourceVersion);
  const initial = options.sendInitialEvents ?? asked === 0;
  await fresh(registry, storage, asked === 0 ? options.resourceVersion : '0');
  if (options.sendInitialEvents === true && asked !== 0) await notOlderThan(registry, storage, asked);
  const within = namespace === '' && storage.namespaced ? selection.namespace : namespace;
  return { registry, storage, selection, namespace: within, after: asked, initial, options };
}

export interface WatchStart {
  readonly registry: Registry;
  readonly storage: Storage;
  readonly selection: Selection;
  readonly namespace: string;
  readonly after: Revision;
  /** The present state comes first, as ADDED events. */
  readonly initial: boolean;
  readonly options: ListOptions;
}

export function startWatch(start: WatchStart, encoder: FrameEncoder, sink: FrameSink): Watch {
  return new Watcher(start, encoder, sink);
}

interface FrameMemo {
  readonly frames: Map<string, Buffer>;
  /** Batches that begin with this event: the same events array gives the same bytes. */
  readonly batches: Map<string, { readonly events: readonly CacheEvent<Entry>[]; readonly bytes: Buffer }>;
}

type State =
  | { readonly kind: 'initial'; readonly entries: readonly Entry[]; next: number; readonly revision: Revision }
  | { readonly kind: 'live'; readonly watcher: CacheWatcher }
  | { readonly kind: 'ended' };

class Watcher implements Watch, CacheSink<Entry> {
  readonly #start: WatchStart;
  readonly #encoder: FrameEncoder;
  readonly #sink: FrameSink;
  #state: State = { kind: 'ended' };
  #bookmarkTimer: { cancel(): void } | null = null;

  constructor(start: WatchStart, encoder: FrameEncoder, sink: FrameSink) {
    this.#start = start;
    this.#encoder = encoder;
    this.#sink = sink;
    const { storage, selection, namespace } = start;
    if (start.initial) {
      const snapshot = storage.cache.list(scopeOf(storage, namespace, selection.name, selection.index));
      this.#state = { kind: 'initial', entries: snapshot.entries, next: 0, revision: snapshot.revision };
      this.resume();
    } else {
      this.#goLive(start.after === 0 ? storage.cache.revision() : start.after);
    }
    if (start.options.allowWatchBookmarks && this.#state.kind !== 'ended') this.#scheduleBookmark();
  }

  resume(): void {
    const state = this.#state;
    if (state.kind === 'live') state.watcher.resume();
    if (state.kind === 'initial') this.#writeInitial(state);
  }

  cancel(): void {
    const state = this.#state;
    this.#state = { kind: 'ended' };
    this.#bookmarkTimer?.cancel();
    if (state.kind === 'live') state.watcher.cancel();
  }

  deliver(events: readonly CacheEvent<Entry>[]): boolean {
    const { selection } = this.#start;
    const bytes = selection.everything
      ? sharedBatch(events, this.#encoder)
      : selectedBatch(events, this.#encoder, selection);
    return bytes === null || this.#sink.write(bytes);
  }

  ended(reason: { kind: 'compacted'; oldest: Revision } | { kind: 'closed' }): void {
    if (this.#state.kind === 'ended') return;
    if (reason.kind === 'compacted') this.#sendError(this.#start.after, reason.oldest);
    this.cancel();
    this.#sink.end();
  }

  #sendError(asked: Revision, oldest: Revision): void {
    this.#sink.write(this.#encoder.error(statusOf(expired(`too old resource version: ${asked} (${oldest})`))));
  }

  #writeInitial(state: Extract<State, { kind: 'initial' }>): void {
    const { selection } = this.#start;
    let frames: Buffer[] = [];
    let bytes = 0;
    while (state.next < state.entries.length) {
      const entry = state.entries[state.next++];
      if (entry === undefined || !selection.matches(entry)) continue;
      const frame = this.#encoder.frame('ADDED', entry, entry.revision);
      frames.push(frame);
      bytes += frame.length;
      if (bytes < INITIAL_BATCH_BYTES) continue;
      // The sink may end the watch while it writes.
      if (!this.#sink.write(Buffer.concat(frames, bytes)) || this.#state !== state) return;
      frames = [];
      bytes = 0;
    }
    if (this.#start.options.sendInitialEvents === true && this.#start.options.allowWatchBookmarks) {
      const end = this.#encoder.bookmark(state.revision, true);
      frames.push(end);
      bytes += end.length;
    }
    if (bytes > 0) this.#sink.write(Buffer.concat(frames, bytes));
    if (this.#state === state) this.#goLive(state.revision);
  }

  #goLive(after: Revision): void {
    const { storage, namespace, selection } = this.#start;
    const scope = scopeOf(storage, namespace, selection.name, selection.index);
    this.#state = { kind: 'live', watcher: storage.cache.watch(scope, after, this) };
  }

  #scheduleBookmark(): void {
    this.#bookmarkTimer = this.#start.registry.clock.setTimer(BOOKMARK_INTERVAL_MS, () => {
      if (this.#state.kind === 'ended') return;
      this.bookmark();
      this.#scheduleBookmark();
    });
  }

  bookmark(): void {
    if (this.#state.kind !== 'live' || !this.#start.options.allowWatchBookmarks) return;
    const revision = this.#state.watcher.revision();
    if (revision > 0) this.#sink.write(this.#encoder.bookmark(revision, false));
  }
}

function memoOf(event: CacheEvent<Entry>): FrameMemo {
  const known = event.memo as FrameMemo | null | undefined;
  if (known) return known;
  const memo: FrameMemo = { frames: new Map(), batches: new Map() };
  event.memo = memo;
  return memo;
}

function frameOf(event: CacheEvent<Entry>, type: WatchEventType, encoder: FrameEncoder): Buffer {
  const entry = type === 'DELETED' ? event.previous : event.entry;
  if (entry === null) throw new Error(`${type} event of ${event.key} without an entry`);
  const { frames } = memoOf(event);
  const key = type + encoder.id;
  const known = frames.get(key);
  if (known !== undefined) return known;
  const frame = encoder.frame(type, entry, event.revision);
  frames.set(key, frame);
  return frame;
}

function sharedBatch(events: readonly CacheEvent<Entry>[], encoder: FrameEncoder): Buffer | null {
  const first = events[0];
  if (first === undefined) return null;
  const { batches } = memoOf(first);
  const known = batches.get(encoder.id);
  if (known !== undefined && known.events === events) return known.bytes;
  const frames = events.map((event) => frameOf(event, typeWithoutSelector(event), encoder));
  const bytes = frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames);
  batches.set(encoder.id, { events, bytes });
  return bytes;
}

function typeWithoutSelector(event: CacheEvent<Entry>): WatchEventType {
  if (event.type === 'delete') return 'DELETED';
  return event.previous === null ? 'ADDED' : 'MODIFIED';
}

function selectedBatch(
  events: readonly CacheEvent<Entry>[],
  encoder: FrameEncoder,
  selection: Selection,
): Buffer | null {
  const frames: Buffer[] = [];
  for (const event of events) {
    const before = event.previous !== null && selection.matches(event.previous);
    const after = event.entry !== null && selection.matches(event.entry);
    if (after) frames.push(frameOf(event, before ? 'MODIFIED' : 'ADDED', encoder));
    else if (before) frames.push(frameOf(event, 'DELETED', encoder));
  }
  if (frames.length === 0) return null;
  return frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames);
}
