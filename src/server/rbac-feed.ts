/** Keeps the RBAC table equal to the stored roles and bindings: first all of them, then each change, in the turn of its commit. */
import type { BindingObject } from '../authz/rbac/objects.ts';
import type { RbacTable } from '../authz/rbac/source.ts';
import type { Logger } from '../base/logger.ts';
import type { KubeObject } from '../meta/object.ts';
import { type Entry, entryObject } from '../registry/entry.ts';
import { type ResourceTable, resourceKey, storageOf } from '../registry/resource.ts';
import type { CacheWatcher } from '../store/cache.ts';

const GROUP = 'rbac.authorization.k8s.io';
const KINDS = [
  { resource: 'clusterroles', kind: 'role' },
  { resource: 'roles', kind: 'role' },
  { resource: 'clusterrolebindings', kind: 'binding' },
  { resource: 'rolebindings', kind: 'binding' },
] as const;

/** Resolves when the table reflects the store; the caches must be there for as long as the server runs. */
export async function feedRbac(table: RbacTable, resources: ResourceTable, logger: Logger): Promise<void> {
  await Promise.all(
    KINDS.map(async ({ resource, kind }) => {
      const served = resources.get(resourceKey(GROUP, 'v1', resource));
      if (served === undefined) return;
      const { cache, prefix } = storageOf(served);
      await cache.ready();
      const put = (entry: Entry): void => {
        if (kind === 'role') table.putRole(entryObject(entry));
        else table.putBinding(entryObject(entry) as KubeObject & BindingObject);
      };
      const scope = { prefix, exact: false, index: null };
      const { entries, revision } = cache.list(scope);
      for (const entry of entries) put(entry);
      const watcher: CacheWatcher = cache.watch(scope, revision, {
        deliver(events) {
          for (const { entry, previous } of events) {
            if (entry !== null) put(entry);
            else if (previous !== null) table.remove(resource, previous.namespace, previous.name);
          }
          return true;
        },
        ended(reason) {
          if (reason.kind === 'compacted')
            logger.error(null, 'the watch of roles and bindings fell behind', { resource, from: watcher.revision() });
        },
      });
    }),
  );
}
