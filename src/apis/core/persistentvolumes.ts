/** persistentvolumes */
import type { PersistentVolume, PersistentVolumeSpec } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkImmutable, checkOneOf } from '../field-rules.ts';
import { checkPositiveQuantity } from '../number-rules.ts';
import { AGE, age, column, NAME, printer, UNSET, wideColumn } from '../printing.ts';
import { internalDifference, sameValues } from '../semantic.ts';
import { accessModesText, BETA_CLASS, classNameOf } from './claim-printing.ts';
import { checkAccessModes, checkClassName, VOLUME_MODES } from './claim-validation.ts';
import { roundUpQuantities } from './pod-spec-defaults.ts';
import { addDeprecatedSources } from './pod-warnings.ts';
import { checkNodeSelector } from './scheduling-validation.ts';
import { checkStorageSource, STORAGE_SOURCES } from './storage-source-validation.ts';
import { setStorageDefaults } from './volume-defaults.ts';

const SOURCE_TYPE = 'io.k8s.api.core.v1.PersistentVolumeSource';

const status = statusSubresource<PersistentVolume>({
  prepareForUpdate(volume, old, { now }) {
    volume.status ??= {};
    const since = old.status?.lastPhaseTransitionTime;
    if (volume.status.phase !== old.status?.phase) {
      const given = volume.status.lastPhaseTransitionTime;
      if (given === undefined || given === since) volume.status.lastPhaseTransitionTime = now;
    } else if (since !== undefined) {
      volume.status.lastPhaseTransitionTime ??= since;
    }
  },
});

export const persistentVolumes = behavior<PersistentVolume>({
  repeatsMetadataChecks: true,
  setDefaults(volume) {
    volume.status ??= {};
    volume.status.phase ??= 'Pending';
    const { spec } = volume;
    if (spec === undefined) return;
    spec.persistentVolumeReclaimPolicy ??= 'Retain';
    spec.volumeMode ??= 'Filesystem';
    roundUpQuantities(spec.capacity);
    setStorageDefaults(spec);
  },
  prepareForCreate(volume, { now }) {
    clearStatus(volume);
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: now };
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate,
  warnings({ spec, metadata }) {
    const texts: string[] = [];
    if (metadata.annotations?.[BETA_CLASS] !== undefined) {
      texts.push(
        `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      );
    }
    if (spec?.persistentVolumeReclaimPolicy === 'Recycle') {
      texts.push(
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      );
    }
    // Of these two upstream warns in pods alone.
    const { flocker: _, quobyte: __, ...others } = spec ?? {};
    addDeprecatedSources(texts, 'spec', others);
    return texts;
  },
  resetFields: ['status'],
  deleteReturnsObject: true,
  printer: printer<Stored<PersistentVolume>>(
    [
      NAME,
      column('Capacity', 'string', 'Size of the volume.'),
      column('Access Modes', 'string', 'Ways in which the volume can be mounted.'),
      column('Reclaim Policy', 'string', 'What becomes of the volume once its claim is gone.'),
      column('Status', 'string', 'Whether the volume is bound.'),
      column('Claim', 'string', 'Claim that holds the volume.'),
      column('StorageClass', 'string', 'Class of the volume.'),
      column('VolumeAttributesClass', 'string', 'Class of attributes that can change.'),
      column('Reason', 'string', 'Why the volume is in its state.'),
      AGE,
      wideColumn('VolumeMode', 'string', 'File system or raw block device.'),
    ],
    (volume, nowMs) => {
      const spec = volume.spec ?? {};
      const claim = spec.claimRef;
      return [
        volume.metadata.name ?? '',
        spec.capacity?.['storage'] ?? '0',
        accessModesText(spec.accessModes),
        spec.persistentVolumeReclaimPolicy ?? '',
        volume.metadata.deletionTimestamp === undefined ? (volume.status?.phase ?? '') : 'Terminating',
        claim === undefined ? '' : `${claim.namespace ?? ''}/${claim.name ?? ''}`,
        classNameOf(volume.metadata.annotations, spec.storageClassName),
        spec.volumeAttributesClassName ?? UNSET,
        volume.status?.reason ?? '',
        age(volume, nowMs),
        spec.volumeMode ?? UNSET,
      ];
    },
  ),
  subresources: { status },
});

function validate(volume: Stored<PersistentVolume>): FieldError[] {
  const errors: FieldError[] = [];
  const spec = volume.spec ?? {};
  checkAccessModes(errors, 'spec.accessModes', spec.accessModes);
  checkCapacity(errors, spec.capacity ?? {});
  checkOneOf(errors, 'spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
    'Delete',
    'Recycle',
    'Retain',
  ]);
  if (spec.nodeAffinity !== undefined) {
    const field = 'spec.nodeAffinity.required';
    if (spec.nodeAffinity.required === undefined)
      errors.push(required(field, 'must specify required node constraints'));
    else checkNodeSelector(errors, field, spec.nodeAffinity.required);
  }
  checkSource(errors, spec);
  checkClassName(errors, 'spec.storageClassName', spec.storageClassName);
  checkOneOf(errors, 'spec.volumeMode', spec.volumeMode, VOLUME_MODES);
  if (spec.volumeAttributesClassName !== undefined) {
    const field = 'spec.volumeAttributesClassName';
    if (spec.volumeAttributesClassName === '') errors.push(required(field, 'an empty string is disallowed'));
    else checkClassName(errors, field, spec.volumeAttributesClassName);
    if (spec.csi === undefined)
      errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  }
  return errors;
}

function checkCapacity(errors: FieldError[], capacity: Record<string, string>): void {
  const names = Object.keys(capacity);
  if (names.length === 0) errors.push(required('spec.capacity'));
  if (!names.includes('storage') || names.length > 1) errors.push(notSupported('spec.capacity', capacity, ['storage']));
  for (const name of names) checkPositiveQuantity(errors, `spec.capacity[${name}]`, capacity[name]!);
}

function checkSource(errors: FieldError[], spec: PersistentVolumeSpec): void {
  const [first, ...others] = STORAGE_SOURCES.filter((name) => spec[name as keyof PersistentVolumeSpec] !== undefined);
  if (first === undefined) {
    errors.push(required('spec', 'must specify a volume type'));
    return;
  }
  checkStorageSource(errors, 'spec', first, spec, true);
  for (const other of others) errors.push(forbiddenField(`spec.${other}`, 'may not specify more than 1 volume type'));
  if (spec.local !== undefined && spec.nodeAffinity === undefined) {
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  const root = (spec.hostPath?.path ?? '').replace(/\/+/g, '/') === '/';
  if (root && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.push(
      forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"),
    );
  }
}

function validateUpdate(volume: Stored<PersistentVolume>, old: Stored<PersistentVolume>): FieldError[] {
  const found = validate(volume);
  // Told twice, as upstream checks twice.
  const errors = [...found, ...found];
  const source = sourceOf(volume.spec ?? {});
  const was = sourceOf(old.spec ?? {});
  const csi = source.csi;
  // The secret for expansion may be added later.
  if (
    csi?.controllerExpandSecretRef !== undefined &&
    was.csi !== undefined &&
    was.csi.controllerExpandSecretRef === undefined
  ) {
    const { controllerExpandSecretRef: _, ...rest } = csi;
    source.csi = rest;
  }
  if (!sameValues(SOURCE_TYPE, source, was)) {
    const text = `spec.persistentvolumesource is immutable after creation\n${internalDifference(SOURCE_TYPE, was, source)}`;
    errors.push(forbiddenField('spec.persistentvolumesource', text));
  }
  checkImmutable(errors, 'volumeMode', volume.spec?.volumeMode, old.spec?.volumeMode);
  const affinity = old.spec?.nodeAffinity;
  if (
    affinity !== undefined &&
    !sameValues('io.k8s.api.core.v1.VolumeNodeAffinity', volume.spec?.nodeAffinity, affinity)
  ) {
    const text = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalidValue('nodeAffinity', volume.spec?.nodeAffinity ?? null, text));
  }
  if (old.spec?.volumeAttributesClassName !== undefined && volume.spec?.volumeAttributesClassName === undefined) {
    errors.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

function sourceOf(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  const source: Record<string, unknown> = {};
  for (const name of STORAGE_SOURCES) {
    const value = spec[name as keyof PersistentVolumeSpec];
    if (value !== undefined) source[name] = value;
  }
  return source;
}
