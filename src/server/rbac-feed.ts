/** Keeps the RBAC table equal to the stored roles and bindings: first all of them, then each change, in the turn of its commit. */
import type { BindingObject } from '../authz/rbac/objects.ts';
import type { RbacTable } from '../authz/rbac/source.ts';
import type { Logger } from '../base/logger.ts';
import type { KubeObject } from '../meta/object.ts';
import { entryObject } from '../registry/entry.ts';
import { type ResourceTable, resourceKey } from '../registry/resource.ts';
import { follow } from './follow.ts';

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
      await follow(served, 'roles and bindings', logger, {
        put(entry) {
          if (kind === 'role') table.putRole(entryObject(entry));
          else table.putBinding(entryObject(entry) as KubeObject & BindingObject);
        },
        remove: ({ namespace, name }) => table.remove(resource, namespace, name),
      });
    }),
  );
}
