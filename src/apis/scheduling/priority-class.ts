import type { PriorityClass } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable } from '../field-rules.ts';
import { checkRequiredListed } from '../number-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';

const USER_PRIORITY_MAX = 1_000_000_000;
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

export const priorityClasses = behavior<PriorityClass>({
  setDefaults(object) {
    object.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  // Set once and never counted on, as upstream does.
  prepareForCreate(object) {
    object.metadata.generation = 1;
  },
  validate,
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    if ((object.value ?? 0) !== (old.value ?? 0))
      errors.push(forbiddenField('value', 'may not be changed in an update.'));
    checkImmutable(errors, 'preemptionPolicy', object.preemptionPolicy, old.preemptionPolicy);
    return errors;
  },
  printer: printer(
    [
      NAME,
      column('Value', 'integer', 'Priority of pods of this class.'),
      column('Global-Default', 'boolean', 'Whether pods without a class get this one.'),
      AGE,
      column('PreemptionPolicy', 'string', 'Whether pods of this class may displace others.'),
    ],
    (object, nowMs) => [
      object.metadata.name ?? '',
      object.value ?? 0,
      object.globalDefault ?? false,
      age(object, nowMs),
      object.preemptionPolicy ?? '',
    ],
  ),
});

function validate(object: Stored<PriorityClass>): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '' } = object.metadata;
  const { value = 0 } = object;
  if (name.startsWith('system-')) {
    const problem = systemProblem(name, value, object.globalDefault ?? false);
    if (problem !== '') {
      const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`;
      errors.push(forbiddenField('metadata.name', text));
    }
  } else if (value > USER_PRIORITY_MAX) {
    errors.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`));
  }
  checkRequiredListed(errors, 'preemptionPolicy', object.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  return errors;
}

function systemProblem(name: string, value: number, globalDefault: boolean): string {
  const known = Object.hasOwn(SYSTEM_CLASSES, name) ? SYSTEM_CLASSES[name] : undefined;
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : '';
}
