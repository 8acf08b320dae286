/** Validation of job specs, in jobs and in cron jobs' templates. */
import type { JobSpec } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { checkPodTemplate } from '../core/pod-spec-validation.ts';
import { checkOneOf } from '../field-rules.ts';
import { checkListed, checkNotNegative } from '../number-rules.ts';
import { checkFailurePolicy, checkSuccessPolicy } from './job-policy-validation.ts';

const INDEXED_PARALLELISM_MAX = 100_000;
const FAILED_INDEXES_MAX = 100_000;
const COMPLETIONS_SOFT_MAX = 100_000;
const HIGH_COMPLETIONS_PARALLELISM_MAX = 10_000;
const HIGH_COMPLETIONS_FAILED_INDEXES_MAX = 10_000;
const MANAGED_BY_BYTES_MAX = 63;
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

export function checkJobSpec(errors: FieldError[], field: string, spec: Partial<JobSpec>): void {
  for (const name of COUNTS) checkNotNegative(errors, `${field}.${name}`, spec[name]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  checkManagedBy(errors, `${field}.managedBy`, spec.managedBy);
  checkListed(errors, `${field}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']);
  if (spec.completionMode === 'Indexed') {
    checkIndexed(errors, field, spec);
  } else {
    const text = 'requires indexed completion mode';
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'] as const) {
      if (spec[name] !== undefined) errors.push(invalidValue(`${field}.${name}`, spec[name], text));
    }
  }
  if (spec.podFailurePolicy !== undefined)
    checkFailurePolicy(errors, `${field}.podFailurePolicy`, spec.podFailurePolicy, spec);
  if (spec.successPolicy !== undefined) checkSuccessPolicy(errors, `${field}.successPolicy`, spec.successPolicy, spec);
  if (spec.podFailurePolicy !== undefined)
    checkOneOf(errors, `${field}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed']);
  else
    checkOneOf(errors, `${field}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed', 'TerminatingOrFailed']);
  checkPodTemplate(errors, `${field}.template`, spec.template ?? {});
  checkRestartPolicy(errors, `${field}.template.spec.restartPolicy`, spec);
}

/** `domain.io/name`: who runs the job instead of the job controller. */
function checkManagedBy(errors: FieldError[], field: string, managedBy: string | undefined): void {
  if (managedBy === undefined) return;
  const slash = managedBy.indexOf('/');
  if (slash <= 0 || slash === managedBy.length - 1) {
    errors.push(invalidValue(field, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  }
  if (Buffer.byteLength(managedBy) > MANAGED_BY_BYTES_MAX) {
    errors.push({
      type: 'FieldValueTooLong',
      field,
      value: undefined,
      detail: `may not be more than ${MANAGED_BY_BYTES_MAX} bytes`,
    });
  }
}

function checkIndexed(errors: FieldError[], field: string, spec: Partial<JobSpec>): void {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  if (completions === undefined) errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism > INDEXED_PARALLELISM_MAX) {
    const text = `must be less than or equal to ${INDEXED_PARALLELISM_MAX} when completion mode is Indexed`;
    errors.push(invalidValue(`${field}.parallelism`, parallelism, text));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    errors.push(
      invalidValue(`${field}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'),
    );
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > FAILED_INDEXES_MAX) {
    errors.push(
      invalidValue(
        `${field}.maxFailedIndexes`,
        maxFailedIndexes,
        `must be less than or equal to ${FAILED_INDEXES_MAX}`,
      ),
    );
  }
  if ((completions ?? 0) > COMPLETIONS_SOFT_MAX && spec.backoffLimitPerIndex !== undefined)
    checkHighCompletions(errors, field, spec);
}

function checkHighCompletions(
  errors: FieldError[],
  field: string,
  { parallelism = 0, maxFailedIndexes }: Partial<JobSpec>,
): void {
  const when = `when completions are above ${COMPLETIONS_SOFT_MAX} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) {
    errors.push(
      required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${COMPLETIONS_SOFT_MAX}`),
    );
  } else if (maxFailedIndexes > HIGH_COMPLETIONS_FAILED_INDEXES_MAX) {
    const text = `must be less than or equal to ${HIGH_COMPLETIONS_FAILED_INDEXES_MAX} ${when}`;
    errors.push(invalidValue(`${field}.maxFailedIndexes`, maxFailedIndexes, text));
  }
  if (parallelism > HIGH_COMPLETIONS_PARALLELISM_MAX) {
    const text = `must be less than or equal to ${HIGH_COMPLETIONS_PARALLELISM_MAX} ${when}`;
    errors.push(invalidValue(`${field}.parallelism`, parallelism, text));
  }
}

function checkRestartPolicy(errors: FieldError[], field: string, spec: Partial<JobSpec>): void {
  const policy: string = spec.template?.spec?.restartPolicy ?? '';
  // Always is what the template gets by default, so it counts as missing.
  if (policy === 'Always' || policy === '') errors.push(required(field, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') checkListed(errors, field, policy, ['OnFailure', 'Never']);
  else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    errors.push(invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
