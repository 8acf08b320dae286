/** Validation of a job's policies on failure (KEP-3329) and success (KEP-3998). */
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicy,
} from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, notSupported, required, tooMany } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { addProblems } from '../field-rules.ts';
import { checkNotNegative } from '../number-rules.ts';

const RULES_MAX = 20;
const EXIT_CODES_MAX = 255;
const CONDITIONS_MAX = 20;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
/** Intervals of indexes as text. */
const INDEXES_BYTES_MAX = 64 * 1024;

export function checkFailurePolicy(
  errors: FieldError[],
  field: string,
  policy: PodFailurePolicy,
  spec: Partial<JobSpec>,
): void {
  const rules = policy.rules ?? [];
  if (rules.length > RULES_MAX) errors.push(tooMany(`${field}.rules`, rules.length, RULES_MAX));
  const pod = spec.template?.spec;
  const names = new Set(
    [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map((container) => container.name ?? ''),
  );
  rules.forEach((rule, i) => {
    checkRule(errors, `${field}.rules[${i}]`, rule, spec, names);
  });
}

function checkRule(
  errors: FieldError[],
  at: string,
  rule: PodFailurePolicyRule,
  spec: Partial<JobSpec>,
  names: ReadonlySet<string>,
): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  checkChoice(errors, `${at}.action`, action, ACTIONS);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalidValue(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes !== undefined) checkExitCodes(errors, `${at}.onExitCodes`, onExitCodes, names);
  if (onPodConditions.length > CONDITIONS_MAX)
    errors.push(tooMany(`${at}.onPodConditions`, onPodConditions.length, CONDITIONS_MAX));
  onPodConditions.forEach(({ type = '', status }, i) => {
    addProblems(errors, `${at}.onPodConditions[${i}].type`, type, qualifiedNameProblems(type));
    checkChoice(errors, `${at}.onPodConditions[${i}].status`, status, STATUSES);
  });
  const exits = onExitCodes !== undefined;
  const conditions = onPodConditions.length > 0;
  if (exits && conditions)
    errors.push(invalidValue(at, undefined, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!exits && !conditions)
    errors.push(invalidValue(at, undefined, 'specifying one of OnExitCodes and OnPodConditions is required'));
}

function checkChoice(errors: FieldError[], field: string, value: string | undefined, choices: readonly string[]): void {
  if (!value)
    errors.push(required(field, `valid values: [${choices.map((choice) => JSON.stringify(choice)).join(' ')}]`));
  else if (!choices.includes(value)) errors.push(notSupported(field, value, choices));
}

function checkExitCodes(
  errors: FieldError[],
  field: string,
  codes: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
): void {
  const { operator, containerName } = codes;
  const values = codes.values ?? [];
  checkChoice(errors, `${field}.operator`, operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    const text = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${field}.containerName`, containerName, text));
  }
  if (values.length === 0) errors.push(invalidValue(`${field}.values`, values, 'at least one value is required'));
  else if (values.length > EXIT_CODES_MAX) errors.push(tooMany(`${field}.values`, values.length, EXIT_CODES_MAX));
  const seen = new Set<number>();
  values.forEach((value, i) => {
    const at = `${field}.values[${i}]`;
    if (operator === 'In' && value === 0) errors.push(invalidValue(at, value, 'must not be 0 for the In operator'));
    if (seen.has(value)) errors.push(duplicate(at, value));
    seen.add(value);
  });
  if (values.some((value, i) => i > 0 && values[i - 1]! > value))
    errors.push(invalidValue(`${field}.values`, values, 'must be ordered'));
}

export function checkSuccessPolicy(
  errors: FieldError[],
  field: string,
  policy: SuccessPolicy,
  spec: Partial<JobSpec>,
): void {
  const rules = policy.rules ?? [];
  if (rules.length === 0)
    errors.push(required(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified'));
  if (rules.length > RULES_MAX) errors.push(tooMany(`${field}.rules`, rules.length, RULES_MAX));
  rules.forEach(({ succeededCount, succeededIndexes }, i) => {
    const at = `${field}.rules[${i}]`;
    if (succeededCount === undefined && succeededIndexes === undefined) {
      errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
    }
    checkNotNegative(errors, `${at}.succeededCount`, succeededCount);
    const { completions } = spec;
    if (succeededIndexes !== undefined)
      checkIndexes(errors, `${at}.succeededIndexes`, succeededIndexes, completions ?? 0);
    if (succeededCount !== undefined && completions !== undefined && succeededCount > completions) {
      const text = `must be less than or equal to ${completions} (the number of specified completions)`;
      errors.push(invalidValue(`${at}.succeededCount`, succeededCount, text));
    }
  });
}

/** `0,2-4,7`: ascending intervals of indexes below `completions`. */
function checkIndexes(errors: FieldError[], field: string, text: string, completions: number): void {
  if (text.length > INDEXES_BYTES_MAX) {
    errors.push({
      type: 'FieldValueTooLong',
      field,
      value: undefined,
      detail: `may not be more than ${INDEXES_BYTES_MAX} bytes`,
    });
    return;
  }
  let before = -1;
  for (const interval of text.split(',')) {
    const match = /^([0-9]{1,10})(?:-([0-9]{1,10}))?$/.exec(interval);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || first <= before || last < first || last >= completions) {
      errors.push(
        invalidValue(
          field,
          text,
          `error parsing succeededIndexes: ${indexProblem(match, interval, before, completions)}`,
        ),
      );
      return;
    }
    before = last;
  }
}

function indexProblem(match: RegExpExecArray | null, interval: string, before: number, completions: number): string {
  if (match === null) return `cannot convert string to integer for index: ${JSON.stringify(interval)}`;
  if (Number(match[1]) <= before) return `non-increasing order, previous: ${before}, current: ${match[1]}`;
  if (Number(match[2] ?? match[1]) >= completions) return `too large index: ${JSON.stringify(match[2] ?? match[1])}`;
  return `non-increasing order, previous: ${match[1]}, current: ${match[2]}`;
}
