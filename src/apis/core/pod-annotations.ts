/** Annotations of pods that the server reads, and the fields that took their place. */

import { goParseInt64 } from '../../base/go-text.ts';
import type { Container, PodSpec } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import { INT32_MAX } from '../number-rules.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
type Annotations = Readonly<Record<string, string>>;

export function checkPodAnnotations(
  errors: FieldError[],
  field: string,
  annotations: Annotations | undefined,
  spec: PodSpec,
): void {
  if (annotations === undefined) return;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(invalidValue(`${field}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalidValue(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  const names = new Set(containersOf(spec).map((container) => container.name));
  for (const key in annotations) {
    if (key.startsWith(APPARMOR_PREFIX)) checkAppArmor(errors, `${field}[${key}]`, key, annotations[key]!, names);
  }
}

function isInt32(text: string): boolean {
  const value = goParseInt64(text);
  if (typeof value === 'string' || value > INT32_MAX || value < -INT32_MAX - 1) return false;
  // A leading plus or zero is no canonical number: two texts of one cost could differ.
  return text === '0' || !/^(?:\+|-?0)/.test(text);
}

function checkAppArmor(
  errors: FieldError[],
  field: string,
  key: string,
  profile: string,
  containers: ReadonlySet<string | undefined>,
): void {
  const name = key.slice(APPARMOR_PREFIX.length);
  if (!containers.has(name)) errors.push(invalidValue(field, name, 'container not found'));
  const known =
    profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith('localhost/');
  if (!known) errors.push(invalidValue(field, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
}

function containersOf(spec: PodSpec): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** The mirror annotation says what a pod is, and stays; so do AppArmor's, which the kubelet has acted on. */
export function checkPodAnnotationsUpdate(
  errors: FieldError[],
  annotations: Annotations = {},
  old: Annotations = {},
): void {
  const field = 'metadata.annotations';
  for (const key in old) {
    if (annotations[key] === old[key]) continue;
    if (key.startsWith(APPARMOR_PREFIX)) {
      errors.push(forbiddenField(`${field}[${key}]`, 'may not remove or update AppArmor annotations'));
    }
    if (key === MIRROR)
      errors.push(forbiddenField(`${field}[${key}]`, 'may not remove or update mirror pod annotation'));
  }
  for (const key in annotations) {
    if (Object.hasOwn(old, key)) continue;
    if (key.startsWith(APPARMOR_PREFIX))
      errors.push(forbiddenField(`${field}[${key}]`, 'may not add AppArmor annotations'));
    if (key === MIRROR) errors.push(forbiddenField(`${field}[${key}]`, 'may not add mirror pod annotation'));
  }
}
