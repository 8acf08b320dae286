/** metav1.LabelSelector, the selector inside of objects: validation, conversion, printing. */
import { goQuote } from '../base/go-text.ts';
import { type FieldError, forbiddenField, invalidValue, required } from './field-error.ts';
import { requirementProblems } from './label-parser.ts';
import {
  everything,
  type LabelOperator,
  type LabelRequirement,
  type LabelSelector,
  labelSelectorText,
  nothing,
  selectorOf,
} from './labels.ts';
import { labelValueProblems, qualifiedNameProblems } from './names.ts';

export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorExpression[];
}

/** Whatever a client wrote: only validation says that there are a key and an operator. */
export interface LabelSelectorExpression {
  key?: string;
  /** In, NotIn, Exists or DoesNotExist once validated. */
  operator?: string;
  values?: string[];
}

/** null or undefined selects nothing, `{}` everything. An error is a string. */
export function selectorOfObject(object: LabelSelectorObject | null | undefined): LabelSelector | string {
  if (object === null || object === undefined) return nothing();
  const requirements: LabelRequirement[] = [];
  for (const key of Object.keys(object.matchLabels ?? {})) {
    const requirement: LabelRequirement = { key, operator: '=', values: [object.matchLabels![key]!] };
    const problems = requirementProblems(requirement, '');
    if (problems !== '') return problems;
    requirements.push(requirement);
  }
  for (const { key = '', operator: name = '', values = [] } of object.matchExpressions ?? []) {
    const operator = operatorOf(name);
    if (operator === null) return `${goQuote(name)} is not a valid label selector operator`;
    const requirement: LabelRequirement = { key, operator, values };
    const problems = requirementProblems(requirement, '');
    if (problems !== '') return problems;
    requirements.push(requirement);
  }
  return requirements.length === 0 ? everything() : selectorOf(requirements);
}

/** How tables print it: `<none>` for one that selects nothing or everything, `<error>` for an invalid one. */
export function formatLabelSelector(object: LabelSelectorObject | null | undefined): string {
  const selector = selectorOfObject(object);
  if (typeof selector === 'string') return '<error>';
  return labelSelectorText(selector) || '<none>';
}

export interface LabelSelectorValidation {
  /** Only for objects that were stored before values were checked. */
  readonly allowInvalidValues?: boolean;
}

/** `field`: where the selector stands, e.g. `spec.selector`. */
export function validateLabelSelector(
  object: LabelSelectorObject | null | undefined,
  field: string,
  validation: LabelSelectorValidation = {},
): FieldError[] {
  const errors: FieldError[] = [];
  if (object === null || object === undefined) return errors;
  validateLabels(object.matchLabels, `${field}.matchLabels`, errors);
  (object.matchExpressions ?? []).forEach((expression, i) => {
    validateExpression(expression, `${field}.matchExpressions[${i}]`, validation, errors);
  });
  return errors;
}

/** Keys and values of labels; errors are added to `errors`. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (labels === undefined) return;
  for (const key of Object.keys(labels)) {
    for (const problem of qualifiedNameProblems(key)) errors.push(invalidValue(field, key, problem));
    const value = labels[key]!;
    for (const problem of labelValueProblems(value)) errors.push(invalidValue(field, value, problem));
  }
}

function validateExpression(
  expression: LabelSelectorExpression,
  field: string,
  validation: LabelSelectorValidation,
  errors: FieldError[],
): void {
  const { key = '', operator: name = '', values = [] } = expression;
  const operator = operatorOf(name);
  if (operator === null) {
    errors.push(invalidValue(`${field}.operator`, name, 'not a valid selector operator'));
  } else if (operator === 'in' || operator === 'notin') {
    if (values.length === 0)
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (values.length > 0) {
    errors.push(
      forbiddenField(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
    );
  }
  for (const problem of qualifiedNameProblems(key)) errors.push(invalidValue(`${field}.key`, key, problem));
  if (validation.allowInvalidValues === true) return;
  values.forEach((value, i) => {
    for (const problem of labelValueProblems(value)) errors.push(invalidValue(`${field}.values[${i}]`, value, problem));
  });
}

function operatorOf(name: string): LabelOperator | null {
  switch (name) {
    case 'In':
      return 'in';
    case 'NotIn':
      return 'notin';
    case 'Exists':
      return 'exists';
    case 'DoesNotExist':
      return '!';
    default:
      return null;
  }
}
