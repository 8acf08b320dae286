/** daemonsets */
import type { DaemonSet, DaemonSetUpdateStrategy } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notListed, required } from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import { formatLabels } from '../../meta/labels.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
import { checkPodTemplate } from '../core/pod-spec-validation.ts';
import { checkImmutable } from '../field-rules.ts';
import { checkIntOrPercent, checkNotMoreThanAll, checkNotNegative, isZeroIntOrPercent } from '../number-rules.ts';
import {
  AGE,
  age,
  CONTAINERS,
  column,
  containersText,
  IMAGES,
  imagesText,
  NAME,
  printer,
  SELECTOR,
  selectorText,
} from '../printing.ts';
import { sameValues } from '../semantic.ts';
import {
  checkCollisionCount,
  checkCounts,
  checkNoDeadline,
  checkRestartsAlways,
  checkTemplateMatches,
  workloadWarnings,
} from './workload.ts';

/** Once a field, now kept in an annotation for old controllers. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const TEMPLATE = 'io.k8s.api.core.v1.PodTemplateSpec';
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

export const daemonSets = behavior<DaemonSet>({
  setDefaults(object) {
    // It stands for a field of upstream's internal form, and so is always there.
    setTemplateGeneration(object, templateGeneration(object));
    object.spec ??= {};
    const { spec } = object;
    setOwnTemplateDefaults(spec);
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ??= 'RollingUpdate';
    if (spec.updateStrategy.type !== 'RollingUpdate') return;
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  },
  generation: 'spec',
  prepareForCreate(set) {
    clearStatus(set);
    setTemplateGeneration(set, Math.max(1, templateGeneration(set)));
  },
  prepareForUpdate(set, old) {
    keepStatus(set, old);
    const changed = !sameValues(TEMPLATE, set.spec?.template, old.spec?.template);
    setTemplateGeneration(set, templateGeneration(old) + (changed ? 1 : 0));
  },
  validate,
  validateUpdate(set, old) {
    const errors = validate(set);
    checkImmutable(errors, 'spec.selector', set.spec?.selector, old.spec?.selector);
    return errors;
  },
  warnings: workloadWarnings,
  resetFields: ['status'],
  printer: printer<Stored<DaemonSet>>(
    [
      NAME,
      column('Desired', 'integer', 'Number of nodes that should run a pod.'),
      column('Current', 'integer', 'Number of those nodes that have a pod.'),
      column('Ready', 'integer', 'Number of pods that are ready.'),
      column('Up-to-date', 'integer', 'Number of pods made from the current template.'),
      column('Available', 'integer', 'Number of pods that have been ready for long enough.'),
      column('Node Selector', 'string', 'Labels of the nodes that should run a pod.'),
      AGE,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (set, nowMs) => [
      set.metadata.name ?? '',
      set.status?.desiredNumberScheduled ?? 0,
      set.status?.currentNumberScheduled ?? 0,
      set.status?.numberReady ?? 0,
      set.status?.updatedNumberScheduled ?? 0,
      set.status?.numberAvailable ?? 0,
      formatLabels(set.spec?.template?.spec?.nodeSelector),
      age(set, nowMs),
      containersText(set.spec?.template),
      imagesText(set.spec?.template),
      selectorText(set.spec?.selector),
    ],
  ),
  subresources: {
    status: statusSubresource<DaemonSet>({
      prepareForUpdate: (set, old) => setTemplateGeneration(set, templateGeneration(old)),
      validateUpdate(set, old) {
        const errors: FieldError[] = [];
        checkCounts(errors, set.status ?? {}, COUNTS, []);
        checkCollisionCount(errors, set.status, old.status);
        return errors;
      },
    }),
  },
});

function templateGeneration({ metadata }: Stored<DaemonSet>): number {
  const generation = Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  return Number.isSafeInteger(generation) ? generation : 0;
}

function setTemplateGeneration({ metadata }: Stored<DaemonSet>, generation: number): void {
  metadata.annotations ??= {};
  metadata.annotations[TEMPLATE_GENERATION] = String(generation);
}

function validate({ spec }: Stored<DaemonSet>): FieldError[] {
  const errors: FieldError[] = [];
  const template = spec?.template ?? {};
  const selector = spec?.selector;
  errors.push(...validateLabelSelector(selector, 'spec.selector'));
  if (selector === undefined) errors.push(required('spec.selector'));
  checkTemplateMatches(errors, selector, template);
  const terms = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length;
  if (selector !== undefined && terms === 0) {
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'));
  }
  checkPodTemplate(errors, 'spec.template', template);
  checkRestartsAlways(errors, template);
  checkNoDeadline(errors, template);
  checkNotNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  checkStrategy(errors, 'spec.updateStrategy', spec?.updateStrategy ?? {});
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec?.revisionHistoryLimit);
  return errors;
}

function checkStrategy(errors: FieldError[], field: string, strategy: DaemonSetUpdateStrategy): void {
  const { type, rollingUpdate } = strategy;
  const at = `${field}.rollingUpdate`;
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    errors.push(notListed(field, strategy, ['RollingUpdate', 'OnDelete']));
  } else if (rollingUpdate === undefined) {
    errors.push(required(at));
  } else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    for (const name of ['maxUnavailable', 'maxSurge'] as const) {
      checkIntOrPercent(errors, `${at}.${name}`, rollingUpdate[name]);
      checkNotMoreThanAll(errors, `${at}.${name}`, rollingUpdate[name]);
    }
    const surges = !isZeroIntOrPercent(maxSurge);
    const drops = !isZeroIntOrPercent(maxUnavailable);
    if (surges && drops)
      errors.push(invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
    if (!surges && !drops) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}
