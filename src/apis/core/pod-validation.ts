/** Validation of whole pods. */
import type { Pod } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField } from '../../meta/field-error.ts';
import type { Stored } from '../behavior.ts';
import { checkImageSpace } from './container-validation.ts';
import { checkPodAnnotations, checkPodAnnotationsUpdate } from './pod-annotations.ts';
import { checkPodSpec } from './pod-spec-validation.ts';
import { checkPodUpdate } from './pod-update.ts';

/** What must hold for every pod, new or changed. */
export function checkPod(pod: Stored<Pod>): FieldError[] {
  const errors: FieldError[] = [];
  const spec = pod.spec ?? { containers: [] };
  checkPodAnnotations(errors, 'metadata.annotations', pod.metadata.annotations, spec);
  checkPodSpec(errors, 'spec', pod.spec, pod.metadata.name ?? '', true);
  if (!spec.serviceAccountName) {
    spec.volumes?.forEach((volume, i) => {
      volume.projected?.sources?.forEach((source, j) => {
        if (source.serviceAccountToken === undefined) return;
        const at = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
        errors.push(forbiddenField(at, 'must not be specified when serviceAccountName is not set'));
      });
    });
  }
  spec.containers?.forEach((container, i) => {
    checkImageSpace(errors, `spec.containers[${i}]`, container);
  });
  spec.initContainers?.forEach((container, i) => {
    checkImageSpace(errors, `spec.initContainers[${i}]`, container);
  });
  return errors;
}

export function validatePod(pod: Stored<Pod>): FieldError[] {
  const errors = checkPod(pod);
  if ((pod.spec?.ephemeralContainers ?? []).length > 0) {
    errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (pod.spec?.nodeName && (pod.spec.schedulingGates ?? []).length > 0) {
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

export function validatePodUpdate(pod: Stored<Pod>, old: Stored<Pod>): FieldError[] {
  // Most updates touch metadata or status alone; a spec that is the stored one was checked when it was stored.
  if (pod.spec === old.spec) {
    const errors: FieldError[] = [];
    checkPodAnnotations(errors, 'metadata.annotations', pod.metadata.annotations, pod.spec ?? { containers: [] });
    checkPodAnnotationsUpdate(errors, pod.metadata.annotations, old.metadata.annotations);
    return errors;
  }
  const errors = checkPod(pod);
  checkPodAnnotationsUpdate(errors, pod.metadata.annotations, old.metadata.annotations);
  checkPodUpdate(errors, pod, old);
  return errors;
}
