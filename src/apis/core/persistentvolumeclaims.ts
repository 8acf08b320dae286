/** persistentvolumeclaims */
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../meta/quantity.ts';
import { behavior, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkImmutable, IMMUTABLE_TEXT } from '../field-rules.ts';
import { AGE, age, column, NAME, printer, UNSET, wideColumn } from '../printing.ts';
import { internalDifference, sameValues } from '../semantic.ts';
import { accessModesText, BETA_CLASS, classNameOf } from './claim-printing.ts';
import { checkClaimSpec } from './claim-validation.ts';
import { roundUpQuantities } from './pod-spec-defaults.ts';
import { isNativeResource } from './resource-names.ts';
import { setClaimSpecDefaults } from './volume-defaults.ts';

const SPEC = 'io.k8s.api.core.v1.PersistentVolumeClaimSpec';
const SIZE = 'spec.resources.requests.storage';
const ATTRIBUTES = 'spec.volumeAttributesClassName';
const ZERO: Quantity = { nano: 0n, format: 'DecimalSI' };
const RESIZE_STATES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

export const persistentVolumeClaims = behavior<PersistentVolumeClaim>({
  repeatsMetadataChecks: true,
  setDefaults(claim) {
    claim.status ??= {};
    claim.status.phase ??= 'Pending';
    if (claim.spec === undefined) return;
    setClaimSpecDefaults(claim.spec);
    roundUpQuantities(claim.spec.resources?.requests);
    roundUpQuantities(claim.spec.resources?.limits);
  },
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' };
    if (claim.spec !== undefined) syncDataSources(claim.spec);
  },
  prepareForUpdate(claim, old) {
    keepStatus(claim, old);
    // Claims from before dataSourceRef get it now.
    if (claim.spec !== undefined) syncDataSources(claim.spec);
  },
  validate: (claim) => validateClaim(claim),
  validateUpdate,
  warnings({ spec, metadata }) {
    const texts: string[] = [];
    if (metadata.annotations?.[BETA_CLASS] !== undefined) {
      texts.push(
        `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      );
    }
    for (const list of ['requests', 'limits'] as const) {
      const text = spec?.resources?.[list]?.['storage'];
      if (text?.endsWith('m')) {
        texts.push(
          `spec.resources.${list}[storage]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`,
        );
      }
    }
    return texts;
  },
  resetFields: ['status'],
  deleteReturnsObject: true,
  printer: printer<Stored<PersistentVolumeClaim>>(
    [
      NAME,
      column('Status', 'string', 'Whether the claim is bound.'),
      column('Volume', 'string', 'Volume to which the claim is bound.'),
      column('Capacity', 'string', 'Size of that volume.'),
      column('Access Modes', 'string', 'Ways in which that volume can be mounted.'),
      column('StorageClass', 'string', 'Class that the claim asks for.'),
      column('VolumeAttributesClass', 'string', 'Class of attributes that can change.'),
      AGE,
      wideColumn('VolumeMode', 'string', 'File system or raw block device.'),
    ],
    (claim, nowMs) => {
      const spec = claim.spec ?? {};
      const bound = spec.volumeName !== undefined && spec.volumeName !== '';
      return [
        claim.metadata.name ?? '',
        claim.metadata.deletionTimestamp === undefined ? (claim.status?.phase ?? '') : 'Terminating',
        spec.volumeName ?? '',
        bound ? (claim.status?.capacity?.['storage'] ?? '0') : '',
        bound ? accessModesText(claim.status?.accessModes) : '',
        classNameOf(claim.metadata.annotations, spec.storageClassName),
        spec.volumeAttributesClassName ?? UNSET,
        age(claim, nowMs),
        spec.volumeMode ?? UNSET,
      ];
    },
  ),
  subresources: { status: statusSubresource<PersistentVolumeClaim>({ validateUpdate: validateStatus }) },
});

/** dataSource and dataSourceRef say the same unless the latter names another namespace. */
function syncDataSources(spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSourceRef?.namespace) return;
  if (dataSource !== undefined && dataSourceRef === undefined) {
    spec.dataSourceRef = { ...dataSource };
  } else if (dataSourceRef !== undefined && dataSource === undefined) {
    const { namespace: _, ...reference } = dataSourceRef;
    spec.dataSource = reference;
  }
}

function validateClaim(claim: Stored<PersistentVolumeClaim>): FieldError[] {
  const errors: FieldError[] = [];
  checkClaimSpec(errors, 'spec', claim.spec ?? {});
  return errors;
}

function validateUpdate(claim: Stored<PersistentVolumeClaim>, old: Stored<PersistentVolumeClaim>): FieldError[] {
  const errors = validateClaim(claim);
  const spec = claim.spec ?? {};
  const was = old.spec ?? {};
  const annotation = claim.metadata.annotations?.[BETA_CLASS];
  const wasAnnotation = old.metadata.annotations?.[BETA_CLASS];
  const masked = maskMutable(spec, was, claim.status?.phase === 'Bound');
  if (was.storageClassName === undefined && (wasAnnotation === undefined || spec.storageClassName === wasAnnotation)) {
    // From the annotation to the field, or from none to one.
    delete masked.storageClassName;
  }
  const moved = wasAnnotation !== undefined && annotation === undefined && spec.storageClassName === wasAnnotation;
  if (annotation !== wasAnnotation && !moved) {
    errors.push(invalidValue(`metadata.annotations.${BETA_CLASS}`, annotation ?? '', IMMUTABLE_TEXT));
  }
  if (!sameValues(SPEC, masked, was)) {
    const text =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbiddenField('spec', `${text}\n${internalDifference(SPEC, was, masked)}`));
  }
  checkSize(errors, spec, was, old.status?.capacity?.['storage']);
  checkImmutable(errors, 'volumeMode', spec.volumeMode, was.volumeMode);
  if (was.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName !== was.volumeAttributesClassName) {
    if (spec.volumeAttributesClassName === undefined) {
      errors.push(forbiddenField(ATTRIBUTES, 'update from non-nil value to nil is forbidden'));
    } else if (spec.volumeAttributesClassName === '') {
      errors.push(forbiddenField(ATTRIBUTES, 'update from non-nil value to an empty string is forbidden'));
    }
  }
  return errors;
}

/** A copy of `spec` in which everything that may change is as it was. */
function maskMutable(
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec,
  bound: boolean,
): PersistentVolumeClaimSpec {
  const masked = { ...spec };
  // The volume is set once, by the controller that binds.
  if (!old.volumeName) delete masked.volumeName;
  if (old.dataSourceRef === undefined) delete masked.dataSourceRef;
  if (!bound) return masked;
  const size = old.resources?.requests?.['storage'];
  if (spec.resources?.requests !== undefined && size !== undefined) {
    masked.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage: size } };
  }
  if (spec.volumeAttributesClassName !== undefined) {
    if (old.volumeAttributesClassName === undefined) delete masked.volumeAttributesClassName;
    else masked.volumeAttributesClassName = old.volumeAttributesClassName;
  }
  return masked;
}

/** Volumes grow. A growth that failed may be taken back, to more than what there is. */
function checkSize(
  errors: FieldError[],
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec,
  capacity: string | undefined,
): void {
  const size = amount(spec.resources?.requests?.['storage']);
  if (compareQuantities(size, amount(old.resources?.requests?.['storage'])) >= 0) return;
  if (compareQuantities(size, amount(capacity)) <= 0)
    errors.push(forbiddenField(SIZE, 'field can not be less than status.capacity'));
}

function amount(text: string | undefined): Quantity {
  return (text === undefined ? null : parseQuantity(text)) ?? ZERO;
}

function validateStatus(claim: Stored<PersistentVolumeClaim>): FieldError[] {
  const errors: FieldError[] = [];
  const { capacity = {}, allocatedResources = {}, allocatedResourceStatuses = {} } = claim.status ?? {};
  if ((claim.spec?.accessModes ?? []).length === 0) errors.push(required('Spec.accessModes'));
  for (const [name, text] of Object.entries(capacity)) checkAmount(errors, `status.capacity[${name}]`, text);
  for (const [name, state] of Object.entries(allocatedResourceStatuses)) {
    checkKey(errors, 'status.allocatedResourceStatus', name);
    if (!RESIZE_STATES.includes(state))
      errors.push(notSupported('status.allocatedResourceStatus', name, RESIZE_STATES));
  }
  for (const [name, text] of Object.entries(allocatedResources)) {
    checkKey(errors, 'status.allocatedResources', name);
    checkAmount(errors, `status.allocatedResources[${name}]`, text);
  }
  return errors;
}

function checkAmount(errors: FieldError[], field: string, text: string): void {
  if (amount(text).nano < 0n) errors.push(invalidValue(field, text, 'must be a valid resource quantity'));
}

function checkKey(errors: FieldError[], field: string, name: string): void {
  const problems = qualifiedNameProblems(name);
  addProblems(errors, field, name, problems);
  if (problems.length === 0 && isNativeResource(name) && name !== 'storage')
    errors.push(notSupported(field, name, ['storage']));
}
