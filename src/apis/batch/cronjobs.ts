/** cronjobs */
import type { CronJob, CronJobSpec, JobSpec } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { podNameWarnings } from '../apps/workload.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { setOwnTemplateDefaults } from '../core/pod-spec-defaults.ts';
import { podSpecWarnings } from '../core/pod-warnings.ts';
import { checkNotNegative, checkRequiredListed } from '../number-rules.ts';
import {
  AGE,
  age,
  ageText,
  CONTAINERS,
  column,
  containersText,
  IMAGES,
  imagesText,
  NAME,
  NONE,
  printer,
  SELECTOR,
  selectorText,
  UNSET,
} from '../printing.ts';
import { checkJobSpec } from './job-spec-validation.ts';
import { setFailurePolicyDefaults } from './jobs.ts';
import { scheduleProblem, timeZoneProblem } from './schedule.ts';

/** Jobs get eleven more characters, and their names are labels. */
const NAME_LENGTH_MAX = 52;
const ZONED_SCHEDULE_TEXT =
  'spec.schedule: CRON_TZ or TZ used in spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

export const cronJobs = behavior<CronJob>({
  setDefaults(object) {
    object.spec ??= {};
    const { spec } = object;
    spec.concurrencyPolicy ??= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    spec.jobTemplate ??= {};
    spec.jobTemplate.spec ??= {};
    const job = spec.jobTemplate.spec;
    setOwnTemplateDefaults(job);
    setFailurePolicyDefaults(job);
  },
  generation: 'spec',
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  validate(cron) {
    const errors: FieldError[] = [];
    checkSpec(errors, cron.spec ?? {}, null);
    const { name = '' } = cron.metadata;
    if (name.length > NAME_LENGTH_MAX) {
      errors.push(invalidValue('metadata.name', name, `must be no more than ${NAME_LENGTH_MAX} characters`));
    }
    return errors;
  },
  validateUpdate(cron, old) {
    const errors: FieldError[] = [];
    checkSpec(errors, cron.spec ?? {}, old.spec ?? {});
    return errors;
  },
  warnings({ spec, metadata }, old) {
    const template = spec?.jobTemplate?.spec?.template;
    const warnings = old === null ? podNameWarnings(metadata) : [];
    if (old === null || old.metadata.generation !== metadata.generation) {
      warnings.push(
        ...podSpecWarnings('spec.jobTemplate.spec.template.', template?.spec, template?.metadata?.annotations),
      );
    }
    if (spec?.schedule?.includes('TZ')) warnings.push(ZONED_SCHEDULE_TEXT);
    return warnings;
  },
  resetFields: ['status'],
  fieldLabels: { 'status.successful': () => '' },
  unknownFieldLabel: (label) => `field label ${JSON.stringify(label)} not supported for batchv1.CronJob`,
  printer: printer<Stored<CronJob>>(
    [
      NAME,
      column('Schedule', 'string', 'When jobs are made.'),
      column('Timezone', 'string', 'Time zone of the schedule.'),
      column('Suspend', 'boolean', 'Whether no jobs are made for now.'),
      column('Active', 'integer', 'Number of jobs that run.'),
      column('Last Schedule', 'string', 'Time since a job was last made.'),
      AGE,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    (cron, nowMs) => {
      const last = cron.status?.lastScheduleTime;
      const job = cron.spec?.jobTemplate?.spec;
      return [
        cron.metadata.name ?? '',
        cron.spec?.schedule ?? '',
        cron.spec?.timeZone ?? NONE,
        suspendText(cron.spec?.suspend),
        cron.status?.active?.length ?? 0,
        last === undefined ? NONE : ageText(last, nowMs),
        age(cron, nowMs),
        containersText(job?.template),
        imagesText(job?.template),
        selectorText(job?.selector),
      ];
    },
  ),
  subresources: { status: statusSubresource<CronJob>() },
});

function suspendText(suspend: boolean | undefined): string {
  if (suspend === undefined) return UNSET;
  return suspend ? 'True' : 'False';
}

/** `old`: null on create. */
function checkSpec(errors: FieldError[], spec: Partial<CronJobSpec>, old: Partial<CronJobSpec> | null): void {
  checkSchedule(errors, spec, old);
  checkNotNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  const { timeZone } = spec;
  if (timeZone !== undefined && (old === null || old.timeZone !== timeZone)) {
    const problem = timeZoneProblem(timeZone);
    if (problem !== null) errors.push(invalidValue('spec.timeZone', timeZone, problem));
  }
  checkRequiredListed(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  const job: Partial<JobSpec> = spec.jobTemplate?.spec ?? {};
  const field = 'spec.jobTemplate.spec';
  checkJobSpec(errors, field, job);
  if (job.selector !== undefined)
    errors.push(invalidValue(`${field}.selector`, job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector === true) errors.push(notSupported(`${field}.manualSelector`, true, ['nil', 'false']));
  checkNotNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  checkNotNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

function checkSchedule(errors: FieldError[], spec: Partial<CronJobSpec>, old: Partial<CronJobSpec> | null): void {
  const { schedule = '' } = spec;
  if (schedule === '') {
    errors.push(required('spec.schedule'));
    return;
  }
  const problem = scheduleProblem(schedule);
  if (problem !== null) errors.push(invalidValue('spec.schedule', schedule, problem));
  if (!schedule.includes('TZ')) return;
  // Old objects may keep what is no longer taken.
  if (old?.schedule?.includes('TZ') !== true) {
    errors.push(
      invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
    );
  } else if (spec.timeZone !== undefined) {
    errors.push(
      invalidValue('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'),
    );
  }
}
