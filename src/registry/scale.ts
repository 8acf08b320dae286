/** The scale subresource: an autoscaling/v1 Scale read from, and written through, its parent. */

import { afterwards } from '../base/turns.ts';
import { invalidValue } from '../meta/field-error.ts';
import { applyJsonPatch } from '../meta/json-patch.ts';
import { applyMergePatch } from '../meta/merge-patch.ts';
import type { KubeObject } from '../meta/object.ts';
import { badRequest, invalid, notFound } from '../meta/status.ts';
import { versioned } from './body.ts';
import type { ScaleBehavior } from './definition.ts';
import { type Entry, entryObject } from './entry.ts';
import { get } from './get.ts';
import { modify } from './modify.ts';
import { checkName, checkUid, type WriteRequest } from './prepare.ts';
import type { Registry } from './registry.ts';
import { type Resource, storageOf } from './resource.ts';

const SCALE_KIND = { group: 'autoscaling', resource: 'Scale' };

export async function getScale(
  registry: Registry,
  resource: Resource,
  namespace: string,
  name: string,
  resourceVersion: string,
): Promise<KubeObject> {
  const entry = await get(registry, resource, namespace, name, resourceVersion);
  return scaleOf(scaleBehavior(resource), entryObject(entry));
}

/** `change` makes the Scale wanted from the Scale that stands: a PUT's body, or a patch's result. */
export async function writeScale(
  registry: Registry,
  request: WriteRequest,
  change: (scale: KubeObject) => KubeObject | Promise<KubeObject>,
): Promise<KubeObject> {
  const scale = scaleBehavior(request.resource);
  const next = (_old: KubeObject, entry: Entry): KubeObject | Promise<KubeObject> => {
    const object = entryObject(entry);
    return afterwards(change(scaleOf(scale, object)), (wanted) => changed(object, wanted, entry));
  };
  const changed = (object: KubeObject, wanted: KubeObject, entry: Entry): KubeObject => {
    checkName(request, wanted);
    const { metadata } = wanted;
    scale.setSpecReplicas(object, replicasOf(request, wanted));
    // The lock is the Scale's: without a revision the write is unconditional.
    if (metadata.resourceVersion) object.metadata.resourceVersion = metadata.resourceVersion;
    else delete object.metadata.resourceVersion;
    checkUid(request, wanted, entry.key, object.metadata.uid ?? '');
    return object;
  };
  const entry = await modify(
    registry,
    { ...request, subresource: 'scale' },
    { next, operation: 'Update', checkRevision: false },
  );
  return scaleOf(scale, entryObject(entry));
}

export function patchScale(type: 'json' | 'merge', scale: KubeObject, body: unknown): unknown {
  return versioned(type === 'json' ? applyJsonPatch(scale, body) : applyMergePatch(scale, body));
}

function scaleBehavior(resource: Resource): ScaleBehavior {
  const scale = storageOf(resource).behavior.scale;
  if (scale === null) throw notFound(resource.groupResource, 'scale');
  return scale;
}

function replicasOf(request: WriteRequest, scale: KubeObject): number {
  const spec = scale['spec'] as { replicas?: unknown } | undefined;
  const replicas = spec?.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) throw badRequest('spec.replicas must be an integer');
  if (replicas < 0) {
    throw invalid(SCALE_KIND, request.name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  return replicas;
}

function scaleOf(scale: ScaleBehavior, object: KubeObject): KubeObject {
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const selector = scale.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: scale.specReplicas(object) },
    status:
      selector === ''
        ? { replicas: scale.statusReplicas(object) }
        : { replicas: scale.statusReplicas(object), selector },
  };
}
