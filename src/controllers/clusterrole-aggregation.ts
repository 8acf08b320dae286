/** Keeps the rules of aggregated ClusterRoles those of the roles that they choose. */

import { aggregatedRules } from '../authz/rbac/aggregation.ts';
import type { RoleObject } from '../authz/rbac/objects.ts';
import { startInformer } from './informer.ts';
import type { Controller, ControllerOptions } from './namespace.ts';
import { createWorkQueue } from './work-queue.ts';

const PATH = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
/** As upstream's, since it is written down in managed fields. */
const FIELD_MANAGER = 'clusterrole-aggregation-controller';

/**
 * Any role may be chosen by any aggregated one, itself chosen by others, and nobody knows the graph: each change looks at
 * all aggregated roles again. Each write is a change, so that the last round is the one that finds nothing to do.
 */
export function startClusterRoleAggregation({ client, clock, logger }: ControllerOptions): Controller {
  const queue = createWorkQueue(clock, sync, (name, error) =>
    logger.error(error, 'aggregating a cluster role failed', { name }),
  );
  const aggregated = new Set<string>();
  const informer = startInformer({
    client,
    path: PATH,
    clock,
    onError: (error) => logger.error(error, 'watching cluster roles failed'),
    handlers: {
      changed(object) {
        const { name = '' } = object.metadata;
        // Sound: the path serves ClusterRoles.
        if ((object as unknown as RoleObject).aggregationRule) aggregated.add(name);
        else aggregated.delete(name);
        enqueue();
      },
      deleted(object) {
        aggregated.delete(object.metadata.name ?? '');
        enqueue();
      },
    },
  });

  function enqueue(): void {
    for (const name of aggregated) queue.add(name);
  }

  async function sync(name: string): Promise<void> {
    await informer.synced;
    const role = informer.objects.get(name);
    if (role === undefined) return;
    const roles = [...informer.objects.values()] as unknown as RoleObject[];
    const rules = aggregatedRules(role as unknown as RoleObject, roles);
    if (rules === null) return;
    if (typeof rules === 'string') throw new Error(rules);
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
    await client.apply(`${PATH}/${encodeURIComponent(name)}`, object, FIELD_MANAGER);
  }

  return {
    synced: informer.synced,
    async stop() {
      informer.stop();
      await queue.stop();
    },
  };
}
