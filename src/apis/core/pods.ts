/** pods */

import { getOwn } from '../../base/own.ts';
import type { Affinity, LabelSelector, Pod, PodAffinityTerm } from '../../generated/interfaces.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import { behavior, keepStatus, type Stored } from '../behavior.ts';
import { setPodDefaults } from './pod-defaults.ts';
import { podPrinter } from './pod-printer.ts';
import { podEphemeralContainers, podResize } from './pod-resize.ts';
import { qosClassOf } from './pod-resources.ts';
import { podStatus } from './pod-status.ts';
import { validatePod, validatePodUpdate } from './pod-validation.ts';
import { podSpecWarnings } from './pod-warnings.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

export const pods = behavior<Pod>({
  repeatsMetadataChecks: true,
  setDefaults: setPodDefaults,
  generation: 'spec',
  prepareForCreate(pod, { now }) {
    const spec = pod.spec ?? { containers: [] };
    pod.status = { phase: 'Pending', qosClass: qosClassOf(spec) };
    if ((spec.schedulingGates ?? []).length > 0) {
      pod.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          lastTransitionTime: now,
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ];
    }
    mergeLabelKeys(pod);
  },
  prepareForUpdate: keepStatus,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: createWarnings,
  resetFields: ['status'],
  gracePeriodSeconds,
  deleteReturnsObject: true,
  fieldLabels: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  fieldLabelAliases: { 'spec.host': 'spec.nodeName', 'status.podIPs': 'status.podIP' },
  unknownFieldLabel: coreFieldLabel,
  indexLabel: 'spec.nodeName',
  printer: podPrinter,
  subresources: { status: podStatus, resize: podResize, ephemeralcontainers: podEphemeralContainers },
});

/** Nothing waits for a pod that never started or has ended. */
function gracePeriodSeconds(pod: Stored<Pod>, requested: number | null): number {
  const phase = pod.status?.phase;
  if (!pod.spec?.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

function createWarnings(pod: Stored<Pod>, old: Stored<Pod> | null): string[] {
  // Controllers and kubelets update pods, and read no warnings.
  if (old !== null) return [];
  const problems = dns1123LabelProblems(pod.metadata.name ?? '');
  const warnings = podSpecWarnings('', pod.spec, pod.metadata.annotations);
  if (problems.length === 0) return warnings;
  const text = `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`;
  return [text, ...warnings];
}

/** matchLabelKeys name labels of the pod itself; their values become part of the selectors (KEP-3633, KEP-3243). */
function mergeLabelKeys(pod: Stored<Pod>): void {
  const { labels } = pod.metadata;
  for (const term of affinityTerms(pod.spec?.affinity)) {
    addExpressions(term.labelSelector, term.matchLabelKeys, 'In', labels);
    addExpressions(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
  }
  for (const constraint of pod.spec?.topologySpreadConstraints ?? []) {
    addExpressions(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels);
  }
}

function* affinityTerms(affinity: Affinity | undefined): Generator<PodAffinityTerm> {
  for (const part of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
    yield* part?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const { podAffinityTerm } of part?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (podAffinityTerm !== undefined) yield podAffinityTerm;
    }
  }
}

function addExpressions(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Record<string, string> | undefined,
): void {
  if (selector === undefined) return;
  for (const key of keys ?? []) {
    const value = getOwn(labels, key);
    if (value === undefined) continue;
    selector.matchExpressions ??= [];
    selector.matchExpressions.push({ key, operator, values: [value] });
  }
}
