/** A client that watches and loses its connection again and again. */
import type { Random } from '../../src/base/random.ts';
import type { H2Client } from '../support/h2-client.ts';
import type { Scope, Seen, Session, State, WatchRecord } from './history.ts';
import { collectionOf, stateOf, type WireObject } from './objects.ts';

export interface WatcherOptions {
  readonly name: string;
  readonly scope: Scope;
  readonly random: Random;
  /** A connection that stands; asked for before every request. */
  readonly client: () => H2Client;
  /** False: breaks nothing off by itself any more. */
  readonly restless: () => boolean;
}

export interface Watcher {
  readonly record: WatchRecord;
  /** The highest revision seen. */
  readonly revision: () => number;
  stop(): Promise<void>;
}

/** Watches from `after` on; 0: from the present state. */
export function runWatcher(options: WatcherOptions, after: number): Watcher {
  const sessions: { after: number; seen: Seen[] }[] = [];
  let from = after;
  let stopped = false;
  let abort = (): void => {};

  async function run(): Promise<void> {
    while (!stopped) {
      const session = { after: from, seen: [] as Seen[] };
      sessions.push(session);
      const stream = options.client().lines(watchPath(options, from), (line) => {
        session.seen.push(seenOf(options.scope.resource, line));
      });
      const timer = options.restless() ? setTimeout(stream.abort, 20 + options.random.below(800)) : undefined;
      abort = stream.abort;
      if (stopped) abort();
      const { status, text } = await stream.ended;
      clearTimeout(timer);
      if (status !== 200 && status !== 0) throw new Error(`${options.name}: ${status} ${text}`);
      from = resumeFrom(session);
    }
  }

  const running = run();
  return {
    record: { name: options.name, scope: options.scope, sessions },
    revision: () => {
      const last = sessions[sessions.length - 1];
      return last === undefined ? 0 : Math.max(last.after, resumeFrom(last));
    },
    async stop() {
      stopped = true;
      abort();
      await running;
    },
  };
}

function watchPath({ scope, random, restless }: WatcherOptions, after: number): string {
  // Some watches are ended by the server, with a bookmark.
  const timeout = restless() && random.below(4) === 0 ? '&timeoutSeconds=1' : '';
  const start = after === 0 ? '' : `&resourceVersion=${after}`;
  return `${collectionOf(scope)}&watch=true&allowWatchBookmarks=true${start}${timeout}`;
}

/** From where a client may go on: not from within the initial events, which come in no order. */
export function resumeFrom({ after, seen }: Session): number {
  const initialEnd = seen.findIndex((one) => one.type === 'BOOKMARK' && one.initialEnd);
  if (after === 0 && initialEnd === -1) return 0;
  const last = seen[seen.length - 1];
  if (last === undefined) return after;
  return last.type === 'BOOKMARK' ? last.revision : last.state.revision;
}

function seenOf(resource: string, line: string): Seen {
  const { type, object } = JSON.parse(line) as { type: string; object: WireObject };
  const { metadata } = object;
  if (type === 'BOOKMARK') {
    const initialEnd = metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
    return { type, revision: Number(metadata.resourceVersion), initialEnd };
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') throw new Error(`a watch answered ${line}`);
  const state: State = stateOf(resource, object);
  return { type, state };
}
