/** horizontalpodautoscalers, in the form of autoscaling/v2 */
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricValueStatus,
} from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkNotNegative } from '../number-rules.ts';
import { AGE, age, column, NAME, NONE, printer, UNKNOWN, UNSET } from '../printing.ts';
import { checkMetric, checkObjectReference, checkScalingRules, type VersionRule } from './metric-validation.ts';

const SHOWN_MAX = 2;
const CPU_PERCENT = 80;

export const horizontalPodAutoscalers = behavior<HorizontalPodAutoscaler>({
  setDefaults({ spec }) {
    if (spec === undefined) return;
    spec.minReplicas ??= 1;
    if ((spec.metrics ?? []).length === 0) {
      const target = { type: 'Utilization', averageUtilization: CPU_PERCENT };
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
    }
    if (spec.behavior === undefined) return;
    spec.behavior.scaleUp = scaleUpRules(spec.behavior.scaleUp);
    spec.behavior.scaleDown = scaleDownRules(spec.behavior.scaleDown);
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  validate(scaler) {
    const errors: FieldError[] = [];
    checkSpec(errors, scaler.spec ?? {}, null);
    return errors;
  },
  validateUpdate(scaler, old) {
    const errors: FieldError[] = [];
    checkSpec(errors, scaler.spec ?? {}, old.spec ?? {});
    return errors;
  },
  resetFields: ['status'],
  printer: printer<Stored<HorizontalPodAutoscaler>>(
    [
      NAME,
      column('Reference', 'string', 'Workload that is scaled.'),
      column('Targets', 'string', 'Metrics: what is measured, and what is wanted.'),
      column('MinPods', 'string', 'Fewest pods.'),
      column('MaxPods', 'string', 'Most pods.'),
      column('Replicas', 'string', 'Pods there are.'),
      AGE,
    ],
    (scaler, nowMs) => {
      const { spec, status } = scaler;
      const target = spec?.scaleTargetRef;
      return [
        scaler.metadata.name ?? '',
        `${target?.kind ?? ''}/${target?.name ?? ''}`,
        targetsText(spec?.metrics ?? [], status?.currentMetrics ?? []),
        spec?.minReplicas === undefined ? UNSET : String(spec.minReplicas),
        spec?.maxReplicas ?? 0,
        status?.currentReplicas ?? 0,
        age(scaler, nowMs),
      ];
    },
  ),
  subresources: {
    status: statusSubresource<HorizontalPodAutoscaler>({
      validateUpdate({ status }) {
        const errors: FieldError[] = [];
        checkNotNegative(errors, 'status.currentReplicas', status?.currentReplicas);
        checkNotNegative(errors, 'status.desiredReplicas', status?.desiredReplicas);
        return errors;
      },
    }),
  },
});

function scaleUpRules(given: HPAScalingRules = {}): HPAScalingRules {
  const policies = [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ];
  return { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies, ...given };
}

function scaleDownRules(given: HPAScalingRules = {}): HPAScalingRules {
  return { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], ...given };
}

type Spec = Partial<HorizontalPodAutoscalerSpec>;

/** `old`: null on create. */
function checkSpec(errors: FieldError[], spec: Spec, old: Spec | null): void {
  const { minReplicas, maxReplicas = 0, metrics = [] } = spec;
  // Zero is taken only where it stands already.
  const minimum = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < minimum) {
    errors.push(invalidValue('spec.minReplicas', minReplicas, `must be greater than or equal to ${minimum}`));
  }
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (maxReplicas < 0) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  checkObjectReference(errors, 'spec.scaleTargetRef', spec.scaleTargetRef, targetVersions(spec, old));
  metrics.forEach((metric, i) => {
    checkMetric(errors, `spec.metrics[${i}]`, metric, old === null ? 'core' : 'any');
  });
  if (minReplicas === 0 && !metrics.some((metric) => metric.type === 'Object' || metric.type === 'External')) {
    const text = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbiddenField('spec.metrics', text));
  }
  checkScalingRules(errors, 'spec.behavior.scaleUp', spec.behavior?.scaleUp);
  checkScalingRules(errors, 'spec.behavior.scaleDown', spec.behavior?.scaleDown);
}

function targetVersions(spec: Spec, old: Spec | null): VersionRule {
  const { kind, apiVersion } = spec.scaleTargetRef ?? {};
  const was = old?.scaleTargetRef;
  if (was !== undefined && was.kind === kind && was.apiVersion === apiVersion) return 'any';
  // The one kind of the core group that can be scaled.
  return kind === 'ReplicationController' ? 'core' : 'grouped';
}

function targetsText(metrics: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (metrics.length === 0) return NONE;
  const texts = metrics.slice(0, SHOWN_MAX).map((metric, i) => targetText(metric, statuses[i]));
  const text = texts.join(', ');
  return metrics.length > SHOWN_MAX ? `${text} + ${metrics.length - SHOWN_MAX} more...` : text;
}

function targetText(metric: MetricSpec, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case 'External':
      return valueText(metric.external?.target, status?.external?.current);
    case 'Object':
      return valueText(metric.object?.target, status?.object?.current);
    case 'Pods':
      return `${status?.pods?.current?.averageValue ?? UNKNOWN}/${metric.pods?.target?.averageValue ?? ''}`;
    case 'Resource':
      return `${metric.resource?.name ?? ''}: ${usageText(metric.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${metric.containerResource?.name ?? ''}: ${usageText(metric.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

function valueText(target: MetricValueStatus | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current?.value ?? UNKNOWN}/${target?.value ?? ''}`;
}

function usageText(target: MetricValueStatus | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  const used = current?.averageUtilization;
  const wanted = target?.averageUtilization;
  return `${used === undefined ? UNKNOWN : `${used}%`}/${wanted === undefined ? '<auto>' : `${wanted}%`}`;
}
