import type { CSIDriver, CSIDriverSpec } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable, checkOneOf } from '../field-rules.ts';
import { checkListed } from '../number-rules.ts';
import { AGE, age, column, NAME, NONE, printer, UNSET } from '../printing.ts';
import { checkDriverName } from './driver-rules.ts';

const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const TOKENS_IN_SECRETS =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;
const UPDATE_PERIOD_SECONDS_MIN = 10;

type Driver = Stored<CSIDriver>;

export const csiDrivers = behavior<CSIDriver>({
  warnings({ spec }, old) {
    const { tokenRequests = [], serviceAccountTokenInSecrets } = spec ?? {};
    if (tokenRequests.length === 0 || serviceAccountTokenInSecrets !== undefined) return [];
    if (old !== null && deepEqual(tokenRequests, old.spec?.tokenRequests ?? [])) return [];
    return [TOKENS_IN_SECRETS];
  },
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  setDefaults(object) {
    const { spec } = object;
    if (spec === undefined) return;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if (spec.volumeLifecycleModes === undefined || spec.volumeLifecycleModes.length === 0)
      spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  prepareForUpdate: countMutableChanges,
  validate(object) {
    const errors: FieldError[] = [];
    checkDriverName(errors, 'metadata.name', object.metadata.name);
    checkSpec(errors, object.spec ?? {});
    return errors;
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkSpec(errors, object.spec ?? {});
    // Upstream's path has this slip of the pen.
    checkImmutable(errors, 'spec.attachedRequired', object.spec?.attachRequired, old.spec?.attachRequired);
    checkImmutable(
      errors,
      'spec.volumeLifecycleModes',
      object.spec?.volumeLifecycleModes,
      old.spec?.volumeLifecycleModes,
    );
    return errors;
  },
  printer: printer(
    [
      NAME,
      column('AttachRequired', 'boolean', 'Whether volumes are attached before they are mounted.'),
      column('PodInfoOnMount', 'boolean', 'Whether the driver is told of the pod.'),
      column('StorageCapacity', 'boolean', 'Whether the scheduler heeds capacity objects.'),
      column('TokenRequests', 'string', 'Audiences of the service account tokens that the driver gets.'),
      column('RequiresRepublish', 'boolean', 'Whether the driver is called again and again.'),
      column('Modes', 'string', 'Kinds of volumes that the driver makes.'),
      AGE,
    ],
    (object, nowMs) => driverCells(object, nowMs),
  ),
});

/** Upstream counts changes of these fields only, and starts at 0. */
function countMutableChanges(object: Driver, old: Driver): void {
  const mutable = ({ spec }: Driver): unknown => [
    spec?.podInfoOnMount,
    spec?.fsGroupPolicy,
    spec?.storageCapacity,
    spec?.tokenRequests,
    spec?.requiresRepublish,
    spec?.seLinuxMount,
    spec?.nodeAllocatableUpdatePeriodSeconds,
    spec?.serviceAccountTokenInSecrets,
  ];
  if (!deepEqual(mutable(object), mutable(old))) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function checkSpec(errors: FieldError[], spec: CSIDriverSpec): void {
  if (spec.attachRequired === undefined) errors.push(required('spec.attachedRequired'));
  if (spec.podInfoOnMount === undefined) errors.push(required('spec.podInfoOnMount'));
  if (spec.storageCapacity === undefined) errors.push(required('spec.storageCapacity'));
  if (spec.fsGroupPolicy === undefined) errors.push(required('spec.fsGroupPolicy'));
  checkOneOf(errors, 'spec.fsGroupPolicy', spec.fsGroupPolicy, FS_GROUP_POLICIES);
  checkTokenRequests(errors, spec);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    checkListed(errors, 'spec.volumeLifecycleModes', mode, LIFECYCLE_MODES);
  }
  if (spec.seLinuxMount === undefined) errors.push(required('spec.seLinuxMount'));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < UPDATE_PERIOD_SECONDS_MIN) {
    errors.push(
      invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds'),
    );
  }
  if (spec.serviceAccountTokenInSecrets !== undefined && (spec.tokenRequests ?? []).length === 0) {
    const text = 'must not be set when tokenRequests is empty';
    errors.push(invalidValue('spec.serviceAccountTokenInSecrets', spec.serviceAccountTokenInSecrets, text));
  }
}

function checkTokenRequests(errors: FieldError[], spec: CSIDriverSpec): void {
  const seen = new Set<string>();
  (spec.tokenRequests ?? []).forEach(({ audience = '', expirationSeconds: seconds }, i) => {
    const field = `spec.tokenRequests[${i}]`;
    if (seen.has(audience)) errors.push(duplicate(`${field}.audience`, audience));
    seen.add(audience);
    if (seconds === undefined) return;
    if (seconds < TOKEN_SECONDS_MIN) {
      errors.push(
        invalidValue(`${field}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'),
      );
    }
    if (seconds > TOKEN_SECONDS_MAX) {
      errors.push(
        invalidValue(`${field}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'),
      );
    }
  });
}

function driverCells(object: Driver, nowMs: number): (string | boolean)[] {
  const { spec } = object;
  const audiences = (spec?.tokenRequests ?? []).map((request) => request.audience ?? '').join(',');
  return [
    object.metadata.name ?? '',
    spec?.attachRequired ?? true,
    spec?.podInfoOnMount ?? false,
    spec?.storageCapacity ?? false,
    spec?.tokenRequests === undefined ? UNSET : audiences,
    spec?.requiresRepublish ?? false,
    (spec?.volumeLifecycleModes ?? []).join(',') || NONE,
    age(object, nowMs),
  ];
}
