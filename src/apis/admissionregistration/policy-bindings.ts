import type { MutatingAdmissionPolicyBinding, ValidatingAdmissionPolicyBinding } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkBinding, paramRefText } from './policy-rules.ts';
import { defaultMatchResources } from './rules.ts';

type ValidatingBinding = Stored<ValidatingAdmissionPolicyBinding>;
type MutatingBinding = Stored<MutatingAdmissionPolicyBinding>;

const ACTIONS = ['Audit', 'Deny', 'Warn'];

const bindingPrinter = printer<ValidatingBinding | MutatingBinding>(
  [
    NAME,
    column('PolicyName', 'string', 'Policy that is bound.'),
    column('ParamRef', 'string', 'Parameters of the policy.'),
    AGE,
  ],
  (binding, nowMs) => [
    binding.metadata.name ?? '',
    binding.spec?.policyName ?? '',
    paramRefText(binding.spec?.paramRef),
    age(binding, nowMs),
  ],
);

export const validatingAdmissionPolicyBindings = behavior<ValidatingAdmissionPolicyBinding>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults: (binding) => defaultMatchResources(binding.spec?.matchResources),
  validate: validateValidating,
  validateUpdate: validateValidating,
  printer: bindingPrinter,
});

export const mutatingAdmissionPolicyBindings = behavior<MutatingAdmissionPolicyBinding>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults: (binding) => defaultMatchResources(binding.spec?.matchResources),
  validate: validateMutating,
  validateUpdate: validateMutating,
  printer: bindingPrinter,
});

function validateMutating(binding: MutatingBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkBinding(errors, binding.spec ?? {});
  return errors;
}

function validateValidating(binding: ValidatingBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkBinding(errors, binding.spec ?? {});
  const actions: readonly string[] = binding.spec?.validationActions ?? [];
  const field = 'spec.validationActions';
  const seen = new Set<string>();
  actions.forEach((action, i) => {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${field}[${i}]`, action));
    seen.add(action);
  });
  if (seen.has('Deny') && seen.has('Warn')) errors.push(invalidValue(field, actions, BOTH_TEXT));
  if (actions.length === 0) errors.push(required(field, 'at least one validation action is required'));
  return errors;
}

const BOTH_TEXT =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
