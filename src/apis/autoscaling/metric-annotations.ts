/** Metrics in the old form that autoscaling/v1 keeps in annotations: one flat object per source. */
import { setOwn } from '../../base/own.ts';

/** [field of v2 as a path, field of the annotation] by source; a path is at most two names. */
type Fields = readonly (readonly [path: string, name: string])[];

const SPEC_FIELDS: Readonly<Record<string, Fields>> = {
  object: [
    ['describedObject', 'target'],
    ['metric.name', 'metricName'],
    ['target.value', 'targetValue'],
    ['metric.selector', 'selector'],
    ['target.averageValue', 'averageValue'],
  ],
  pods: [
    ['metric.name', 'metricName'],
    ['target.averageValue', 'targetAverageValue'],
    ['metric.selector', 'selector'],
  ],
  resource: [
    ['name', 'name'],
    ['target.averageUtilization', 'targetAverageUtilization'],
    ['target.averageValue', 'targetAverageValue'],
  ],
  containerResource: [
    ['name', 'name'],
    ['target.averageUtilization', 'targetAverageUtilization'],
    ['target.averageValue', 'targetAverageValue'],
    ['container', 'container'],
  ],
  external: [
    ['metric.name', 'metricName'],
    ['metric.selector', 'metricSelector'],
    ['target.value', 'targetValue'],
    ['target.averageValue', 'targetAverageValue'],
  ],
};

const STATUS_FIELDS: Readonly<Record<string, Fields>> = {
  object: [
    ['describedObject', 'target'],
    ['metric.name', 'metricName'],
    ['current.value', 'currentValue'],
    ['metric.selector', 'selector'],
    ['current.averageValue', 'averageValue'],
  ],
  pods: [
    ['metric.name', 'metricName'],
    ['current.averageValue', 'currentAverageValue'],
    ['metric.selector', 'selector'],
  ],
  resource: [
    ['name', 'name'],
    ['current.averageUtilization', 'currentAverageUtilization'],
    ['current.averageValue', 'currentAverageValue'],
  ],
  containerResource: [
    ['name', 'name'],
    ['current.averageUtilization', 'currentAverageUtilization'],
    ['current.averageValue', 'currentAverageValue'],
    ['container', 'container'],
  ],
  external: [
    ['metric.name', 'metricName'],
    ['metric.selector', 'metricSelector'],
    ['current.value', 'currentValue'],
    ['current.averageValue', 'currentAverageValue'],
  ],
};

export type Metric = { type: string; [source: string]: unknown };
type Plain = Record<string, unknown>;

export function flatMetrics(metrics: readonly Metric[], kind: 'spec' | 'status'): Plain[] {
  return metrics.map((metric) => mapped(metric, kind, flatten));
}

/** Anything but a list of objects is ignored, as a user may write what he likes into an annotation. */
export function deepMetrics(list: unknown, kind: 'spec' | 'status'): Metric[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isPlain).map((metric) => mapped(metric as Metric, kind, deepen));
}

function mapped(metric: Metric, kind: 'spec' | 'status', map: (source: Plain, fields: Fields) => Plain): Metric {
  const table = kind === 'spec' ? SPEC_FIELDS : STATUS_FIELDS;
  const result: Metric = { type: String(metric.type ?? '') };
  for (const [name, fields] of Object.entries(table)) {
    const source = metric[name];
    if (isPlain(source)) result[name] = map(source, fields);
  }
  if (kind === 'spec' && map === deepen) addTargetTypes(result);
  return result;
}

function flatten(source: Plain, fields: Fields): Plain {
  const flat: Plain = {};
  for (const [path, name] of fields) {
    const [outer = '', inner] = path.split('.');
    const holder = source[outer];
    const value = inner === undefined ? holder : isPlain(holder) ? holder[inner] : undefined;
    if (value !== undefined) flat[name] = value;
  }
  return flat;
}

function deepen(flat: Plain, fields: Fields): Plain {
  const source: Plain = {};
  for (const [path, name] of fields) {
    const value = Object.hasOwn(flat, name) ? flat[name] : undefined;
    if (value === undefined) continue;
    const [outer = '', inner] = path.split('.');
    if (inner === undefined) {
      setOwn(source, outer, value);
    } else {
      const holder = isPlain(source[outer]) ? (source[outer] as Plain) : {};
      holder[inner] = value;
      source[outer] = holder;
    }
  }
  return source;
}

/** The old form leaves a target's type to be seen from its fields. */
function addTargetTypes(metric: Metric): void {
  for (const name of Object.keys(SPEC_FIELDS)) {
    const source = metric[name];
    if (!isPlain(source)) continue;
    const target: Plain = isPlain(source['target']) ? source['target'] : {};
    if (target['averageUtilization'] !== undefined) target['type'] = 'Utilization';
    else if (target['averageValue'] !== undefined) target['type'] = 'AverageValue';
    else target['type'] = 'Value';
    source['target'] = target;
  }
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `stabilizationWindowSeconds` becomes `StabilizationWindowSeconds` and back: upstream writes behaviour in its internal form. */
export function renameFirstLetters(value: unknown, upper: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => renameFirstLetters(item, upper));
  if (!isPlain(value)) return value;
  const result: Plain = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === null) continue;
    const first = upper ? key.charAt(0).toUpperCase() : key.charAt(0).toLowerCase();
    setOwn(result, first + key.slice(1), renameFirstLetters(member, upper));
  }
  return result;
}
