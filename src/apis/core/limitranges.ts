/** limitranges */

import { setOwn } from '../../base/own.ts';
import type { LimitRange, LimitRangeItem } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { compareQuantities, parseQuantity, type Quantity, quantityMilliValue } from '../../meta/quantity.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems } from '../field-rules.ts';
import { roundUpQuantities } from './pod-spec-defaults.ts';
import { checkContainerResourceName, checkResourceName, isOvercommitAllowed } from './resource-names.ts';

const STANDARD_TYPES: readonly string[] = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

export const limitRanges = behavior<LimitRange>({
  setDefaults(range) {
    for (const item of range.spec?.limits ?? []) {
      for (const list of LISTS) roundUpQuantities(item[list]);
      if (item.type === 'Container') fillDefaults(item);
    }
  },
  validate,
  validateUpdate: validate,
  allowCreateOnUpdate: true,
});

/** The default limit is at most the maximum, the default request at most the default limit and at least the minimum. */
function fillDefaults(item: LimitRangeItem): void {
  const limits = { ...item.default };
  addMissing(limits, item.max);
  const requests = { ...item.defaultRequest };
  addMissing(requests, limits);
  addMissing(requests, item.min);
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

function addMissing(target: Record<string, string>, source: Record<string, string> | undefined): void {
  for (const name in source) if (!Object.hasOwn(target, name)) setOwn(target, name, source[name]);
}

function validate(range: Stored<LimitRange>): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  range.spec?.limits?.forEach((item, i) => {
    const at = `spec.limits[${i}]`;
    const { type = '' } = item;
    addProblems(errors, `${at}.type`, type, qualifiedNameProblems(type));
    if (!type.includes('/') && type !== '' && !STANDARD_TYPES.includes(type)) {
      errors.push(invalidValue(`${at}.type`, type, 'must be a standard limit type or fully qualified'));
    }
    if (types.has(type)) errors.push(duplicate(`${at}.type`, type));
    types.add(type);
    checkItem(errors, at, item);
  });
  return errors;
}

function checkItem(errors: FieldError[], at: string, item: LimitRangeItem): void {
  const names = new Set<string>();
  for (const list of LISTS) {
    if (item.type === 'Pod' && (list === 'default' || list === 'defaultRequest')) {
      if (Object.keys(item[list] ?? {}).length > 0) {
        errors.push(forbiddenField(`${at}.${list}`, "may not be specified when `type` is 'Pod'"));
      }
      continue;
    }
    for (const name of Object.keys(item[list] ?? {})) {
      names.add(name);
      const field = `${at}.${list}[${name}]`;
      if (item.type === 'Pod' || item.type === 'Container') checkContainerResourceName(errors, field, name);
      else checkResourceName(errors, field, name);
    }
  }
  if (
    item.type === 'PersistentVolumeClaim' &&
    item.min?.['storage'] === undefined &&
    item.max?.['storage'] === undefined
  ) {
    errors.push(
      required(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
    );
  }
  for (const name of names) checkBounds(errors, at, name, item);
}

interface Bound {
  readonly text: string;
  readonly quantity: Quantity;
}

function bound(list: Record<string, string> | undefined, name: string): Bound | null {
  const text = list !== undefined && Object.hasOwn(list, name) ? list[name]! : undefined;
  const quantity = text === undefined ? null : parseQuantity(text);
  return text === undefined || quantity === null ? null : { text, quantity };
}

function exceeds(a: Bound | null, b: Bound | null): boolean {
  return a !== null && b !== null && compareQuantities(a.quantity, b.quantity) > 0;
}

function checkBounds(errors: FieldError[], at: string, name: string, item: LimitRangeItem): void {
  const [max, min, limit, request] = [item.max, item.min, item.default, item.defaultRequest].map((list) =>
    bound(list, name),
  );
  const refuse = (list: string, value: Bound | null | undefined, text: string): void => {
    errors.push(invalidValue(`${at}.${list}[${name}]`, value?.text, text));
  };
  if (max === undefined || min === undefined || limit === undefined || request === undefined) return;
  if (exceeds(min, max)) refuse('min', min, `min value ${min?.text} is greater than max value ${max?.text}`);
  if (exceeds(min, request))
    refuse('defaultRequest', request, `min value ${min?.text} is greater than default request value ${request?.text}`);
  if (exceeds(request, max))
    refuse('defaultRequest', request, `default request value ${request?.text} is greater than max value ${max?.text}`);
  if (exceeds(request, limit)) {
    refuse(
      'defaultRequest',
      request,
      `default request value ${request?.text} is greater than default limit value ${limit?.text}`,
    );
  }
  if (exceeds(min, limit))
    refuse('default', min, `min value ${min?.text} is greater than default value ${limit?.text}`);
  if (exceeds(limit, max))
    refuse('default', max, `default value ${limit?.text} is greater than max value ${max?.text}`);
  if (
    !isOvercommitAllowed(name) &&
    limit !== null &&
    request !== null &&
    compareQuantities(limit.quantity, request.quantity) !== 0
  ) {
    refuse(
      'defaultRequest',
      request,
      `default value ${limit.text} must equal to defaultRequest value ${request.text} in ${name}`,
    );
  }
  checkRatio(errors, `${at}.maxLimitRequestRatio[${name}]`, bound(item.maxLimitRequestRatio, name), min, max);
}

const NANO = 1_000_000_000n;

function checkRatio(
  errors: FieldError[],
  field: string,
  ratio: Bound | null,
  min: Bound | null,
  max: Bound | null,
): void {
  if (ratio === null) return;
  if (ratio.quantity.nano < NANO) errors.push(invalidValue(field, ratio.text, `ratio ${ratio.text} is less than 1`));
  if (min === null || max === null || min.quantity.nano === 0n) return;
  const limit = Number(quantityMilliValue(max.quantity)) / Number(quantityMilliValue(min.quantity));
  if (Number(quantityMilliValue(ratio.quantity)) / 1000 <= limit) return;
  errors.push(invalidValue(field, ratio.text, `ratio ${ratio.text} is greater than max/min = ${limit.toFixed(6)}`));
}
