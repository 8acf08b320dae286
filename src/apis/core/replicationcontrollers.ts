/** replicationcontrollers */
import type { ReplicationController } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { formatLabels, labelSelectorText, selectorOfLabels } from '../../meta/labels.ts';
import type { ScaleBehavior } from '../../registry/definition.ts';
import { checkCounts, workloadWarnings } from '../apps/workload.ts';
import { behavior, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkNotNegative } from '../number-rules.ts';
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
} from '../printing.ts';
import { setPodTemplateDefaults } from './pod-spec-defaults.ts';
import { checkAlwaysRestarts, checkPodTemplate } from './pod-spec-validation.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

type Controller = Stored<ReplicationController>;

const BOUNDED = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
const COUNTS = ['replicas', ...BOUNDED, 'observedGeneration'];

const scale: ScaleBehavior<Controller> = {
  specReplicas: ({ spec }) => spec?.replicas ?? 0,
  setSpecReplicas(object, replicas) {
    object.spec ??= {};
    object.spec.replicas = replicas;
  },
  statusReplicas: ({ status }) => status?.replicas ?? 0,
  selector: ({ spec }) => labelSelectorText(selectorOfLabels(spec?.selector)),
  replicasPath: ['spec', 'replicas'],
};

export const replicationControllers = behavior<ReplicationController>({
  setDefaults(object) {
    object.spec ??= {};
    const { spec, metadata } = object;
    spec.replicas ??= 1;
    setPodTemplateDefaults(spec.template);
    const labels = spec.template?.metadata?.labels;
    if (labels === undefined) return;
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  },
  generation: 'spec',
  prepareForCreate(object) {
    object.status = { replicas: 0 };
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: validate,
  warnings: workloadWarnings,
  resetFields: ['status'],
  fieldLabels: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Controller>(
    [
      NAME,
      column('Desired', 'integer', 'Number of pods wanted.'),
      column('Current', 'integer', 'Number of pods there are.'),
      column('Ready', 'integer', 'Number of pods that are ready.'),
      AGE,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (object, nowMs) => [
      object.metadata.name ?? '',
      object.spec?.replicas ?? 0,
      object.status?.replicas ?? 0,
      object.status?.readyReplicas ?? 0,
      age(object, nowMs),
      containersText(object.spec?.template),
      imagesText(object.spec?.template),
      formatLabels(object.spec?.selector),
    ],
  ),
  subresources: {
    status: statusSubresource<ReplicationController>({
      validateUpdate(object) {
        const errors: FieldError[] = [];
        checkCounts(errors, object.status ?? {}, COUNTS, BOUNDED);
        return errors;
      },
    }),
  },
  scale,
});

function validate({ spec = {} }: Controller): FieldError[] {
  const errors: FieldError[] = [];
  const { template, selector = {} } = spec;
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  checkNotNegative(errors, 'spec.replicas', spec.replicas);
  if (template === undefined) {
    errors.push(required('spec.template'));
    return errors;
  }
  const labels = template.metadata?.labels;
  if (!selectorOfLabels(selector).matches(labels)) {
    errors.push(
      invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    );
  }
  checkPodTemplate(errors, 'spec.template', template);
  checkAlwaysRestarts(errors, 'spec.template', template, 'ReplicationController');
  return errors;
}
