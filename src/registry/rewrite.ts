/**
 * A change that the server makes by itself as part of something else (binding, eviction): what the kind's strategy lets
 * clients change, who owns which field, and admission do not count.
 */
import type { KubeObject } from '../meta/object.ts';
import { conflict, MODIFIED_TEXT, notFound } from '../meta/status.ts';
import { commit, dryRunEntry } from './commit.ts';
import { type Entry, entryObject, sameAsStored, storedValue } from './entry.ts';
import { fresh } from './read.ts';
import type { Registry } from './registry.ts';
import { type Resource, storageKey, storageOf } from './resource.ts';

const RACES_MAX = 100;

export interface RewriteRequest {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
}

/**
 * `change` works in place, and anew after a lost race; what it throws ends the rewrite. Throws 404 when nothing stands
 * there.
 */
export async function rewrite(
  registry: Registry,
  { resource, namespace, name, dryRun }: RewriteRequest,
  change: (object: KubeObject) => void,
): Promise<Entry> {
  const storage = storageOf(resource);
  const waiting = fresh(registry, storage, '');
  if (waiting !== null) await waiting;
  let entry: Entry | null = storage.cache.get(storageKey(storage, namespace, name)) ?? null;
  for (let race = 0; race < RACES_MAX; race++) {
    if (entry === null) throw notFound(resource.groupResource, name);
    const object = entryObject(entry);
    change(object);
    if (dryRun) return dryRunEntry(storage, object, entry);
    const value = storedValue(storage, object);
    if (sameAsStored(storage, entry, value)) return entry;
    const outcome = await commit(registry, storage, object, value, entry);
    if (outcome.kind === 'committed') return outcome.entry;
    entry = outcome.current;
  }
  throw conflict(resource.groupResource, name, MODIFIED_TEXT);
}
