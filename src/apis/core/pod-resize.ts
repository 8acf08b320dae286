/** The subresources that change one part of a running pod: resize (KEP-1287) and ephemeralcontainers (KEP-277). */
import type { Container, EphemeralContainer, Pod, ResourceRequirements } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import type { SubresourceBehavior } from '../../registry/definition.ts';
import { ALL_METADATA, keepField, keepStatus, type Stored } from '../behavior.ts';
import { internalDifference, sameValues } from '../semantic.ts';
import { MIRROR } from './pod-annotations.ts';
import { isSidecar, qosClassOf } from './pod-resources.ts';
import { checkPod } from './pod-validation.ts';

const CONTAINER = 'io.k8s.api.core.v1.Container';
const EPHEMERAL_CONTAINER = 'io.k8s.api.core.v1.EphemeralContainer';

export const podResize: SubresourceBehavior<Stored<Pod>> = {
  prepareForUpdate(pod, old) {
    const spec = pod.spec;
    const was = old.spec;
    if (spec === undefined || was === undefined) return;
    const { initContainers = [], resources } = spec;
    const containers = spec.containers ?? [];
    const oldContainers = was.containers ?? [];
    const counts =
      containers.length === oldContainers.length && initContainers.length === (was.initContainers ?? []).length;
    // Added and removed containers are left for validation to refuse.
    if (!counts) return;
    pod.spec = { ...was, containers: withResources(containers, oldContainers) };
    if (was.initContainers !== undefined) pod.spec.initContainers = withResources(initContainers, was.initContainers);
    if (resources === undefined) delete pod.spec.resources;
    else pod.spec.resources = resources;
    keepStatus(pod, old);
    for (const part of ALL_METADATA) keepField(pod.metadata, old.metadata, part);
  },
  validateUpdate: validateResize,
  resetFields: ['metadata', 'status'],
};

function withResources(containers: readonly Container[], old: readonly Container[]): Container[] {
  if (containers.some((container, i) => container.name !== old[i]?.name)) return [...containers];
  return containers.map((container, i) => {
    const copy = { ...old[i]! };
    keepField(copy, container, 'resources');
    keepField(copy, container, 'resizePolicy');
    return copy;
  });
}

function validateResize(pod: Stored<Pod>, old: Stored<Pod>): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return [forbiddenField('[]', 'static pods cannot be resized')];
  if (old.spec?.os?.name === 'windows') return [forbiddenField('[]', 'windows pods cannot be resized')];
  const errors = checkPod(pod);
  const spec = pod.spec ?? {};
  const was = old.spec ?? {};
  if ((old.status?.qosClass ?? qosClassOf(was)) !== qosClassOf(spec)) {
    errors.push(
      invalidValue('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'),
    );
  }
  const running = old.status?.containerStatuses?.find((status) => status.state?.running !== undefined);
  if (running !== undefined && running.resources === undefined) {
    errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  }
  const { initContainers = [] } = spec;
  const oldInit = was.initContainers ?? [];
  const containers = spec.containers ?? [];
  const oldContainers = was.containers ?? [];
  if (containers.length !== oldContainers.length || initContainers.length !== oldInit.length) {
    errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
    return errors;
  }
  initContainers.forEach((container, i) => {
    const before = oldInit[i]!;
    if (!isSidecar(before)) {
      if (!sameValues(CONTAINER, container, before)) {
        errors.push(forbiddenField('spec', 'resources for non-sidecar init containers are immutable'));
      }
      return;
    }
    checkContainerResize(
      errors,
      `spec.initContainers[${i}].resources`,
      container,
      before,
      'only cpu and memory resources for sidecar containers are mutable',
    );
  });
  containers.forEach((container, i) => {
    checkContainerResize(
      errors,
      `spec.containers[${i}].resources`,
      container,
      oldContainers[i]!,
      'only cpu and memory resources are mutable',
    );
  });
  return errors;
}

function checkContainerResize(
  errors: FieldError[],
  field: string,
  container: Container,
  old: Container,
  immutable: string,
): void {
  const { requests = {}, limits = {} } = container.resources ?? {};
  if (removesAny(requests, old.resources?.requests)) {
    errors.push(forbiddenField(`${field}.requests`, 'resource requests cannot be removed'));
  }
  if (removesAny(limits, old.resources?.limits)) {
    errors.push(forbiddenField(`${field}.limits`, 'resource limits cannot be removed'));
  }
  const masked: Container = { ...container };
  const resources = asBefore(container.resources ?? {}, old.resources ?? {});
  if (resources === undefined) delete masked.resources;
  else masked.resources = resources;
  if (!sameValues(CONTAINER, masked, old)) errors.push(forbiddenField('spec', immutable));
}

function removesAny(list: Record<string, string>, old: Record<string, string> = {}): boolean {
  return Object.keys(old).some((name) => !Object.hasOwn(list, name));
}

/** `resources` with cpu and memory as they were; both may be added. */
function asBefore(resources: ResourceRequirements, old: ResourceRequirements): ResourceRequirements | undefined {
  const copy: ResourceRequirements = { ...resources };
  for (const kind of ['requests', 'limits'] as const) {
    const { cpu: _cpu, memory: _memory, ...others } = resources[kind] ?? {};
    const { cpu, memory } = old[kind] ?? {};
    const list: Record<string, string> = others;
    if (cpu !== undefined) list['cpu'] = cpu;
    if (memory !== undefined) list['memory'] = memory;
    if (Object.keys(list).length > 0) copy[kind] = list;
    else delete copy[kind];
  }
  return Object.keys(copy).length > 0 ? copy : undefined;
}

export const podEphemeralContainers: SubresourceBehavior<Stored<Pod>> = {
  prepareForUpdate(pod, old) {
    const added = pod.spec?.ephemeralContainers;
    pod.spec = { ...(old.spec ?? { containers: [] }) };
    if (added === undefined) delete pod.spec.ephemeralContainers;
    else pod.spec.ephemeralContainers = added;
    keepStatus(pod, old);
    for (const part of ALL_METADATA) keepField(pod.metadata, old.metadata, part);
  },
  validateUpdate(pod, old) {
    if (old.metadata.annotations?.[MIRROR] !== undefined) {
      return [forbiddenField('[]', 'static pods do not support ephemeral containers')];
    }
    const errors = checkPod(pod);
    checkKept(errors, pod.spec?.ephemeralContainers ?? [], old.spec?.ephemeralContainers ?? []);
    return errors;
  },
  resetFields: ['metadata', 'status'],
};

function checkKept(
  errors: FieldError[],
  containers: readonly EphemeralContainer[],
  old: readonly EphemeralContainer[],
): void {
  const field = 'spec.ephemeralContainers';
  const byName = new Map(containers.toReversed().map((container) => [container.name, container]));
  for (const was of old) {
    const now = byName.get(was.name);
    if (now === undefined) {
      errors.push(forbiddenField(field, `existing ephemeral containers "${was.name}" may not be removed\n`));
    } else if (!sameValues(EPHEMERAL_CONTAINER, was, now)) {
      const text = `existing ephemeral containers "${was.name}" may not be changed\n${internalDifference(EPHEMERAL_CONTAINER, was, now)}`;
      errors.push(forbiddenField(field, text));
    }
  }
}
