/**
 * The watches of an embedded engine. A subscriber first reads history in bounded chunks, one per turn of the event loop;
 * having caught up, it joins the group of its prefix and gets each commit's events in the commit's turn.
 */
import type { EventSink, Revision, StoreEvent, Subscription } from './engine.ts';

export interface EventSource {
  /** The newest durable revision. */
  durable(): Revision;
  compacted(): Revision;
  /** The event of a revision above `compacted` and not above `durable`; null when its key is not under `prefix`. */
  eventAt(revision: Revision, prefix: string): StoreEvent | null;
}

export interface Subscriptions {
  watch(prefix: string, after: Revision, sink: EventSink): Subscription;
  /** Delivers one commit's events, then tells everybody how far the store is. */
  publish(events: readonly StoreEvent[], revision: Revision): void;
  close(): void;
}

interface Subscriber {
  readonly prefix: string;
  readonly sink: EventSink;
  /** While catching up: delivered up to here. Live: nothing up to here is to be delivered. */
  cursor: Revision;
  ended: boolean;
}

interface Group {
  readonly prefix: string;
  readonly subscribers: Set<Subscriber>;
  matched: StoreEvent[];
}

/** A chunk of history per turn: about a millisecond. */
const chunkRevisionsMax = 512;
const chunkBytesMax = 2 * 1024 * 1024;

const noEvents: StoreEvent[] = [];

export function createSubscriptions(source: EventSource): Subscriptions {
  const subscribers = new Set<Subscriber>();
  const groups = new Map<string, Group>();

  function join(subscriber: Subscriber): void {
    let group = groups.get(subscriber.prefix);
    if (group === undefined) {
      group = { prefix: subscriber.prefix, subscribers: new Set(), matched: noEvents };
      groups.set(subscriber.prefix, group);
    }
    group.subscribers.add(subscriber);
  }

  function remove(subscriber: Subscriber): void {
    subscriber.ended = true;
    subscribers.delete(subscriber);
    const group = groups.get(subscriber.prefix);
    if (group?.subscribers.delete(subscriber) && group.subscribers.size === 0) groups.delete(subscriber.prefix);
  }

  function end(subscriber: Subscriber, reason: 'compacted' | 'closed'): void {
    if (subscriber.ended) return;
    remove(subscriber);
    subscriber.sink.ended(reason);
  }

  function catchUp(subscriber: Subscriber): void {
    if (subscriber.ended) return;
    if (subscriber.cursor < source.compacted()) {
      end(subscriber, 'compacted');
      return;
    }
    const events = readChunk(source, subscriber);
    if (events.length > 0) subscriber.sink.events(events);
    if (subscriber.ended) return;
    subscriber.sink.progress(subscriber.cursor);
    if (subscriber.ended) return;
    if (subscriber.cursor >= source.durable()) join(subscriber);
    else setImmediate(catchUp, subscriber);
  }

  return {
    watch(prefix, after, sink) {
      const subscriber: Subscriber = { prefix, sink, cursor: after, ended: false };
      subscribers.add(subscriber);
      if (after >= source.durable()) join(subscriber);
      else setImmediate(catchUp, subscriber);
      return { cancel: () => remove(subscriber) };
    },
    publish(events, revision) {
      route(groups, events);
      for (const group of groups.values()) {
        const { matched } = group;
        group.matched = noEvents;
        for (const subscriber of group.subscribers) deliver(subscriber, matched, revision);
      }
    },
    close() {
      for (const subscriber of subscribers) end(subscriber, 'closed');
    },
  };
}

function readChunk(source: EventSource, subscriber: Subscriber): StoreEvent[] {
  const events: StoreEvent[] = [];
  const last = Math.min(source.durable(), subscriber.cursor + chunkRevisionsMax);
  let bytes = 0;
  let revision = subscriber.cursor;
  while (revision < last && bytes < chunkBytesMax) {
    const event = source.eventAt(++revision, subscriber.prefix);
    if (event === null) continue;
    events.push(event);
    bytes += event.value?.length ?? 0;
  }
  subscriber.cursor = revision;
  return events;
}

function deliver(subscriber: Subscriber, matched: StoreEvent[], revision: Revision): void {
  // Joined ahead of the store or in this very turn: what it already has is left out.
  if (subscriber.cursor >= revision) return;
  if (matched.length > 0) {
    const isNews = matched[0]!.revision > subscriber.cursor;
    const news = isNews ? matched : matched.filter((event) => event.revision > subscriber.cursor);
    if (news.length > 0) subscriber.sink.events(news);
  }
  if (!subscriber.ended) subscriber.sink.progress(revision);
}

/** Gives each group the events under its prefix. Prefixes end in a slash, so a key's own slashes name its groups. */
function route(groups: ReadonlyMap<string, Group>, events: readonly StoreEvent[]): void {
  for (const event of events) {
    for (let at = event.key.indexOf('/'); at >= 0; at = event.key.indexOf('/', at + 1)) {
      add(groups.get(event.key.slice(0, at + 1)), event);
    }
  }
  for (const group of groups.values()) {
    if (group.prefix.endsWith('/')) continue;
    // Any other text may be a prefix too; '' is everything.
    group.matched = events.filter((event) => event.key.startsWith(group.prefix));
  }
}

function add(group: Group | undefined, event: StoreEvent): void {
  if (group === undefined) return;
  if (group.matched === noEvents) group.matched = [event];
  else group.matched.push(event);
}
