/** deployments */
import type { Deployment, DeploymentStrategy } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
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
import {
  checkCollisionCount,
  checkCounts,
  checkReplicaTemplate,
  checkSelector,
  replicaScale,
  workloadWarnings,
} from './workload.ts';

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];

export const deployments = behavior<Deployment>({
  setDefaults(object) {
    object.spec ??= {};
    const { spec } = object;
    setOwnTemplateDefaults(spec);
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    spec.strategy.type ??= 'RollingUpdate';
    if (spec.strategy.type !== 'RollingUpdate') return;
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  },
  generation: 'spec-or-annotations',
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate(deployment, old) {
    const errors = validate(deployment);
    checkImmutable(errors, 'spec.selector', deployment.spec?.selector, old.spec?.selector);
    return errors;
  },
  warnings: workloadWarnings,
  resetFields: ['status'],
  printer: printer<Stored<Deployment>>(
    [
      NAME,
      column('Ready', 'string', 'Ready pods of those wanted.'),
      column('Up-to-date', 'string', 'Number of pods made from the current template.'),
      column('Available', 'string', 'Number of pods that have been ready for long enough.'),
      AGE,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (deployment, nowMs) => [
      deployment.metadata.name ?? '',
      `${deployment.status?.readyReplicas ?? 0}/${deployment.spec?.replicas ?? 0}`,
      deployment.status?.updatedReplicas ?? 0,
      deployment.status?.availableReplicas ?? 0,
      age(deployment, nowMs),
      containersText(deployment.spec?.template),
      imagesText(deployment.spec?.template),
      selectorText(deployment.spec?.selector),
    ],
  ),
  subresources: {
    status: statusSubresource<Deployment>({
      keepMetadata: ['labels'],
      validateUpdate(deployment, old) {
        const errors: FieldError[] = [];
        checkCounts(errors, deployment.status ?? {}, COUNTS, ['updatedReplicas', 'readyReplicas', 'availableReplicas']);
        checkCollisionCount(errors, deployment.status, old.status);
        return errors;
      },
    }),
  },
  scale: replicaScale(),
});

function validate(deployment: Stored<Deployment>): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = deployment;
  checkNotNegative(errors, 'spec.replicas', spec?.replicas);
  checkSelector(errors, spec?.selector, 'deployment');
  checkReplicaTemplate(errors, spec?.selector, spec?.template);
  checkStrategy(errors, 'spec.strategy', spec?.strategy ?? {});
  checkNotNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec?.revisionHistoryLimit);
  const deadline = spec?.progressDeadlineSeconds;
  if (deadline === undefined) return errors;
  checkNotNegative(errors, 'spec.progressDeadlineSeconds', deadline);
  if (deadline <= (spec?.minReadySeconds ?? 0)) {
    errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function checkStrategy(errors: FieldError[], field: string, strategy: DeploymentStrategy): void {
  const { type, rollingUpdate } = strategy;
  const at = `${field}.rollingUpdate`;
  if (type === 'Recreate') {
    if (rollingUpdate !== undefined)
      errors.push(forbiddenField(at, "may not be specified when strategy `type` is 'Recreate'"));
  } else if (type !== 'RollingUpdate') {
    // The value is shown in its internal form.
    const shown = { Type: type ?? '', RollingUpdate: rollingUpdate ?? null };
    errors.push(notSupported(field, shown, ['Recreate', 'RollingUpdate']));
  } else if (rollingUpdate === undefined) {
    errors.push(required(at, 'this should be defaulted and never be nil'));
  } else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    checkIntOrPercent(errors, `${at}.maxUnavailable`, maxUnavailable);
    checkIntOrPercent(errors, `${at}.maxSurge`, maxSurge);
    if (isZeroIntOrPercent(maxUnavailable) && isZeroIntOrPercent(maxSurge)) {
      errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
    }
    checkNotMoreThanAll(errors, `${at}.maxUnavailable`, maxUnavailable);
  }
}
