/** Validation of the metrics and scaling rules of an autoscaler. */
import type {
  CrossVersionObjectReference,
  HPAScalingRules,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { dns1123LabelProblems, pathSegmentNameProblems } from '../../meta/names.ts';
import { parseQuantity } from '../../meta/quantity.ts';
import { checkContainerResourceName } from '../core/resource-names.ts';
import { checkOneOf, checkText } from '../field-rules.ts';
import { POSITIVE_TEXT } from '../number-rules.ts';

/** Fields of a metric, in the order in which the first one counts. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type Source = (typeof SOURCES)[number];
const SOURCE_OF: Readonly<Record<string, Source>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};
const TYPES = Object.keys(SOURCE_OF);

/** Which apiVersions a reference may have: 'any' is for those that stood there before the rule. */
export type VersionRule = 'any' | 'core' | 'grouped';

export function checkObjectReference(
  errors: FieldError[],
  field: string,
  reference: CrossVersionObjectReference | undefined,
  rule: VersionRule,
): void {
  checkText(errors, `${field}.kind`, reference?.kind, pathSegmentNameProblems);
  checkText(errors, `${field}.name`, reference?.name, pathSegmentNameProblems);
  if (rule === 'any') return;
  const version = reference?.apiVersion ?? '';
  const slashes = version.split('/').length - 1;
  const at = `${field}.apiVersion`;
  if (slashes > 1) errors.push(invalidValue(at, version, `unexpected GroupVersion string: ${version}`));
  else if (rule === 'grouped' && (slashes === 0 || version.startsWith('/'))) {
    errors.push(invalidValue(at, version, 'apiVersion must specify API group'));
  }
}

/** `versions`: of objects that metrics describe. */
export function checkMetric(errors: FieldError[], at: string, metric: MetricSpec, versions: VersionRule): void {
  const { type = '' } = metric;
  const expected = Object.hasOwn(SOURCE_OF, type) ? SOURCE_OF[type] : undefined;
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric source type'));
  if (expected === undefined) errors.push(notSupported(`${at}.type`, type, TYPES));
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  if (present[0] !== undefined) checkSource(errors, `${at}.${present[0]}`, present[0], metric, versions);
  if (expected !== undefined && metric[expected] === undefined) {
    errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return;
  for (const source of present) {
    if (source !== expected)
      errors.push(forbiddenField(`${at}.${source}`, 'must populate the given metric source only'));
  }
}

function checkSource(
  errors: FieldError[],
  field: string,
  source: Source,
  metric: MetricSpec,
  versions: VersionRule,
): void {
  const target: Partial<MetricTarget> = metric[source]?.target ?? {};
  switch (source) {
    case 'object':
      checkObjectReference(errors, `${field}.describedObject`, metric.object?.describedObject, versions);
      checkIdentifier(errors, `${field}.metric`, metric.object?.metric);
      checkTarget(errors, `${field}.target`, target);
      if (target.value === undefined && target.averageValue === undefined) {
        errors.push(required(`${field}.target.averageValue`, 'must set either a target value or averageValue'));
      }
      break;
    case 'external':
      checkIdentifier(errors, `${field}.metric`, metric.external?.metric);
      checkTarget(errors, `${field}.target`, target);
      if (target.value === undefined && target.averageValue === undefined) {
        errors.push(
          required(`${field}.target.averageValue`, 'must set either a target value for metric or a per-pod target'),
        );
      }
      if (target.value !== undefined && target.averageValue !== undefined) {
        errors.push(
          forbiddenField(`${field}.target.value`, 'may not set both a target value for metric and a per-pod target'),
        );
      }
      break;
    case 'pods':
      checkIdentifier(errors, `${field}.metric`, metric.pods?.metric);
      checkTarget(errors, `${field}.target`, target);
      if (target.averageValue === undefined) {
        errors.push(required(`${field}.target.averageValue`, 'must specify a positive target averageValue'));
      }
      break;
    case 'resource':
    case 'containerResource':
      checkResource(errors, field, source, metric);
      checkTarget(errors, `${field}.target`, target);
      checkUtilization(errors, `${field}.target`, target);
  }
}

function checkResource(
  errors: FieldError[],
  field: string,
  source: 'resource' | 'containerResource',
  metric: MetricSpec,
): void {
  const name = metric[source]?.name ?? '';
  if (name === '') errors.push(required(`${field}.name`, 'must specify a resource name'));
  if (source === 'resource') return;
  if (name !== '') checkContainerResourceName(errors, `${field}.name`, name);
  const container = metric.containerResource?.container ?? '';
  if (container === '') errors.push(required(`${field}.container`, 'must specify a container'));
  else checkText(errors, `${field}.container`, container, dns1123LabelProblems);
}

function checkUtilization(errors: FieldError[], field: string, target: Partial<MetricTarget>): void {
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    errors.push(required(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization'));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    errors.push(
      forbiddenField(`${field}.averageValue`, 'may not set both a target raw value and a target utilization'),
    );
  }
}

function checkIdentifier(errors: FieldError[], field: string, identifier: MetricIdentifier | undefined): void {
  if (!identifier?.name) errors.push(required(`${field}.name`, 'must specify a metric name'));
  else checkText(errors, `${field}.name`, identifier.name, pathSegmentNameProblems);
}

function checkTarget(errors: FieldError[], field: string, target: Partial<MetricTarget>): void {
  const { type = '', averageUtilization } = target;
  if (type === '') errors.push(required(`${field}.type`, 'must specify a metric target type'));
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue') {
    errors.push(invalidValue(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const text = target[name];
    const quantity = text === undefined ? null : parseQuantity(text);
    if (quantity !== null && quantity.nano <= 0n)
      errors.push(invalidValue(`${field}.${name}`, text, 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalidValue(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
}

const WINDOW_SECONDS_MAX = 3600;
const PERIOD_SECONDS_MAX = 1800;

export function checkScalingRules(errors: FieldError[], field: string, rules: HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, policies = [], tolerance } = rules;
  if (window !== undefined && window < 0) {
    errors.push(invalidValue(`${field}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > WINDOW_SECONDS_MAX) {
    errors.push(
      invalidValue(
        `${field}.stabilizationWindowSeconds`,
        window,
        `must be less than or equal to ${WINDOW_SECONDS_MAX}`,
      ),
    );
  }
  checkOneOf(errors, `${field}.selectPolicy`, rules.selectPolicy, ['Disabled', 'Max', 'Min']);
  if (policies.length === 0) errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  policies.forEach(({ type = '', value = 0, periodSeconds = 0 }, i) => {
    const at = `${field}.policies[${i}]`;
    checkOneOf(errors, `${at}.type`, type, ['Percent', 'Pods']);
    if (value <= 0) errors.push(invalidValue(`${at}.value`, value, POSITIVE_TEXT));
    if (periodSeconds <= 0) errors.push(invalidValue(`${at}.periodSeconds`, periodSeconds, POSITIVE_TEXT));
    if (periodSeconds > PERIOD_SECONDS_MAX) {
      errors.push(
        invalidValue(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${PERIOD_SECONDS_MAX}`),
      );
    }
  });
  const quantity = tolerance === undefined ? null : parseQuantity(tolerance);
  if (quantity !== null && quantity.nano < 0n) {
    errors.push(invalidValue(`${field}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  }
}
