/** jobs */
import type { Job, JobSpec, JobStatus, PodTemplateSpec } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { selectorOfObject, validateLabelSelector } from '../../meta/label-selector.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import { humanDuration, timeMs } from '../../meta/time.ts';
import { workloadWarnings } from '../apps/workload.ts';
import { behavior, clearStatus, keepField, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
import { checkImmutable, IMMUTABLE_TEXT } from '../field-rules.ts';
import { checkNotNegative, INT32_MAX } from '../number-rules.ts';
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
import { sameValues } from '../semantic.ts';
import { checkJobSpec } from './job-spec-validation.ts';

const TEMPLATE = 'io.k8s.api.core.v1.PodTemplateSpec';
const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const NAME_LABEL = 'batch.kubernetes.io/job-name';
const LEGACY_UID_LABEL = 'controller-uid';
const LEGACY_NAME_LABEL = 'job-name';
const IMMUTABLE_FIELDS = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

export const jobs = behavior<Job>({
  repeatsMetadataChecks: true,
  setDefaults,
  generation: 'spec',
  prepareForCreate(job) {
    clearStatus(job);
    if (job.spec !== undefined && job.spec.manualSelector !== true) generateSelector(job, job.spec);
  },
  prepareForUpdate(job, old) {
    keepStatus(job, old);
    // Clients that leave the generated selector out get it back.
    if (job.spec !== undefined && job.spec.manualSelector !== true && job.spec.selector === undefined) {
      if (old.spec?.selector !== undefined) job.spec.selector = old.spec.selector;
    }
  },
  validate,
  validateUpdate,
  warnings: workloadWarnings,
  resetFields: ['status'],
  fieldLabels: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  unknownFieldLabel: (label) => `field label ${JSON.stringify(label)} not supported for batchv1.Job`,
  printer: printer<Stored<Job>>(
    [
      NAME,
      column('Status', 'string', 'How far the job is.'),
      column('Completions', 'string', 'Pods that succeeded, of those needed.'),
      column('Duration', 'string', 'How long the job ran.'),
      AGE,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (job, nowMs) => [
      job.metadata.name ?? '',
      statusText(job),
      completionsText(job),
      durationText(job.status ?? {}, nowMs),
      age(job, nowMs),
      containersText(job.spec?.template),
      imagesText(job.spec?.template),
      selectorText(job.spec?.selector),
    ],
  ),
  subresources: { status: statusSubresource<Job>({ validateUpdate: validateStatus }) },
});

function setDefaults(job: Stored<Job>): void {
  job.spec ??= {};
  const { spec, metadata } = job;
  setOwnTemplateDefaults(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : INT32_MAX;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  setFailurePolicyDefaults(spec);
  const labels = spec.template?.metadata?.labels;
  if (labels !== undefined && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels;
}

export function setFailurePolicyDefaults(spec: JobSpec): void {
  for (const rule of spec.podFailurePolicy?.rules ?? [])
    for (const pattern of rule.onPodConditions ?? []) pattern.status ??= 'True';
}

/** Pods of one job carry its uid, so that no other job counts them. */
function generateSelector({ metadata }: Stored<Job>, spec: JobSpec): void {
  const { name = '', uid = '' } = metadata;
  spec.template ??= {};
  spec.template.metadata ??= {};
  spec.template.metadata.labels ??= {};
  const { labels } = spec.template.metadata;
  // Labels that defaulting took from the template are the template's own, and grow with it.
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels;
  for (const key of [LEGACY_NAME_LABEL, NAME_LABEL]) labels[key] ??= name;
  for (const key of [LEGACY_UID_LABEL, UID_LABEL]) labels[key] ??= uid;
  spec.selector ??= {};
  spec.selector.matchLabels ??= {};
  spec.selector.matchLabels[UID_LABEL] ??= uid;
}

function validate(job: Stored<Job>): FieldError[] {
  return rulesOf(job, specErrors(job.spec ?? {}));
}

function rulesOf(job: Stored<Job>, ofSpec: readonly FieldError[]): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Partial<JobSpec> = job.spec ?? {};
  checkGeneratedSelector(errors, job, spec);
  errors.push(...ofSpec);
  const { name = '' } = job.metadata;
  const { completions = 0 } = spec;
  if (spec.completionMode === 'Indexed' && completions > 0) {
    const hostname = `${name}-${completions - 1}`;
    if (dns1123LabelProblems(hostname).length > 0) {
      errors.push(
        invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${hostname}`),
      );
    }
  }
  return errors;
}

function specErrors(spec: Partial<JobSpec>): FieldError[] {
  const errors: FieldError[] = [];
  checkJobSpec(errors, 'spec', spec);
  if (spec.selector === undefined) {
    errors.push(required('spec.selector'));
    return errors;
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const selector = selectorOfObject(spec.selector);
  const labels = spec.template?.metadata?.labels;
  if (typeof selector !== 'string' && !selector.matches(labels)) {
    errors.push(
      invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    );
  }
  return errors;
}

function checkGeneratedSelector(errors: FieldError[], { metadata }: Stored<Job>, spec: Partial<JobSpec>): void {
  if (spec.manualSelector === true || spec.selector === undefined) return;
  const { uid = '', name = '' } = metadata;
  if (uid === '') errors.push(required('metadata.uid'));
  const expected = { [LEGACY_UID_LABEL]: uid, [LEGACY_NAME_LABEL]: name, [UID_LABEL]: uid, [NAME_LABEL]: name };
  const labels = spec.template?.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (!Object.hasOwn(labels, key)) errors.push(required(field, `must be '${value}'`));
    else if (labels[key] !== value) errors.push(invalidValue(field, labels, `must be '${value}'`));
  }
  const selector = selectorOfObject(spec.selector);
  if (typeof selector !== 'string' && !selector.matches(expected)) {
    errors.push(invalidValue('spec.selector', spec.selector, '`selector` not auto-generated'));
  }
}

/** Told as upstream checks: all of a create's rules and then the spec's once more. */
function validateUpdate(job: Stored<Job>, old: Stored<Job>): FieldError[] {
  const spec: Partial<JobSpec> = job.spec ?? {};
  const was: Partial<JobSpec> = old.spec ?? {};
  const ofSpec = specErrors(spec);
  const errors = [...rulesOf(job, ofSpec), ...ofSpec];
  checkCompletions(errors, spec, was);
  checkImmutable(errors, 'spec.selector', spec.selector, was.selector);
  const pending = was.suspend === true && old.status?.startTime === undefined;
  const template = pending ? withSchedulingOf(was.template ?? {}, spec.template ?? {}) : was.template;
  if (!sameValues(TEMPLATE, spec.template, template)) {
    errors.push(invalidValue('spec.template', spec.template ?? null, IMMUTABLE_TEXT));
  }
  for (const name of IMMUTABLE_FIELDS) checkImmutable(errors, `spec.${name}`, spec[name], was[name]);
  return errors;
}

/** Indexed jobs are elastic: their completions follow parallelism (KEP-3715). */
function checkCompletions(errors: FieldError[], spec: Partial<JobSpec>, old: Partial<JobSpec>): void {
  const { completions } = spec;
  const field = 'spec.completions';
  if (completions === old.completions) return;
  if (spec.completionMode !== 'Indexed') {
    errors.push(invalidValue(field, completions ?? null, IMMUTABLE_TEXT));
  } else if (completions === undefined) {
    errors.push(required(field, 'cannot be set to nil'));
  } else if (completions !== spec.parallelism) {
    errors.push(invalidValue(field, completions, 'can only be modified in tandem with spec.parallelism'));
  }
}

/** While a suspended job has not started, where its pods run and what they ask for may change (KEP-2926, KEP-5440). */
function withSchedulingOf(old: PodTemplateSpec, template: PodTemplateSpec): PodTemplateSpec {
  const copy = structuredClone(old);
  copy.metadata ??= {};
  copy.spec ??= { containers: [] };
  const given = template.spec ?? { containers: [] };
  keepField(copy.metadata, template.metadata ?? {}, 'labels');
  keepField(copy.metadata, template.metadata ?? {}, 'annotations');
  for (const name of ['nodeSelector', 'tolerations', 'schedulingGates']) keepField(copy.spec, given, name);
  for (const list of ['containers', 'initContainers'] as const) {
    copy.spec[list]?.forEach((container, i) => {
      keepField(container, given[list]?.[i] ?? {}, 'resources');
    });
  }
  const affinity = { ...copy.spec.affinity };
  keepField(affinity, given.affinity ?? {}, 'nodeAffinity');
  if (Object.keys(affinity).length > 0 || given.affinity !== undefined) copy.spec.affinity = affinity;
  else delete copy.spec.affinity;
  return copy;
}

function validateStatus(job: Stored<Job>): FieldError[] {
  const errors: FieldError[] = [];
  const status = job.status ?? {};
  for (const name of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const)
    checkNotNegative(errors, `status.${name}`, status[name]);
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    status.uncountedTerminatedPods?.[list]?.forEach((uid, i) => {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') errors.push(invalidValue(at, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(at, uid));
      seen.add(uid);
    });
  }
  return errors;
}

function holds(status: JobStatus | undefined, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}

function statusText({ status, metadata }: Stored<Job>): string {
  if (holds(status, 'Complete')) return 'Complete';
  if (holds(status, 'Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds(status, 'Suspended')) return 'Suspended';
  return holds(status, 'FailureTarget') ? 'FailureTarget' : 'Running';
}

function completionsText({ spec, status }: Stored<Job>): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(status: JobStatus, nowMs: number): string {
  if (status.startTime === undefined) return '';
  const end = status.completionTime === undefined ? nowMs : timeMs(status.completionTime);
  return humanDuration(end - timeMs(status.startTime));
}
