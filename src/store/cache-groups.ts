/** Live watchers by what they watch, so that an event touches only those it concerns. */
import { groupKindOf, isInScope, namespacePrefixOf } from './cache-scope.ts';
import type { Watcher } from './cache-watchers.ts';
import type { WindowEvent } from './cache-window.ts';

export interface Groups<E> {
  add(watcher: Watcher<E>): void;
  remove(watcher: Watcher<E>): void;
  /** Calls `deliver` for each watcher concerned, once, with its events. Watchers of one group share one array. */
  route(events: readonly WindowEvent<E>[], deliver: Deliver<E>): void;
}

type Deliver<E> = (watcher: Watcher<E>, events: readonly WindowEvent<E>[]) => void;

interface Group<E> {
  readonly watchers: Set<Watcher<E>>;
  /** What the batch being routed holds for the group; null: nothing. */
  events: WindowEvent<E>[] | null;
}

interface Tables<E> {
  readonly prefix: Map<string, Group<E>>;
  readonly key: Map<string, Group<E>>;
  readonly bucket: Map<string, Group<E>>;
}

export function createGroups<E>(cachePrefix: string): Groups<E> {
  const all = new Set<Watcher<E>>();
  const other = new Set<Watcher<E>>();
  const tables: Tables<E> = { prefix: new Map(), key: new Map(), bucket: new Map() };
  return {
    add(watcher) {
      const kind = groupKindOf(watcher.scope, cachePrefix);
      if (kind === 'all') all.add(watcher);
      else if (kind === 'other') other.add(watcher);
      else addTo(tables[kind], nameOf(watcher, kind), watcher);
    },
    remove(watcher) {
      const kind = groupKindOf(watcher.scope, cachePrefix);
      if (kind === 'all') all.delete(watcher);
      else if (kind === 'other') other.delete(watcher);
      else removeFrom(tables[kind], nameOf(watcher, kind), watcher);
    },
    route(events, deliver) {
      for (const watcher of all) deliver(watcher, events);
      for (const watcher of other) {
        const matched = events.filter((event) => isInScope(watcher.scope, event));
        if (matched.length > 0) deliver(watcher, matched);
      }
      for (const group of collect(tables, cachePrefix, events)) {
        const matched = group.events!;
        group.events = null;
        for (const watcher of group.watchers) deliver(watcher, matched);
      }
    },
  };
}

/** The groups that have something in this batch, each with its events filled in. */
function collect<E>(tables: Tables<E>, cachePrefix: string, events: readonly WindowEvent<E>[]): Group<E>[] {
  const touched: Group<E>[] = [];
  for (const event of events) {
    if (tables.prefix.size > 0) touch(tables.prefix.get(namespacePrefixOf(event.key, cachePrefix)), event, touched);
    if (tables.key.size > 0) touch(tables.key.get(event.key), event, touched);
    if (tables.bucket.size === 0) continue;
    touch(tables.bucket.get(event.bucket), event, touched);
    if (event.previousBucket !== event.bucket) touch(tables.bucket.get(event.previousBucket), event, touched);
  }
  return touched;
}

function touch<E>(group: Group<E> | undefined, event: WindowEvent<E>, touched: Group<E>[]): void {
  if (group === undefined) return;
  if (group.events === null) {
    group.events = [];
    touched.push(group);
  }
  group.events.push(event);
}

function nameOf<E>({ scope }: Watcher<E>, kind: 'prefix' | 'key' | 'bucket'): string {
  return kind === 'bucket' ? (scope.index ?? '') : scope.prefix;
}

function addTo<E>(table: Map<string, Group<E>>, name: string, watcher: Watcher<E>): void {
  const group = table.get(name);
  if (group !== undefined) group.watchers.add(watcher);
  else table.set(name, { watchers: new Set([watcher]), events: null });
}

function removeFrom<E>(table: Map<string, Group<E>>, name: string, watcher: Watcher<E>): void {
  const group = table.get(name);
  if (group?.watchers.delete(watcher) && group.watchers.size === 0) table.delete(name);
}
