import type {
  AuditAnnotation,
  MutatingAdmissionPolicy,
  ValidatingAdmissionPolicy,
  Validation,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkConditions, checkOneOf, checkRequiredOneOf, checkUnique } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkPolicy, paramKindText } from './policy-rules.ts';
import { defaultMatchResources } from './rules.ts';

type ValidatingPolicy = Stored<ValidatingAdmissionPolicy>;
type MutatingPolicy = Stored<MutatingAdmissionPolicy>;

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ANNOTATIONS_MAX = 20;
const VALUE_EXPRESSION_BYTES_MAX = 5 * 1024;
const PARAM_KIND = column('ParamKind', 'string', 'Kind of the parameters.');

export const validatingAdmissionPolicies = behavior<ValidatingAdmissionPolicy>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults(policy) {
    if (policy.spec === undefined) return;
    policy.spec.failurePolicy ??= 'Fail';
    defaultMatchResources(policy.spec.matchConstraints);
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate: validateValidating,
  validateUpdate: validateValidating,
  subresources: {
    status: statusSubresource<ValidatingAdmissionPolicy>({
      keepMetadata: ALL_METADATA,
      validateUpdate: validateStatus,
    }),
  },
  printer: printer(
    [NAME, column('Validations', 'integer', 'Number of validations.'), PARAM_KIND, AGE],
    (policy, nowMs) => [
      policy.metadata.name ?? '',
      (policy.spec?.validations ?? []).length,
      paramKindText(policy.spec?.paramKind),
      age(policy, nowMs),
    ],
  ),
});

export const mutatingAdmissionPolicies = behavior<MutatingAdmissionPolicy>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults(policy) {
    if (policy.spec === undefined) return;
    policy.spec.failurePolicy ??= 'Fail';
    policy.spec.reinvocationPolicy ??= 'Never';
    defaultMatchResources(policy.spec.matchConstraints);
  },
  validate: validateMutating,
  validateUpdate: validateMutating,
  printer: printer([NAME, column('Mutations', 'integer', 'Number of mutations.'), PARAM_KIND, AGE], (policy, nowMs) => [
    policy.metadata.name ?? '',
    (policy.spec?.mutations ?? []).length,
    paramKindText(policy.spec?.paramKind),
    age(policy, nowMs),
  ]),
});

function validateValidating(policy: ValidatingPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const { validations = [], auditAnnotations = [] } = policy.spec ?? {};
  checkPolicy(errors, policy.spec ?? {});
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const text = 'validations or auditAnnotations must contain at least one item';
    errors.push(required('spec.validations', text), required('spec.auditAnnotations', text));
  }
  validations.forEach((validation, i) => {
    checkValidation(errors, `spec.validations[${i}]`, validation);
  });
  if (auditAnnotations.length > ANNOTATIONS_MAX) {
    const text = `must not have more than ${ANNOTATIONS_MAX} auditAnnotations`;
    errors.push(invalidValue('spec.auditAnnotations', auditAnnotations, text));
  }
  auditAnnotations.forEach((annotation, i) => {
    checkAnnotation(errors, `spec.auditAnnotations[${i}]`, annotation, policy.metadata.name ?? '');
  });
  checkUnique(
    errors,
    auditAnnotations.map((annotation) => annotation.key),
    (i) => `spec.auditAnnotations[${i}].key`,
  );
  return errors;
}

function checkValidation(errors: FieldError[], field: string, validation: Validation): void {
  const { expression = '', message = '', messageExpression = '' } = validation;
  if (expression.trim() === '') errors.push(required(`${field}.expression`, 'expression is not specified'));
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalidValue(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  }
  if (message !== '' && message.trim() === '') {
    errors.push(invalidValue(`${field}.message`, message, 'message must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalidValue(`${field}.message`, message, 'message must not contain line breaks'));
  }
  checkOneOf(errors, `${field}.reason`, validation.reason, REASONS);
}

function checkAnnotation(errors: FieldError[], field: string, annotation: AuditAnnotation, policyName: string): void {
  const { key = '', valueExpression = '' } = annotation;
  if (policyName === '') errors.push(invalidValue(`${field}.key`, key, 'requires metadata.name be non-empty'));
  else addProblems(errors, `${field}.key`, `${policyName}/${key}`, qualifiedNameProblems(`${policyName}/${key}`));
  const expression = valueExpression.trim();
  if (expression === '') errors.push(required(`${field}.valueExpression`, 'valueExpression is not specified'));
  else if (Buffer.byteLength(expression) > VALUE_EXPRESSION_BYTES_MAX) {
    errors.push(required(`${field}.valueExpression`, `must not exceed ${VALUE_EXPRESSION_BYTES_MAX} bytes in length`));
  }
}

function validateStatus(policy: ValidatingPolicy): FieldError[] {
  const errors: FieldError[] = [];
  (policy.status?.typeChecking?.expressionWarnings ?? []).forEach(({ warning = '', fieldRef = '' }, i) => {
    const field = `status.typeChecking.expressionWarnings[${i}]`;
    if (warning === '') errors.push(required(`${field}.warning`));
    if (fieldRef.trim() === '') errors.push(required(`${field}.fieldRef`));
  });
  checkConditions(errors, 'status.conditions', policy.status?.conditions);
  return errors;
}

function validateMutating(policy: MutatingPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const { mutations = [], reinvocationPolicy } = policy.spec ?? {};
  checkPolicy(errors, policy.spec ?? {});
  if (mutations.length === 0) errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  mutations.forEach((mutation, i) => {
    const field = `spec.mutations[${i}]`;
    checkRequiredOneOf(errors, `${field}.patchType`, mutation.patchType, ['ApplyConfiguration', 'JSONPatch']);
    const [mine, other] =
      mutation.patchType === 'JSONPatch'
        ? (['jsonPatch', 'applyConfiguration'] as const)
        : (['applyConfiguration', 'jsonPatch'] as const);
    if (mutation.patchType === undefined) return;
    const expression = mutation[mine]?.expression ?? '';
    if (mutation[mine] === undefined)
      errors.push(required(`${field}.${mine}`, `must be specified when patchType is ${mutation.patchType}`));
    else if (expression.trim() === '')
      errors.push(required(`${field}.${mine}.expression`, 'expression is not specified'));
    if (mutation[other] !== undefined) {
      errors.push(
        invalidValue(`${field}.${other}`, '{...}', `must not be specified when patchType is ${mutation.patchType}`),
      );
    }
  });
  checkRequiredOneOf(errors, 'spec.reinvocationPolicy', reinvocationPolicy, ['IfNeeded', 'Never']);
  return errors;
}
