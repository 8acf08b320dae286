import { notFound } from '../meta/status.ts';
import type { Entry } from './entry.ts';
import { fresh } from './read.ts';
import type { Registry } from './registry.ts';
import { type Resource, type Storage, storageKey, storageOf } from './resource.ts';

/** The entry of one object, or 404. Synchronous when the cache is fresh, as it is with an embedded store. */
export function get(
  registry: Registry,
  resource: Resource,
  namespace: string,
  name: string,
  resourceVersion: string,
): Entry | Promise<Entry> {
  const storage = storageOf(resource);
  const waiting = fresh(registry, storage, resourceVersion);
  if (waiting === null) return lookUp(resource, storage, namespace, name);
  return waiting.then(() => lookUp(resource, storage, namespace, name));
}

function lookUp(resource: Resource, storage: Storage, namespace: string, name: string): Entry {
  const entry = storage.cache.get(storageKey(storage, namespace, name));
  if (entry === undefined) throw notFound(resource.groupResource, name);
  return entry;
}
