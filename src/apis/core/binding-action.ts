/** POST on pods/binding and, as long ago, on bindings: a scheduler assigns a pod to a node. */
import type { Binding, Pod } from '../../generated/interfaces.ts';
import type { KubeObject } from '../../meta/object.ts';
import { badRequest } from '../../meta/status.ts';
import { nowRfc3339 } from '../../meta/time.ts';
import type { Action, ActionRequest } from '../../registry/action.ts';
import type { Registry } from '../../registry/registry.ts';
import { type ResourceTable, resourceKey } from '../../registry/resource.ts';
import { rewrite } from '../../registry/rewrite.ts';
import type { Stored } from '../behavior.ts';
import { successStatus } from '../success-status.ts';
import { bindPod } from './binding.ts';

/** By `<group>/<resource>[/<subresource>]`. */
export function createBindingActions(
  registry: () => Registry,
  table: () => ResourceTable,
): Readonly<Record<string, Action>> {
  async function bind(request: ActionRequest, name: string): Promise<KubeObject> {
    const binding = request.object as unknown as Stored<Binding>;
    const { namespace = '' } = binding.metadata;
    if (namespace !== '' && namespace !== request.namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    const resource = table().get(resourceKey('', 'v1', 'pods'));
    if (resource === undefined) throw new Error('pods are not served');
    const now = nowRfc3339(registry().clock.now());
    const { dryRun } = request;
    await rewrite(registry(), { resource, namespace: request.namespace, name, dryRun }, (pod) =>
      // Sound: what the registry holds under pods was decoded as a Pod.
      bindPod(pod as unknown as Stored<Pod>, binding, now),
    );
    return successStatus();
  }

  return {
    '/bindings': (request) => bind(request, request.object.metadata.name ?? ''),
    '/pods/binding': (request) => {
      if (request.object.metadata.name !== request.name)
        throw badRequest('name in URL does not match name in Binding object');
      return bind(request, request.name);
    },
  };
}
