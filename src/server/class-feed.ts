/** Keeps the classes of a resource as admission asks for them: read at the first question, then each change in the turn of its commit. */
import {
  type ClassObject,
  type ClassSource,
  type ClassTable,
  createClassTable,
  type DefaultRule,
} from '../admission/classes.ts';
import type { Logger } from '../base/logger.ts';
import { type Entry, entryObject } from '../registry/entry.ts';
import { type Resource, storageOf } from '../registry/resource.ts';
import type { CacheWatcher } from '../store/cache.ts';

/** A resource that is not served has no classes. */
export function feedClasses<T extends ClassObject>(
  resource: Resource | undefined,
  rule: DefaultRule<T> | null,
  logger: Logger,
): ClassSource<T> {
  let table: ClassTable<T> | null = null;
  let loading: Promise<ClassTable<T>> | null = null;
  const load = async (): Promise<ClassTable<T>> => {
    const loaded = createClassTable<T>(rule);
    if (resource !== undefined) await follow(resource, loaded, logger);
    table = loaded;
    return loaded;
  };
  const retry = (error: unknown): never => {
    loading = null;
    throw error;
  };
  return () => {
    if (table !== null) return table;
    loading ??= load().catch(retry);
    return loading;
  };
}

async function follow<T extends ClassObject>(resource: Resource, table: ClassTable<T>, logger: Logger): Promise<void> {
  const { cache, prefix } = storageOf(resource);
  await cache.ready();
  // Sound: what the registry holds under a resource was decoded as its kind.
  const put = (entry: Entry): void => table.put(entryObject(entry) as unknown as T);
  const scope = { prefix, exact: false, index: null };
  const { entries, revision } = cache.list(scope);
  for (const entry of entries) put(entry);
  const watcher: CacheWatcher = cache.watch(scope, revision, {
    deliver(events) {
      for (const { entry, previous } of events) {
        if (entry !== null) put(entry);
        else if (previous !== null) table.remove(previous.name);
      }
      return true;
    },
    ended(reason) {
      if (reason.kind === 'compacted') {
        logger.error(null, 'the watch of classes fell behind', { resource: resource.name, from: watcher.revision() });
      }
    },
  });
}
