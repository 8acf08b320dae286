/** statefulsets */
import type { PersistentVolumeClaim, StatefulSet, StatefulSetSpec } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { validateLabels } from '../../meta/label-selector.ts';
import { nameIsDnsLabel } from '../../meta/names.ts';
import { validateAnnotations } from '../../meta/object-meta.ts';
import { behavior, clearStatus, keepField, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkClaimSpec } from '../core/claim-validation.ts';
import { checkPodAnnotations } from '../core/pod-annotations.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
import { checkPodTemplate } from '../core/pod-spec-validation.ts';
import { setClaimSpecDefaults } from '../core/volume-defaults.ts';
import {
  checkIntOrPercent,
  checkListed,
  checkNotMoreThanAll,
  checkNotNegative,
  isZeroIntOrPercent,
} from '../number-rules.ts';
import { AGE, age, CONTAINERS, column, containersText, IMAGES, imagesText, NAME, printer } from '../printing.ts';
import { sameValues } from '../semantic.ts';
import {
  checkCollisionCount,
  checkCounts,
  checkNoDeadline,
  checkRestartsAlways,
  checkSelector,
  checkTemplateMatches,
  replicaScale,
  workloadWarnings,
} from './workload.ts';

const SPEC = 'io.k8s.api.apps.v1.StatefulSetSpec';
const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;
const MUTABLE_TEXT =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const BOUNDED = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];
const COUNTS = ['replicas', ...BOUNDED, 'observedGeneration', 'collisionCount'];

type Spec = Partial<StatefulSetSpec>;

export const statefulSets = behavior<StatefulSet>({
  repeatsMetadataChecks: true,
  validateName: nameIsDnsLabel,
  setDefaults(object) {
    object.spec ??= {};
    const { spec } = object;
    setOwnTemplateDefaults(spec);
    spec.replicas ??= 1;
    spec.podManagementPolicy ??= 'OrderedReady';
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ??= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    }
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= 'Retain';
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= 'Retain';
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.kind ??= 'PersistentVolumeClaim';
      claim.apiVersion ??= 'v1';
      if (claim.spec !== undefined) setClaimSpecDefaults(claim.spec);
      claim.status ??= {};
      claim.status.phase ??= 'Pending';
    }
  },
  generation: 'spec',
  prepareForCreate(set) {
    clearStatus(set);
    dropMaxUnavailable(set);
  },
  prepareForUpdate(set, old) {
    keepStatus(set, old);
    dropMaxUnavailable(set);
  },
  validate,
  validateUpdate,
  warnings: workloadWarnings,
  resetFields: ['status'],
  fieldLabels: { 'status.successful': () => '' },
  unknownFieldLabel: (label) => `field label not supported for appsv1.StatefulSet: ${label}`,
  printer: printer<Stored<StatefulSet>>(
    [NAME, column('Ready', 'string', 'Ready pods of those wanted.'), AGE, CONTAINERS, IMAGES],
    (set, nowMs) => [
      set.metadata.name ?? '',
      `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
      age(set, nowMs),
      containersText(set.spec?.template),
      imagesText(set.spec?.template),
    ],
  ),
  subresources: {
    status: statusSubresource<StatefulSet>({
      validateUpdate(set, old) {
        const errors: FieldError[] = [];
        checkCounts(errors, set.status ?? {}, COUNTS, BOUNDED);
        checkCollisionCount(errors, set.status, old.status);
        return errors;
      },
    }),
  },
  scale: replicaScale(),
});

/** MaxUnavailableStatefulSet (KEP-961) is off: the field can be written and owned, but is not kept. */
function dropMaxUnavailable({ spec }: Stored<StatefulSet>): void {
  delete spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
}

function validate(set: Stored<StatefulSet>): FieldError[] {
  const errors = checkSet(set, null);
  (set.spec?.volumeClaimTemplates ?? []).forEach((claim, i) => {
    checkClaimSpec(errors, `spec.volumeClaimTemplates[${i}].spec`, claim.spec ?? {});
  });
  return errors;
}

/** `was`: what stands there; its pod template may stay as bad as it is. */
function checkSet({ spec }: Stored<StatefulSet>, was: Spec | null): FieldError[] {
  const errors: FieldError[] = [];
  const template = spec?.template ?? {};
  const policy = spec?.podManagementPolicy ?? '';
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  checkStrategy(errors, 'spec.updateStrategy', spec?.updateStrategy ?? {});
  const retention = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const field = 'spec.persistentVolumeClaimRetentionPolicy';
  checkListed(errors, `${field}.whenDeleted`, retention.whenDeleted, ['Retain', 'Delete']);
  checkListed(errors, `${field}.whenScaled`, retention.whenScaled, ['Retain', 'Delete']);
  checkNotNegative(errors, 'spec.replicas', spec?.replicas);
  checkNotNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  checkNotNegative(errors, 'spec.ordinals.start', spec?.ordinals?.start);
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec?.revisionHistoryLimit);
  checkSelector(errors, spec?.selector, 'statefulset');
  if (!checkTemplateMatches(errors, spec?.selector, template)) {
    errors.push(invalidValue('spec.selector', spec?.selector, ''));
    return errors;
  }
  const ofTemplate = templateErrors(spec);
  if (ofTemplate.length > 0 && (was === null || templateErrors(was).length === 0)) errors.push(...ofTemplate);
  validateLabels(template.metadata?.labels, 'spec.template.labels', errors);
  validateAnnotations(template.metadata?.annotations, 'spec.template.annotations', errors);
  checkPodAnnotations(
    errors,
    'spec.template.annotations',
    template.metadata?.annotations,
    template.spec ?? { containers: [] },
  );
  checkRestartsAlways(errors, template);
  checkNoDeadline(errors, template);
  return errors;
}

/** Of its pods' template: each claim makes a volume of its name, and the controller gives each pod its host name. */
function templateErrors({ template, volumeClaimTemplates = [] }: Spec = {}): FieldError[] {
  const { hostname: _, subdomain: __, ...spec } = template?.spec ?? {};
  const claims = new Set((volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? ''));
  const volumes = [...claims].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const own = (spec.volumes ?? []).filter(({ name }) => !claims.has(name ?? ''));
  const errors: FieldError[] = [];
  checkPodTemplate(errors, 'spec.template', { ...template, spec: { ...spec, volumes: [...volumes, ...own] } });
  return errors;
}

function withoutKinds(claims: readonly PersistentVolumeClaim[] = []): PersistentVolumeClaim[] {
  return claims.map(({ kind: _, apiVersion: __, ...claim }) => claim);
}

function checkStrategy(
  errors: FieldError[],
  field: string,
  strategy: NonNullable<StatefulSetSpec['updateStrategy']>,
): void {
  const { type = '', rollingUpdate } = strategy;
  if (type === '') {
    errors.push(required(field));
  } else if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return;
    errors.push(
      invalidValue(`${field}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"),
    );
  } else if (type === 'RollingUpdate') {
    checkNotNegative(errors, `${field}.rollingUpdate.partition`, rollingUpdate?.partition);
    const max = rollingUpdate?.maxUnavailable;
    if (max === undefined) return;
    const at = `${field}.rollingUpdate.maxUnavailable`;
    checkIntOrPercent(errors, at, max);
    if (isZeroIntOrPercent(max)) errors.push(invalidValue(at, max, 'cannot be 0'));
    checkNotMoreThanAll(errors, at, max);
  } else {
    errors.push(invalidValue(field, strategy, "must be 'RollingUpdate' or 'OnDelete'"));
  }
}

function validateUpdate(set: Stored<StatefulSet>, old: Stored<StatefulSet>): FieldError[] {
  const was = old.spec ?? {};
  const errors = checkSet(set, was);
  const masked = { ...(set.spec ?? {}) };
  // What a claim template says of its kind means nothing.
  masked.volumeClaimTemplates = withoutKinds(masked.volumeClaimTemplates);
  for (const name of MUTABLE) keepField(masked, was, name);
  if (!sameValues(SPEC, masked, { ...was, volumeClaimTemplates: withoutKinds(was.volumeClaimTemplates) }))
    errors.push(forbiddenField('spec', MUTABLE_TEXT));
  return errors;
}
