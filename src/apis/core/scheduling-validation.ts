/** Validation of what a pod tells the scheduler: affinity, tolerations, topology spread. */

import type {
  Affinity,
  LabelSelector,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../meta/names.ts';
import { addProblems, checkOneOf } from '../field-rules.ts';
import { checkListed, POSITIVE_TEXT } from '../number-rules.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATOR_TEXT = 'not a valid selector operator';

export function checkAffinity(errors: FieldError[], field: string, affinity: Affinity | undefined): void {
  if (affinity === undefined) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity !== undefined) {
    const needed = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    const at = `${field}.nodeAffinity`;
    if (needed !== undefined) checkNodeSelector(errors, `${at}.requiredDuringSchedulingIgnoredDuringExecution`, needed);
    nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, preference }, i) => {
      const term = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      checkWeight(errors, `${term}.weight`, weight);
      // A preference with an impossible label value does no harm: upstream lets it pass.
      checkNodeSelectorTerm(errors, `${term}.preference`, preference ?? {}, false);
    });
  }
  if (podAffinity !== undefined) checkPodAffinity(errors, `${field}.podAffinity`, podAffinity);
  if (podAntiAffinity !== undefined) checkPodAffinity(errors, `${field}.podAntiAffinity`, podAntiAffinity);
}

export function checkNodeSelector(errors: FieldError[], field: string, selector: NodeSelector): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0)
    errors.push(required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term'));
  terms.forEach((term, i) => {
    checkNodeSelectorTerm(errors, `${field}.nodeSelectorTerms[${i}]`, term, true);
  });
}

function checkNodeSelectorTerm(errors: FieldError[], field: string, term: NodeSelectorTerm, strict: boolean): void {
  term.matchExpressions?.forEach((requirement, i) => {
    checkNodeRequirement(errors, `${field}.matchExpressions[${i}]`, requirement, strict);
  });
  term.matchFields?.forEach((requirement, i) => {
    checkNodeFieldRequirement(errors, `${field}.matchFields[${i}]`, requirement);
  });
}

function checkNodeRequirement(
  errors: FieldError[],
  field: string,
  requirement: NodeSelectorRequirement,
  strict: boolean,
): void {
  const { key = '', operator, values = [] } = requirement;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(
          forbiddenField(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalidValue(`${field}.operator`, operator ?? '', OPERATOR_TEXT));
  }
  addProblems(errors, `${field}.key`, key, qualifiedNameProblems(key));
  if (!strict) return;
  values.forEach((value, i) => {
    addProblems(errors, `${field}.values[${i}]`, value, labelValueProblems(value));
  });
}

function checkNodeFieldRequirement(errors: FieldError[], field: string, requirement: NodeSelectorRequirement): void {
  const { key = '', operator, values = [] } = requirement;
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidValue(`${field}.operator`, operator ?? '', OPERATOR_TEXT));
  } else if (values.length !== 1) {
    const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, text));
  }
  if (key !== 'metadata.name') {
    errors.push(invalidValue(`${field}.key`, key, 'not a valid field selector key'));
    return;
  }
  values.forEach((value, i) => {
    addProblems(errors, `${field}.values[${i}]`, value, dns1123SubdomainProblems(value));
  });
}

function checkWeight(errors: FieldError[], field: string, weight = 0): void {
  if (weight <= 0 || weight > 100) errors.push(invalidValue(field, weight, 'must be in the range 1-100'));
}

function checkPodAffinity(errors: FieldError[], field: string, affinity: PodAffinity): void {
  affinity.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
    checkPodAffinityTerm(errors, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`, term);
  });
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, podAffinityTerm }, i) => {
    const at = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    checkWeight(errors, `${at}.weight`, weight);
    checkPodAffinityTerm(errors, `${at}.podAffinityTerm`, podAffinityTerm ?? { topologyKey: '' });
  });
}

function checkPodAffinityTerm(errors: FieldError[], field: string, term: PodAffinityTerm): void {
  const { labelSelector, namespaceSelector, topologyKey = '', matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  errors.push(...validateLabelSelector(labelSelector, `${field}.labelSelector`));
  errors.push(...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`));
  for (const name of term.namespaces ?? []) addProblems(errors, `${field}.namespace`, name, dns1123LabelProblems(name));
  checkLabelKeys(errors, `${field}.matchLabelKeys`, matchLabelKeys, labelSelector);
  checkLabelKeys(errors, `${field}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector);
  checkKeyOverlap(errors, field, matchLabelKeys, labelSelector);
  const mismatched = new Set(mismatchLabelKeys);
  matchLabelKeys.forEach((key, i) => {
    if (mismatched.has(key)) {
      errors.push(
        invalidValue(`${field}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
      );
    }
  });
  if (topologyKey === '') errors.push(required(`${field}.topologyKey`, 'can not be empty'));
  addProblems(errors, `${field}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey));
}

function checkLabelKeys(
  errors: FieldError[],
  field: string,
  keys: readonly string[],
  selector: LabelSelector | undefined,
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.push(forbiddenField(field, 'must not be specified when labelSelector is not set'));
    return;
  }
  keys.forEach((key, i) => {
    addProblems(errors, `${field}[${i}]`, key, qualifiedNameProblems(key));
  });
}

/** The server itself has added one expression for each of `keys`; any other with that key is the user's. */
function checkKeyOverlap(
  errors: FieldError[],
  field: string,
  keys: readonly string[],
  selector: LabelSelector | undefined,
): void {
  if (keys.length === 0) return;
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  const places = new Map<string, number>();
  for (let i = keys.length - 1; i >= 0; i--) places.set(keys[i]!, i);
  for (const { key = '' } of selector?.matchExpressions ?? []) {
    const i = places.get(key);
    if (i !== undefined && seen.has(key))
      errors.push(invalidValue(`${field}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
}

const TOLERATION_OPERATORS = ['Equal', 'Exists'];

export function checkTolerations(
  errors: FieldError[],
  field: string,
  tolerations: readonly Toleration[] | undefined,
): void {
  tolerations?.forEach((toleration, i) => {
    const at = `${field}[${i}]`;
    const { key = '', operator, value = '', effect, tolerationSeconds } = toleration;
    if (key !== '') addProblems(errors, `${at}.key`, key, qualifiedNameProblems(key));
    else if (operator !== 'Exists') {
      const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${at}.operator`, operator ?? '', text));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(
        invalidValue(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    }
    checkTolerationValue(errors, at, operator ?? 'Equal', value);
    if (effect !== undefined) checkListed(errors, `${at}.effect`, effect, TAINT_EFFECTS);
  });
}

function checkTolerationValue(errors: FieldError[], at: string, operator: string, value: string): void {
  if (operator === 'Equal') {
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(`${at}.operator`, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '')
      errors.push(invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    checkListed(errors, `${at}.operator`, operator, TOLERATION_OPERATORS);
  }
}

export function checkTopologySpread(
  errors: FieldError[],
  field: string,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): void {
  const last = new Map(constraints?.map((constraint, i) => [identityOf(constraint), i]));
  constraints?.forEach((constraint, i) => {
    const at = `${field}[${i}]`;
    const { maxSkew = 0, topologyKey, whenUnsatisfiable, minDomains, labelSelector } = constraint;
    if (maxSkew <= 0) errors.push(invalidValue(`${at}.maxSkew`, maxSkew, POSITIVE_TEXT));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    checkOneOf(errors, `${at}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']);
    if (last.get(identityOf(constraint)) !== i)
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalidValue(`${at}.minDomains`, minDomains, POSITIVE_TEXT));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalidValue(`${at}.minDomains`, minDomains, text));
      }
    }
    checkOneOf(errors, `${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, ['Honor', 'Ignore']);
    checkOneOf(errors, `${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, ['Honor', 'Ignore']);
    checkLabelKeys(errors, `${at}.matchLabelKeys`, constraint.matchLabelKeys ?? [], labelSelector);
    checkKeyOverlap(errors, `${at}.matchLabelKeys`, constraint.matchLabelKeys ?? [], labelSelector);
    errors.push(...validateLabelSelector(labelSelector, `${at}.labelSelector`));
  });
}

/** No two of a pod's constraints may be alike in these. */
function identityOf({ topologyKey, whenUnsatisfiable }: TopologySpreadConstraint): string {
  return JSON.stringify([topologyKey, whenUnsatisfiable]);
}
