/** The status subresource of pods: what kubelets and the scheduler report. */
import type { ContainerStatus, Pod, PodStatus } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import type { SubresourceBehavior } from '../../registry/definition.ts';
import { type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkImmutable } from '../field-rules.ts';
import { checkDualStack, checkIp } from '../number-rules.ts';
import { checkPodAnnotationsUpdate } from './pod-annotations.ts';
import { isSidecar } from './pod-resources.ts';

export const podStatus: SubresourceBehavior<Stored<Pod>> = statusSubresource<Pod>({
  // Old kubelets garble owner references.
  keepMetadata: ['ownerReferences'],
  prepareForUpdate(pod, old) {
    pod.status ??= {};
    const was = old.status ?? {};
    if (pod.status.qosClass === undefined && was.qosClass !== undefined) pod.status.qosClass = was.qosClass;
    keepObservedGenerations(pod.status, was);
  },
  validateUpdate: validateStatus,
});

/** Writers that do not know observedGeneration must not lose it. */
function keepObservedGenerations(status: PodStatus, old: PodStatus): void {
  if (!status.observedGeneration && old.observedGeneration) status.observedGeneration = old.observedGeneration;
  const remaining = Map.groupBy(old.conditions ?? [], ({ type }) => type);
  for (const conditions of remaining.values()) conditions.reverse();
  for (const condition of status.conditions ?? []) {
    // A type may occur more than once: each takes the next one's.
    const was = remaining.get(condition.type)?.pop();
    if (!condition.observedGeneration && was?.observedGeneration) condition.observedGeneration = was.observedGeneration;
  }
}

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

function validateStatus(pod: Stored<Pod>, old: Stored<Pod>): FieldError[] {
  const errors: FieldError[] = [];
  const { status = {} } = pod;
  const was = old.status ?? {};
  checkPodAnnotationsUpdate(errors, pod.metadata.annotations, old.metadata.annotations);
  status.conditions?.forEach(({ type = '' }, i) => {
    // Upstream's path.
    if (!SYSTEM_CONDITIONS.has(type))
      addProblems(errors, `metadata.conditions[${i}].Type`, type, qualifiedNameProblems(type));
  });
  const nominated = status.nominatedNodeName ?? '';
  if (nominated !== '' && nominated !== was.nominatedNodeName) {
    addProblems(errors, 'status.nominatedNodeName', nominated, dns1123SubdomainProblems(nominated));
  }
  checkImmutable(errors, 'status.qosClass', status.qosClass, was.qosClass);
  checkTransitions(errors, pod, old);
  checkClaimStatuses(errors, pod);
  checkIps(errors, status);
  return errors;
}

/** A container that ended stays ended unless the pod's restart policy starts it again. */
function checkTransitions(errors: FieldError[], pod: Stored<Pod>, old: Stored<Pod>): void {
  const policy = old.spec?.restartPolicy ?? 'Always';
  const restarts = new Set((old.spec?.initContainers ?? []).filter(isSidecar).map((container) => container.name ?? ''));
  for (const container of [...(old.spec?.containers ?? []), ...(old.spec?.initContainers ?? [])]) {
    // A container with rules of its own may start again whatever the pod says.
    if (container.restartPolicy !== undefined) restarts.add(container.name ?? '');
  }
  if (policy !== 'Always') {
    checkEnded(
      errors,
      'status.containerStatuses',
      pod.status?.containerStatuses,
      old.status?.containerStatuses,
      policy,
      restarts,
    );
    checkEnded(
      errors,
      'status.initContainerStatuses',
      pod.status?.initContainerStatuses,
      old.status?.initContainerStatuses,
      policy,
      restarts,
    );
  }
  const ephemeral = 'status.ephemeralContainerStatuses';
  checkEnded(
    errors,
    ephemeral,
    pod.status?.ephemeralContainerStatuses,
    old.status?.ephemeralContainerStatuses,
    'Never',
    restarts,
  );
}

function checkEnded(
  errors: FieldError[],
  field: string,
  statuses: readonly ContainerStatus[] = [],
  old: readonly ContainerStatus[] = [],
  policy: string,
  restarts: ReadonlySet<string>,
): void {
  const byName = new Map(statuses.toReversed().map((status) => [status.name, status]));
  old.forEach((was, i) => {
    const ended = was.state?.terminated;
    if (ended === undefined || restarts.has(was.name ?? '')) return;
    if ((ended.exitCode ?? 0) !== 0 && policy === 'OnFailure') return;
    const now = byName.get(was.name);
    if (now !== undefined && now.state?.terminated === undefined) {
      errors.push(forbiddenField(`${field}[${i}].state`, 'may not be transitioned to non-terminated state'));
    }
  });
}

function checkClaimStatuses(errors: FieldError[], pod: Stored<Pod>): void {
  const claims = new Set((pod.spec?.resourceClaims ?? []).map((claim) => claim.name));
  const seen = new Set<string>();
  pod.status?.resourceClaimStatuses?.forEach(({ name = '', resourceClaimName }, i) => {
    const at = `status.resourceClaimStatuses[${i}].name`;
    if (!claims.has(name))
      errors.push(invalidValue(at, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    if (resourceClaimName !== undefined)
      addProblems(errors, at, resourceClaimName, dns1123SubdomainProblems(resourceClaimName));
  });
}

function checkIps(errors: FieldError[], status: PodStatus): void {
  checkIpList(
    errors,
    'status.podIPs',
    (status.podIPs ?? []).map((entry) => entry.ip ?? ''),
  );
  const hostIps = (status.hostIPs ?? []).map((entry) => entry.ip ?? '');
  if (hostIps.length > 0 && hostIps[0] !== status.hostIP) {
    errors.push(invalidValue('status.hostIPs[0].ip', hostIps[0], 'must be equal to `hostIP`'));
  }
  checkIpList(errors, 'status.hostIPs', hostIps);
}

function checkIpList(errors: FieldError[], field: string, ips: readonly string[]): void {
  const seen = new Set<string>();
  ips.forEach((ip, i) => {
    checkIp(errors, `${field}[${i}]`, ip);
    if (seen.has(ip)) errors.push(duplicate(`${field}[${i}]`, { ip }));
    seen.add(ip);
  });
  checkDualStack(errors, field, ips, 'IP');
}
