/** Kinds of resource.k8s.io that are off by default: DeviceTaintRule (KEP-5055) and ResourcePoolStatusRequest. */
import type { Condition, DeviceTaint } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkConditions, checkImmutableStruct } from '../field-rules.ts';
import { AGE, age, NAME, printer } from '../printing.ts';
import { checkDriverName } from '../storage/driver-rules.ts';
import { checkTaint } from './resource-slice.ts';

interface DeviceTaintRule {
  metadata?: ObjectMeta;
  spec: { deviceSelector?: { driver?: string; pool?: string; device?: string }; taint: DeviceTaint };
  status?: { conditions?: Condition[] };
}

interface ResourcePoolStatusRequest {
  metadata?: ObjectMeta;
  spec: { driver: string; poolName?: string; limit?: number };
  status?: { conditions?: Condition[]; poolCount: number };
}

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1000;

export const deviceTaintRules = behavior<DeviceTaintRule>({
  generation: 'spec',
  deleteReturnsObject: true,
  prepareForCreate(rule, { now }) {
    clearStatus(rule);
    if (rule.spec?.taint !== undefined) rule.spec.taint.timeAdded ??= now;
  },
  prepareForUpdate(rule, old, { now }) {
    keepStatus(rule, old);
    if (rule.spec?.taint !== undefined) rule.spec.taint.timeAdded ??= now;
  },
  resetFields: ['status'],
  validate: validateTaintRule,
  validateUpdate: validateTaintRule,
  subresources: {
    status: statusSubresource<DeviceTaintRule>({
      keepMetadata: ALL_METADATA,
      validateUpdate: (rule) => conditionErrors(rule.status),
    }),
  },
  printer: printer([NAME, AGE], (rule, nowMs) => [rule.metadata.name ?? '', age(rule, nowMs)]),
});

export const resourcePoolStatusRequests = behavior<ResourcePoolStatusRequest>({
  deleteReturnsObject: true,
  setDefaults({ spec }) {
    if (spec !== undefined) spec.limit ??= LIMIT_DEFAULT;
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate(request) {
    const errors: FieldError[] = [];
    checkDriverName(errors, 'spec.driver', request.spec?.driver);
    const limit = request.spec?.limit;
    if (limit !== undefined && (limit < 1 || limit > LIMIT_MAX)) {
      errors.push(invalidValue('spec.limit', limit, `must be between 1 and ${LIMIT_MAX}, inclusive`));
    }
    return errors;
  },
  validateUpdate(request, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(
      errors,
      'spec',
      'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequestSpec',
      request.spec ?? {},
      old.spec ?? {},
    );
    return errors;
  },
  subresources: {
    status: statusSubresource<ResourcePoolStatusRequest>({
      keepMetadata: ALL_METADATA,
      validateUpdate: (request) => conditionErrors(request.status),
    }),
  },
});

function validateTaintRule(rule: Stored<DeviceTaintRule>): FieldError[] {
  const errors: FieldError[] = [];
  const driver = rule.spec?.deviceSelector?.driver;
  if (driver !== undefined) checkDriverName(errors, 'spec.deviceSelector.driver', driver);
  checkTaint(errors, 'spec.taint', rule.spec?.taint ?? {});
  return errors;
}

function conditionErrors(status: { conditions?: Condition[] } | undefined): FieldError[] {
  const errors: FieldError[] = [];
  checkConditions(errors, 'status.conditions', status?.conditions);
  return errors;
}
