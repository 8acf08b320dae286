/** List, then watch from there; again from the start when history is gone. The loop under every controller. */
import type { Clock, Timer } from '../base/clock.ts';
import type { KubeObject } from '../meta/object.ts';
import type { ApiClient } from './client.ts';

export interface InformerHandlers {
  /** An object as it is now; also called for every object after each list. */
  changed(object: KubeObject): void;
  deleted(object: KubeObject): void;
}

export interface Informer {
  /** Resolves when the first list has been handled. */
  readonly synced: Promise<void>;
  /** `<namespace>/<name>` (or `<name>`) to the object last seen. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  stop(): void;
}

export interface InformerOptions {
  readonly client: ApiClient;
  /** `/api/v1/namespaces` */
  readonly path: string;
  readonly clock: Clock;
  readonly handlers: InformerHandlers;
  /** Told of failures; the informer goes on. */
  readonly onError: (error: unknown) => void;
}

const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 30_000;

export function startInformer(options: InformerOptions): Informer {
  const { client, path, clock, handlers, onError } = options;
  const objects = new Map<string, KubeObject>();
  const { promise: synced, resolve } = Promise.withResolvers<void>();
  let stopped = false;
  let retryMs = RETRY_FIRST_MS;
  let retryTimer: Timer | null = null;
  let watch: { cancel(): void } | null = null;

  async function relist(): Promise<void> {
    const list = await client.list(path);
    if (stopped) return;
    const seen = new Set<string>();
    for (const item of list.items) {
      seen.add(keyOf(item));
      change(item);
    }
    for (const [key, object] of objects) if (!seen.has(key)) remove(key, object);
    resolve();
    retryMs = RETRY_FIRST_MS;
    follow(list.metadata.resourceVersion);
  }

  function follow(from: string): void {
    let revision = from;
    watch = client.transport.watch(path, `watch=true&allowWatchBookmarks=true&resourceVersion=${revision}`, {
      line(text) {
        const event = JSON.parse(text) as { type: string; object: KubeObject };
        if (event.type === 'ERROR') {
          revision = '';
          return;
        }
        revision = event.object.metadata.resourceVersion ?? revision;
        if (event.type === 'DELETED') remove(keyOf(event.object), event.object);
        else if (event.type !== 'BOOKMARK') change(event.object);
      },
      end() {
        if (stopped) return;
        if (revision === '') again();
        else retry(() => follow(revision));
      },
    });
  }

  function change(object: KubeObject): void {
    objects.set(keyOf(object), object);
    handlers.changed(object);
  }

  function remove(key: string, object: KubeObject): void {
    objects.delete(key);
    handlers.deleted(object);
  }

  function again(): void {
    relist().catch((error: unknown) => {
      if (stopped) return;
      onError(error);
      retry(again);
    });
  }

  function retry(run: () => void): void {
    retryTimer = clock.setTimer(retryMs, run);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  }

  again();
  return {
    synced,
    objects,
    stop() {
      stopped = true;
      retryTimer?.cancel();
      watch?.cancel();
    },
  };
}

export function keyOf(object: KubeObject): string {
  const { namespace, name = '' } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
