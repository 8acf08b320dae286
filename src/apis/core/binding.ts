/** Binding a pod to a node: what POST on pods/binding and on bindings does to the pod. */

import { setOwn } from '../../base/own.ts';
import type { Binding, Pod } from '../../generated/interfaces.ts';
import { type FieldError, required } from '../../meta/field-error.ts';
import { conflict, invalid } from '../../meta/status.ts';
import type { Stored } from '../behavior.ts';
import { checkListed } from '../number-rules.ts';

const PODS = { group: '', resource: 'pods' };

/**
 * Changes `pod` in place; `now` is RFC 3339. Throws 422 for a binding to anything but a node, 409 when the pod is bound,
 * gated or being deleted, or is not the one that the binding's uid or resourceVersion means.
 */
export function bindPod(pod: Stored<Pod>, binding: Stored<Binding>, now: string): void {
  checkBinding(binding);
  const name = pod.metadata.name ?? '';
  checkPreconditions(pod, binding, name);
  const refuse = (text: string): never => {
    throw conflict({ group: '', resource: 'pods/binding' }, name, text);
  };
  if (pod.metadata.deletionTimestamp !== undefined)
    refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if ((pod.spec?.schedulingGates ?? []).length > 0) refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  pod.spec = { ...(pod.spec ?? { containers: [] }), nodeName: binding.target?.name ?? '' };
  pod.metadata.annotations = merged(pod.metadata.annotations, binding.metadata.annotations);
  pod.metadata.labels = merged(topologyLabels(binding.metadata.labels), pod.metadata.labels);
  if (Object.keys(pod.metadata.annotations).length === 0) delete pod.metadata.annotations;
  if (Object.keys(pod.metadata.labels).length === 0) delete pod.metadata.labels;
  markScheduled(pod, now);
}

function checkBinding({ target, metadata }: Stored<Binding>): void {
  const errors: FieldError[] = [];
  const { kind = '', name = '' } = target ?? {};
  if (kind !== '') checkListed(errors, 'target.kind', kind, ['Node', '<empty>']);
  if (name === '') errors.push(required('target.name'));
  if (errors.length > 0) throw invalid({ group: '', resource: 'Binding' }, metadata.name ?? '', errors);
}

function checkPreconditions(pod: Stored<Pod>, binding: Stored<Binding>, name: string): void {
  const { uid, resourceVersion } = binding.metadata;
  if (uid && uid !== pod.metadata.uid) {
    throw conflict(
      PODS,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid ?? ''}`,
    );
  }
  if (resourceVersion && resourceVersion !== pod.metadata.resourceVersion) {
    const was = pod.metadata.resourceVersion ?? '';
    const text = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${was}`;
    throw conflict(PODS, name, text);
  }
}

function merged(old: Record<string, string> = {}, added: Record<string, string> = {}): Record<string, string> {
  const result = { ...old };
  for (const key in added) setOwn(result, key, added[key]);
  return result;
}

/** Of the node's labels only those that say where it stands become the pod's (KEP-4742). */
function topologyLabels(labels: Record<string, string> = {}): Record<string, string> {
  const result: Record<string, string> = {};
  for (const key of ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']) {
    const value = labels[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function markScheduled(pod: Stored<Pod>, now: string): void {
  pod.status ??= {};
  const conditions = pod.status.conditions ?? [];
  const known = conditions.find((condition) => condition.type === 'PodScheduled');
  if (known === undefined) {
    pod.status.conditions = [...conditions, { type: 'PodScheduled', status: 'True', lastTransitionTime: now }];
    return;
  }
  if (known.status !== 'True') known.lastTransitionTime = now;
  known.status = 'True';
  delete known.reason;
  delete known.message;
}
