import type {
  Device,
  DeviceTaint,
  ResourcePool,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../meta/names.ts';
import type { WriteContext } from '../../registry/definition.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable, checkRequiredOneOf, checkText, checkUnique } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkDriverName } from '../storage/driver-rules.ts';
import { withinSize } from './device-claim.ts';

type Slice = Stored<ResourceSlice>;

const DEVICES_MAX = 128;
const DEVICES_MAX_ADVANCED = 64;
const ATTRIBUTES_MAX = 32;
const TAINTS_MAX = 16;
const COUNTER_SETS_MAX = 8;
const POOL_NAME_BYTES_MAX = 253;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

/** Devices of a node or of a pool that nodes share (KEP-4381). */
export const resourceSlices = behavior<ResourceSlice>({
  generation: 'spec',
  deleteReturnsObject: true,
  prepareForCreate: stampTaints,
  prepareForUpdate: (slice, _old, context) => stampTaints(slice, context),
  validate,
  validateUpdate(slice, old) {
    const errors = validate(slice);
    checkImmutable(errors, 'spec.pool.name', slice.spec?.pool?.name, old.spec?.pool?.name);
    checkImmutable(errors, 'spec.driver', slice.spec?.driver, old.spec?.driver);
    checkImmutable(errors, 'spec.nodeName', slice.spec?.nodeName, old.spec?.nodeName);
    return errors;
  },
  fieldLabels: {
    'spec.driver': (slice) => slice.spec?.driver ?? '',
    'spec.nodeName': (slice) => slice.spec?.nodeName ?? '',
  },
  unknownFieldLabel: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
  indexLabel: 'spec.nodeName',
  printer: printer(
    [
      NAME,
      column('Node', 'string', 'Node that has the devices.'),
      column('Driver', 'string', 'Driver of the devices.'),
      column('Pool', 'string', 'Pool of the devices.'),
      AGE,
    ],
    (slice, nowMs) => [
      slice.metadata.name ?? '',
      slice.spec?.nodeName ?? '',
      slice.spec?.driver ?? '',
      slice.spec?.pool?.name ?? '',
      age(slice, nowMs),
    ],
  ),
});

/** A taint bears the time at which it came. */
function stampTaints(slice: Slice, { now }: WriteContext): void {
  for (const device of slice.spec?.devices ?? []) for (const taint of device.taints ?? []) taint.timeAdded ??= now;
}

function validate(slice: Slice): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Partial<ResourceSliceSpec> = slice.spec ?? {};
  const { devices = [], sharedCounters = [] } = spec;
  checkDriverName(errors, 'spec.driver', spec.driver);
  checkPool(errors, 'spec.pool', spec.pool ?? {});
  checkNode(errors, spec);
  if (spec.sharedCounters !== undefined && spec.devices !== undefined) {
    errors.push(invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  const advanced = devices.some(
    (device) => (device.taints ?? []).length > 0 || (device.consumesCounters ?? []).length > 0,
  );
  if (withinSize(errors, 'spec.devices', devices, advanced ? DEVICES_MAX_ADVANCED : DEVICES_MAX)) {
    devices.forEach((device, i) => {
      checkDevice(errors, `spec.devices[${i}]`, device);
    });
    checkUnique(
      errors,
      devices.map((device) => device.name),
      (i) => `spec.devices[${i}].name`,
    );
  }
  if (withinSize(errors, 'spec.sharedCounters', sharedCounters, COUNTER_SETS_MAX)) {
    sharedCounters.forEach((set, i) => {
      checkText(errors, `spec.sharedCounters[${i}].name`, set.name, dns1123LabelProblems);
      if (Object.keys(set.counters ?? {}).length === 0) errors.push(required(`spec.sharedCounters[${i}].counters`));
    });
    checkUnique(
      errors,
      sharedCounters.map((set) => set.name),
      (i) => `spec.sharedCounters[${i}].name`,
    );
  }
  return errors;
}

function checkPool(errors: FieldError[], field: string, pool: Partial<ResourcePool>): void {
  const { name = '', generation = 0, resourceSliceCount: count = 0 } = pool;
  if (name === '') {
    errors.push(required(`${field}.name`));
  } else {
    if (Buffer.byteLength(name) > POOL_NAME_BYTES_MAX) errors.push(tooLong(`${field}.name`, POOL_NAME_BYTES_MAX));
    for (const part of name.split('/')) addProblems(errors, `${field}.name`, part, dns1123SubdomainProblems(part));
  }
  if (count <= 0) errors.push(invalidValue(`${field}.resourceSliceCount`, count, 'must be greater than zero'));
  if (generation < 0)
    errors.push(invalidValue(`${field}.generation`, generation, 'must be greater than or equal to zero'));
}

/** Which nodes have the devices is said in exactly one way. */
function checkNode(errors: FieldError[], spec: Partial<ResourceSliceSpec>): void {
  const ways: string[] = [];
  if (spec.nodeName === '')
    errors.push(invalidValue('spec.nodeName', '', 'must be either unset or set to a non-empty string'));
  else if (spec.nodeName !== undefined) {
    ways.push('`nodeName`');
    addProblems(errors, 'spec.nodeName', spec.nodeName, dns1123SubdomainProblems(spec.nodeName));
  }
  if (spec.nodeSelector !== undefined) {
    ways.push('`nodeSelector`');
    const terms = spec.nodeSelector.nodeSelectorTerms ?? [];
    if (terms.length !== 1) {
      errors.push(
        invalidValue('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'),
      );
    }
  }
  for (const key of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[key] === true) ways.push(`\`${key}\``);
    else if (spec[key] === false)
      errors.push(invalidValue(`spec.${key}`, false, 'must be either unset or set to true'));
  }
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (ways.length === 0) errors.push(required('spec', one));
  if (ways.length > 1) errors.push(invalidValue('spec', `{${ways.join(', ')}}`, `${one}, but multiple fields are set`));
}

function checkDevice(errors: FieldError[], field: string, device: Device): void {
  const { attributes = {}, capacity = {}, taints = [] } = device;
  checkText(errors, `${field}.name`, device.name, dns1123LabelProblems);
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > ATTRIBUTES_MAX) {
    const text = `the total number of attributes and capacities must not exceed ${ATTRIBUTES_MAX}`;
    errors.push(invalidValue(field, count, text));
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    const set = Object.keys(attribute).length;
    const at = `${field}.attributes[${name}]`;
    if (set === 0) errors.push(required(at, 'exactly one value must be specified'));
    if (set > 1) errors.push(invalidValue(at, attribute, 'exactly one value must be specified'));
  }
  if (!withinSize(errors, `${field}.taints`, taints, TAINTS_MAX)) return;
  taints.forEach((taint, i) => {
    checkTaint(errors, `${field}.taints[${i}]`, taint);
  });
}

export function checkTaint(errors: FieldError[], field: string, taint: Partial<DeviceTaint>): void {
  const { value = '' } = taint;
  checkText(errors, `${field}.key`, taint.key, qualifiedNameProblems);
  if (value !== '') addProblems(errors, `${field}.value`, value, labelValueProblems(value));
  checkRequiredOneOf(errors, `${field}.effect`, taint.effect, EFFECTS);
}
