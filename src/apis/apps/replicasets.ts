/** replicasets */
import type { ReplicaSet } from '../../generated/interfaces.ts';
import type { FieldError } from '../../meta/field-error.ts';
import { behavior, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
import { checkImmutable } from '../field-rules.ts';
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
  selectorText,
} from '../printing.ts';
import { checkCounts, checkReplicaTemplate, checkSelector, replicaScale, workloadWarnings } from './workload.ts';

const BOUNDED = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
const COUNTS = ['replicas', ...BOUNDED, 'terminatingReplicas', 'observedGeneration'];

export const replicaSets = behavior<ReplicaSet>({
  setDefaults(object) {
    object.spec ??= {};
    const { spec } = object;
    setOwnTemplateDefaults(spec);
    spec.replicas ??= 1;
  },
  generation: 'spec',
  prepareForCreate(set) {
    set.status = { replicas: 0 };
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate(set, old) {
    const errors = validate(set);
    checkImmutable(errors, 'spec.selector', set.spec?.selector, old.spec?.selector);
    return errors;
  },
  warnings: workloadWarnings,
  resetFields: ['status'],
  printer: printer<Stored<ReplicaSet>>(
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
    (set, nowMs) => [
      set.metadata.name ?? '',
      set.spec?.replicas ?? 0,
      set.status?.replicas ?? 0,
      set.status?.readyReplicas ?? 0,
      age(set, nowMs),
      containersText(set.spec?.template),
      imagesText(set.spec?.template),
      selectorText(set.spec?.selector),
    ],
  ),
  subresources: {
    status: statusSubresource<ReplicaSet>({
      validateUpdate(set) {
        const errors: FieldError[] = [];
        checkCounts(errors, set.status ?? {}, COUNTS, BOUNDED);
        return errors;
      },
    }),
  },
  scale: replicaScale(),
});

function validate({ spec }: Stored<ReplicaSet>): FieldError[] {
  const errors: FieldError[] = [];
  checkNotNegative(errors, 'spec.replicas', spec?.replicas);
  checkNotNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  // Upstream's sentence speaks of deployments here as well.
  checkSelector(errors, spec?.selector, 'deployment');
  checkReplicaTemplate(errors, spec?.selector, spec?.template);
  return errors;
}
