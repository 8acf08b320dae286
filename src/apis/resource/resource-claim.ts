import type { AllocationResult, ResourceClaimStatus, ResourceV1ResourceClaim } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, required } from '../../meta/field-error.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkImmutableStruct, checkOneOf, checkText } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkDriverName } from '../storage/driver-rules.ts';
import { checkClaim, checkOpaque, checkReferences, defaultClaim, requestNames, withinSize } from './device-claim.ts';

type Claim = Stored<ResourceV1ResourceClaim>;

const CONSUMERS_MAX = 256;
const RESULTS_MAX = 32;
const CONFIG_MAX = 64;

/** A wish for devices and what became of it (KEP-4381). */
export const resourceClaims = behavior<ResourceV1ResourceClaim>({
  repeatsMetadataChecks: true,
  deleteReturnsObject: true,
  setDefaults: (claim) => defaultClaim(claim.spec?.devices),
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate(claim) {
    const errors: FieldError[] = [];
    checkClaim(errors, 'spec.devices', claim.spec?.devices ?? {});
    return errors;
  },
  validateUpdate(claim, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(errors, 'spec', 'io.k8s.api.resource.v1.ResourceClaimSpec', claim.spec ?? {}, old.spec ?? {});
    return errors;
  },
  subresources: {
    status: statusSubresource<ResourceV1ResourceClaim>({
      keepMetadata: ALL_METADATA,
      prepareForUpdate: dropStatusOfReleased,
      validateUpdate: validateStatus,
    }),
  },
  printer: printer(
    [NAME, column('State', 'string', 'Whether devices are allocated and in use.'), AGE],
    (claim, nowMs) => [claim.metadata.name ?? '', stateText(claim), age(claim, nowMs)],
  ),
});

/** What drivers said of a device is void once the device is no longer allocated. */
function dropStatusOfReleased(claim: Claim, old: Claim): void {
  const { status } = claim;
  if (status?.devices === undefined) return;
  const before = allocatedDevices(old.status?.allocation);
  const now = allocatedDevices(status.allocation);
  const kept = status.devices.filter((device) => !before.has(deviceKey(device)) || now.has(deviceKey(device)));
  if (kept.length === 0) delete status.devices;
  else status.devices = kept;
}

function validateStatus(claim: Claim, old: Claim): FieldError[] {
  const errors: FieldError[] = [];
  const status = claim.status ?? {};
  checkConsumers(errors, status, old.status ?? {}, claim.metadata.deletionTimestamp !== undefined);
  const allocated = allocatedDevices(status.allocation);
  const seen = new Set<string>();
  (status.devices ?? []).forEach((device, i) => {
    const field = `status.devices[${i}]`;
    const key = deviceKey(device);
    checkDriverName(errors, `${field}.driver`, device.driver);
    checkText(errors, `${field}.device`, device.device, dns1123LabelProblems);
    if (!allocated.has(key))
      errors.push({ type: 'FieldValueInvalid', field, value: key, detail: 'must be an allocated device in the claim' });
    if (seen.has(key)) errors.push(duplicate(field, key));
    seen.add(key);
  });
  const before = old.status?.allocation;
  if (status.allocation === undefined) return errors;
  if (before !== undefined)
    checkImmutableStruct(
      errors,
      'status.allocation',
      'io.k8s.api.resource.v1.AllocationResult',
      status.allocation,
      before,
    );
  else checkAllocation(errors, 'status.allocation', status.allocation, requestNames(claim.spec?.devices));
  return errors;
}

function checkConsumers(
  errors: FieldError[],
  status: ResourceClaimStatus,
  old: ResourceClaimStatus,
  deleting: boolean,
): void {
  const field = 'status.reservedFor';
  const consumers = status.reservedFor ?? [];
  if (!withinSize(errors, field, consumers, CONSUMERS_MAX)) return;
  const seen = new Set<string>();
  consumers.forEach((consumer, i) => {
    for (const key of ['resource', 'name', 'uid'] as const) {
      if ((consumer[key] ?? '') === '') errors.push(required(`${field}[${i}].${key}`));
    }
    const { uid = '' } = consumer;
    if (seen.has(uid)) errors.push(duplicate(`${field}[${i}].uid`, uid));
    seen.add(uid);
  });
  if (consumers.length === 0) return;
  if (status.allocation === undefined) {
    errors.push(forbiddenField(field, 'may not be specified when `allocated` is not set'));
  } else if (deleting) {
    const known = new Set((old.reservedFor ?? []).map((consumer) => consumer.uid));
    if (consumers.some((consumer) => !known.has(consumer.uid))) {
      const text = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
      errors.push(forbiddenField(field, text));
    }
  }
}

function checkAllocation(
  errors: FieldError[],
  field: string,
  allocation: AllocationResult,
  names: ReadonlySet<string>,
): void {
  const { results = [], config = [] } = allocation.devices ?? {};
  if (withinSize(errors, `${field}.devices.results`, results, RESULTS_MAX)) {
    results.forEach((result, i) => {
      const at = `${field}.devices.results[${i}]`;
      checkReferences(errors, `${at}.request`, [result.request ?? ''], names);
      checkDriverName(errors, `${at}.driver`, result.driver);
      if ((result.pool ?? '') === '') errors.push(required(`${at}.pool`));
      checkText(errors, `${at}.device`, result.device, dns1123LabelProblems);
    });
  }
  if (!withinSize(errors, `${field}.devices.config`, config, CONFIG_MAX)) return;
  config.forEach((entry, i) => {
    const at = `${field}.devices.config[${i}]`;
    if (entry.source === undefined) errors.push(required(`${at}.source`));
    checkOneOf(errors, `${at}.source`, entry.source, ['FromClaim', 'FromClass']);
    checkReferences(errors, `${at}.requests`, entry.requests ?? [], names);
    checkOpaque(errors, `${at}.opaque`, entry.opaque);
  });
}

interface DeviceName {
  readonly driver?: string;
  readonly pool?: string;
  readonly device?: string;
  readonly shareID?: string;
}

function deviceKey({ driver = '', pool = '', device = '', shareID }: DeviceName): string {
  return shareID === undefined ? `${driver}/${pool}/${device}` : `${driver}/${pool}/${device}/${shareID}`;
}

function allocatedDevices(allocation: AllocationResult | undefined): Set<string> {
  return new Set((allocation?.devices?.results ?? []).map(deviceKey));
}

function stateText({ metadata, status }: Claim): string {
  const states: string[] = [];
  if (metadata.deletionTimestamp !== undefined) states.push('deleted');
  if (status?.allocation === undefined) {
    if (metadata.deletionTimestamp === undefined) states.push('pending');
  } else {
    states.push('allocated');
    if ((status.reservedFor ?? []).length > 0) states.push('reserved');
  }
  return states.join(',');
}
