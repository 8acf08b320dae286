/** DELETE of a list: every object that the selectors name, each by the rules of a single delete. */
import type { ListOptions } from '../meta/list-options.ts';
import { StatusError } from '../meta/status.ts';
import { type DeleteRequest, deleteObject } from './delete.ts';
import type { Entry } from './entry.ts';
import { list } from './list.ts';
import type { Registry } from './registry.ts';

/** Deletes under way at once: enough to fill a group commit, few enough to leave others their turn. */
const PARALLEL = 32;

/** The entries deleted or marked, as they were read. */
export async function deleteCollection(
  registry: Registry,
  request: DeleteRequest,
  options: ListOptions,
): Promise<readonly Entry[]> {
  const { entries } = await list(registry, request.resource, request.namespace, options);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let entry = entries[next++]; entry !== undefined; entry = entries[next++]) {
      await deleteOne(registry, request, entry);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, entries.length) }, work));
  return entries;
}

async function deleteOne(registry: Registry, request: DeleteRequest, entry: Entry): Promise<void> {
  try {
    await deleteObject(registry, { ...request, namespace: entry.namespace, name: entry.name });
  } catch (error) {
    const gone = error instanceof StatusError && error.code === 404;
    if (!gone) throw error;
  }
}
