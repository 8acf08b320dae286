/** Keeps the classes of a resource as admission asks for them: read at the first question, then each change in the turn of its commit. */
import {
  type ClassObject,
  type ClassSource,
  type ClassTable,
  createClassTable,
  type DefaultRule,
} from '../admission/classes.ts';
import type { Logger } from '../base/logger.ts';
import { entryObject } from '../registry/entry.ts';
import type { Resource } from '../registry/resource.ts';
import { follow } from './follow.ts';

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
    if (resource !== undefined) {
      await follow(resource, 'classes', logger, {
        // Sound: what the registry holds under a resource was decoded as its kind.
        put: (entry) => loaded.put(entryObject(entry) as unknown as T),
        remove: ({ name }) => loaded.remove(name),
      });
    }
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
