/**
 * HorizontalPodAutoscaler between autoscaling/v1 and v2: v1 knows one metric, the use of cpu; what else there is, it
 * carries in annotations.
 */
import type { AutoscalingV1HorizontalPodAutoscaler, HorizontalPodAutoscaler } from '../../generated/interfaces.ts';
import type { KubeObject } from '../../meta/object.ts';
import type { Conversion } from '../../registry/definition.ts';
import { compileType } from '../../schema/compile.ts';
import { DecodeError, decode } from '../../schema/decode.ts';
import { typeTable } from '../../schema/types.ts';
import type { Stored } from '../behavior.ts';
import { deepMetrics, flatMetrics, isPlain, type Metric, renameFirstLetters } from './metric-annotations.ts';

const SPEC = 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec';
const STATUS = 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus';
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

type V1 = Stored<AutoscalingV1HorizontalPodAutoscaler>;
type V2 = Stored<HorizontalPodAutoscaler>;

export const horizontalPodAutoscalerV1: Conversion = {
  toStorage(object) {
    const old = object as unknown as V1;
    const annotations = takeAnnotations(old);
    convertSpecToV2(old, annotations);
    convertStatusToV2(old, annotations);
    return object;
  },
  fromStorage(object) {
    const next = object as unknown as V2;
    const annotations: Record<string, string> = { ...next.metadata.annotations };
    for (const name of [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR]) delete annotations[name];
    convertSpecToV1(next, annotations);
    convertStatusToV1(next, annotations);
    if (Object.keys(annotations).length > 0) next.metadata.annotations = annotations;
    else delete next.metadata.annotations;
    return object;
  },
  fieldLabelAliases: null,
};

interface Annotated {
  readonly metrics: unknown;
  readonly currentMetrics: unknown;
  readonly conditions: unknown;
  readonly behavior: unknown;
}

/** The values of v1's annotations, which v2 does not show. */
function takeAnnotations({ metadata }: V1): Annotated {
  const annotations = metadata.annotations ?? {};
  const take = (name: string): unknown => {
    const text = annotations[name];
    delete annotations[name];
    return text === undefined ? undefined : parsed(text);
  };
  const taken = {
    metrics: take(METRICS),
    currentMetrics: take(CURRENT_METRICS),
    conditions: take(CONDITIONS),
    behavior: take(BEHAVIOR),
  };
  if (metadata.annotations !== undefined && Object.keys(annotations).length === 0) delete metadata.annotations;
  return taken;
}

/** A user's text: what is no JSON counts as absent. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The value as a field of `typeName`; undefined when it cannot be one: what users write must not get past decoding. */
function typed<T>(typeName: string, field: string, value: unknown): T | undefined {
  if (value === undefined) return undefined;
  const holder = { [field]: value };
  try {
    decode(compileType(typeTable(), typeName), holder, { unknownFields: 'ignore' });
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
  return holder[field] as T | undefined;
}

function convertSpecToV2(object: V1, { metrics, behavior }: Annotated): void {
  if (object.spec === undefined) return;
  const { targetCPUUtilizationPercentage: percent, ...spec } = object.spec;
  const all = typed<Metric[]>(SPEC, 'metrics', deepMetrics(metrics, 'spec')) ?? [];
  if (percent !== undefined) {
    all.push({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
    });
  }
  const next: Record<string, unknown> = { ...spec };
  if (all.length > 0) next['metrics'] = all;
  const rules = isPlain(behavior) ? typed(SPEC, 'behavior', renameFirstLetters(behavior, false)) : undefined;
  if (rules !== undefined) next['behavior'] = rules;
  (object as unknown as KubeObject)['spec'] = next;
}

function convertStatusToV2(object: V1, { currentMetrics, conditions }: Annotated): void {
  if (object.status === undefined) return;
  const { currentCPUUtilizationPercentage: percent, ...status } = object.status;
  // The annotation says more of cpu than the field.
  const all = typed<Metric[]>(STATUS, 'currentMetrics', deepMetrics(currentMetrics, 'status')) ?? [];
  if (percent !== undefined && !Array.isArray(currentMetrics)) {
    all.push({ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } });
  }
  const next: Record<string, unknown> = { ...status };
  if (all.length > 0) next['currentMetrics'] = all;
  const known = typed(STATUS, 'conditions', conditions);
  if (known !== undefined) next['conditions'] = known;
  (object as unknown as KubeObject)['status'] = next;
}

function convertSpecToV1(object: V2, annotations: Record<string, string>): void {
  if (object.spec === undefined) return;
  const { metrics = [], behavior, ...spec } = object.spec;
  const cpu = metrics.find(
    (metric) => metric.resource?.name === 'cpu' && metric.resource.target?.averageUtilization !== undefined,
  );
  const others = metrics.filter((metric) => metric !== cpu);
  if (others.length > 0) annotations[METRICS] = JSON.stringify(flatMetrics(others as unknown as Metric[], 'spec'));
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(renameFirstLetters(behavior, true));
  const percent = cpu?.resource?.target?.averageUtilization;
  (object as unknown as V1).spec = percent === undefined ? spec : { ...spec, targetCPUUtilizationPercentage: percent };
}

function convertStatusToV1(object: V2, annotations: Record<string, string>): void {
  if (object.status === undefined) return;
  const { currentMetrics: reported, conditions: stated, currentReplicas = 0, ...status } = object.status;
  // An empty list of these is stored as null.
  const currentMetrics = reported ?? [];
  const conditions = stated ?? [];
  if (currentMetrics.length > 0)
    annotations[CURRENT_METRICS] = JSON.stringify(flatMetrics(currentMetrics as unknown as Metric[], 'status'));
  if (conditions.length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  const cpu = currentMetrics.find((metric) => metric.resource?.name === 'cpu');
  const percent = cpu?.resource?.current?.averageUtilization;
  const next = { ...status, currentReplicas };
  (object as unknown as V1).status =
    percent === undefined ? next : { ...next, currentCPUUtilizationPercentage: percent };
}
