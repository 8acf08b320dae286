/** What all workloads have in common: a selector, a pod template that it matches, and reported counts. */
import type { LabelSelector, PodTemplateSpec } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { selectorOfObject, validateLabelSelector } from '../../meta/label-selector.ts';
import { labelSelectorText } from '../../meta/labels.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import type { ScaleBehavior } from '../../registry/definition.ts';
import { checkPodTemplate } from '../core/pod-spec-validation.ts';
import { podSpecWarnings } from '../core/pod-warnings.ts';
import { checkNotNegative } from '../number-rules.ts';

const TEMPLATE = 'spec.template';

/** `kind` as upstream's sentence about an empty selector names it. */
export function checkSelector(errors: FieldError[], selector: LabelSelector | null | undefined, kind: string): void {
  if (selector === undefined || selector === null) {
    errors.push(required('spec.selector'));
    return;
  }
  errors.push(...validateLabelSelector(selector, 'spec.selector'));
  const terms = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
  if (terms === 0) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
}

/** An empty or absent selector matches anything. False for one that is none, which is not compared. */
export function checkTemplateMatches(
  errors: FieldError[],
  selector: LabelSelector | null | undefined,
  template: PodTemplateSpec,
): boolean {
  const compiled = selectorOfObject(selector ?? {});
  if (typeof compiled === 'string') return false;
  const labels = template.metadata?.labels;
  if (!compiled.matches(labels)) {
    errors.push(
      invalidValue(`${TEMPLATE}.metadata.labels`, labels ?? null, '`selector` does not match template `labels`'),
    );
  }
  return true;
}

export function checkRestartsAlways(errors: FieldError[], template: PodTemplateSpec): void {
  const policy = template.spec?.restartPolicy ?? '';
  if (policy !== 'Always') errors.push(notSupported(`${TEMPLATE}.spec.restartPolicy`, policy, ['Always']));
}

/** The template of a Deployment or a ReplicaSet. */
export function checkReplicaTemplate(
  errors: FieldError[],
  selector: LabelSelector | null | undefined,
  given: PodTemplateSpec | undefined,
): void {
  const template = given ?? {};
  if (!checkTemplateMatches(errors, selector, template)) {
    errors.push(invalidValue('spec.selector', selector, 'invalid label selector'));
    return;
  }
  checkPodTemplate(errors, TEMPLATE, template);
  checkRestartsAlways(errors, template);
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const text = 'activeDeadlineSeconds in ReplicaSet is not Supported';
    errors.push(forbiddenField(`${TEMPLATE}.spec.activeDeadlineSeconds`, text));
  }
}

/** The template of a DaemonSet or a StatefulSet. */
export function checkNoDeadline(errors: FieldError[], template: PodTemplateSpec): void {
  const seconds = template.spec?.activeDeadlineSeconds;
  if (seconds === undefined) return;
  errors.push(invalidValue(`${TEMPLATE}.spec.activeDeadlineSeconds`, seconds, 'must not be specified'));
}

/** `bounded`: counts that are part of status.replicas. */
export function checkCounts(
  errors: FieldError[],
  status: object,
  counts: readonly string[],
  bounded: readonly string[],
): void {
  const values = status as Readonly<Record<string, number | undefined>>;
  for (const name of counts) checkNotNegative(errors, `status.${name}`, values[name]);
  const replicas = values['replicas'] ?? 0;
  for (const name of bounded) {
    const value = values[name] ?? 0;
    if (value > replicas) errors.push(invalidValue(`status.${name}`, value, 'cannot be greater than status.replicas'));
  }
  const available = values['availableReplicas'] ?? 0;
  const ready = values['readyReplicas'] ?? 0;
  if (bounded.includes('availableReplicas') && available > ready) {
    errors.push(invalidValue('status.availableReplicas', available, 'cannot be greater than readyReplicas'));
  }
}

interface Collided {
  readonly collisionCount?: number;
}

/** The count of hash collisions names objects, and so never goes back. */
export function checkCollisionCount(errors: FieldError[], status: Collided = {}, old: Collided = {}): void {
  const { collisionCount: now = 0 } = status;
  if (old.collisionCount !== undefined && now < old.collisionCount) {
    errors.push(invalidValue('status.collisionCount', now, 'cannot be decremented'));
  }
}

interface Scalable {
  spec?: { replicas?: number; selector?: LabelSelector };
  status?: { replicas?: number };
}

/** The scale of kinds with spec.replicas, status.replicas and spec.selector. */
export function replicaScale<T extends object>(): ScaleBehavior<T> {
  const read = (object: T): Scalable => object as Scalable;
  return {
    specReplicas: (object) => read(object).spec?.replicas ?? 0,
    setSpecReplicas(object, replicas) {
      const scalable = read(object);
      scalable.spec ??= {};
      scalable.spec.replicas = replicas;
    },
    statusReplicas: (object) => read(object).status?.replicas ?? 0,
    selector(object) {
      const compiled = selectorOfObject(read(object).spec?.selector);
      return typeof compiled === 'string' ? '' : labelSelectorText(compiled);
    },
    replicasPath: ['spec', 'replicas'],
  };
}

interface Templated {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Warnings of kinds with spec.template whose name becomes part of their pods' names. */
export function workloadWarnings(object: Templated, old: Templated | null): string[] {
  const { spec, metadata } = object;
  if (old !== null && old.metadata.generation === metadata.generation) return [];
  const warnings = old === null ? podNameWarnings(metadata) : [];
  warnings.push(...podSpecWarnings(`${TEMPLATE}.`, spec?.template?.spec, spec?.template?.metadata?.annotations));
  return warnings;
}

export function podNameWarnings({ name = '' }: ObjectMeta): string[] {
  const problems = dns1123LabelProblems(name);
  if (problems.length === 0) return [];
  const text =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${text}: [${problems.join(' ')}]`];
}
