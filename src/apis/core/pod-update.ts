/** What an update of a pod may change: nearly nothing of its spec. */
import type {
  Container,
  NodeAffinity,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  Toleration,
} from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { deepEqual } from '../../schema/equal.ts';
import type { Stored } from '../behavior.ts';
import { checkRange, INT32_MAX } from '../number-rules.ts';
import { internalDifference, sameValues } from '../semantic.ts';

const SPEC = 'io.k8s.api.core.v1.PodSpec';
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function checkPodUpdate(errors: FieldError[], pod: Stored<Pod>, old: Stored<Pod>): void {
  const spec = pod.spec ?? {};
  const was = old.spec ?? {};
  if (!sameNumber(errors, 'spec.containers', spec.containers ?? [], was.containers ?? [])) return;
  if (!sameNumber(errors, 'spec.initContainers', spec.initContainers, was.initContainers)) return;
  checkDeadline(errors, spec.activeDeadlineSeconds, was.activeDeadlineSeconds);
  checkTolerationsKept(errors, spec.tolerations ?? [], was.tolerations ?? []);
  const gates = new Set((was.schedulingGates ?? []).map((gate) => gate.name));
  spec.schedulingGates?.forEach(({ name }, i) => {
    if (gates.has(name)) return;
    const text = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenField(`spec.schedulingGates[${i}].name`, text));
  });
  if (sameValues(SPEC, spec, was)) return;
  const masked = maskUpdatable(spec, was);
  if (gates.size > 0) maskGated(errors, masked, was);
  if (sameValues(SPEC, masked, was)) return;
  const text = `pod updates may not change fields other than ${UPDATABLE}\n${internalDifference(SPEC, was, masked)}`;
  errors.push(forbiddenField('spec', text));
}

function sameNumber(
  errors: FieldError[],
  field: string,
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
): boolean {
  if (containers.length !== old.length) {
    errors.push(forbiddenField(field, 'pod updates may not add or remove containers'));
    return false;
  }
  containers.forEach(({ image = '' }, i) => {
    if (image === '') errors.push(required(`${field}[${i}].image`));
    if (image.trim() !== image) {
      errors.push(invalidValue(`${field}[${i}].image`, image, 'must not have leading or trailing whitespace'));
    }
  });
  return true;
}

function checkDeadline(errors: FieldError[], value: number | undefined, old: number | undefined): void {
  const field = 'spec.activeDeadlineSeconds';
  if (value === undefined) {
    if (old !== undefined)
      errors.push(invalidValue(field, null, 'must not update from a positive integer to nil value'));
    return;
  }
  checkRange(errors, field, value, 0, INT32_MAX);
  if (old !== undefined && old < value)
    errors.push(invalidValue(field, value, 'must be less than or equal to previous value'));
}

function checkTolerationsKept(
  errors: FieldError[],
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
): void {
  const kept = new Set(tolerations.map(textWithoutSeconds));
  for (const was of old) {
    if (kept.has(textWithoutSeconds(was))) continue;
    errors.push(
      forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    );
    return;
  }
}

function textWithoutSeconds({ key, operator, value, effect }: Toleration): string {
  return JSON.stringify([key, operator, value, effect]);
}

/** A copy of `spec` in which everything that may change is as it was. */
function maskUpdatable(spec: PodSpec, old: PodSpec): PodSpec {
  const masked: PodSpec = { ...spec, containers: withImages(spec.containers ?? [], old.containers ?? []) };
  if (spec.initContainers !== undefined)
    masked.initContainers = withImages(spec.initContainers, old.initContainers ?? []);
  copyField(masked, old, 'activeDeadlineSeconds');
  copyField(masked, old, 'schedulingGates');
  copyField(masked, old, 'tolerations');
  const grace = old.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && masked.terminationGracePeriodSeconds === 1)
    masked.terminationGracePeriodSeconds = grace;
  return masked;
}

function withImages(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, i) => {
    const copy = { ...container };
    copyField(copy, old[i]!, 'image');
    return copy;
  });
}

function copyField<T, K extends keyof T>(target: T, source: T, field: K): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}

/** While a pod waits at its gates, what nodes it may run on can be narrowed (KEP-3838). */
function maskGated(errors: FieldError[], masked: PodSpec, old: PodSpec): void {
  const selector = masked.nodeSelector ?? {};
  for (const [key, value] of Object.entries(old.nodeSelector ?? {})) {
    if (Object.hasOwn(selector, key) && selector[key] === value) continue;
    const text = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalidValue('spec.nodeSelector', selector, text));
    break;
  }
  copyField(masked, old, 'nodeSelector');
  const before = old.affinity?.nodeAffinity;
  checkNarrowed(errors, masked.affinity?.nodeAffinity, before);
  const { nodeAffinity: _, ...others } = masked.affinity ?? {};
  if (before !== undefined) masked.affinity = { ...others, nodeAffinity: before };
  else if (Object.keys(others).length > 0 || old.affinity !== undefined) masked.affinity = others;
  else delete masked.affinity;
}

function checkNarrowed(errors: FieldError[], affinity: NodeAffinity | undefined, old: NodeAffinity | undefined): void {
  const oldTerms = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (oldTerms.length === 0) return;
  if (oldTerms.length !== terms.length) {
    errors.push(invalidValue(field, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'));
    return;
  }
  oldTerms.forEach((was, i) => {
    if (onlyAdds(terms[i]!, was)) return;
    errors.push(invalidValue(`${field}[${i}]`, terms[i], 'only additions are allowed (no mutations or deletions)'));
  });
}

function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  const expressions = old.matchExpressions ?? [];
  const fields = old.matchFields ?? [];
  // An empty term matches nothing: adding to it would widen.
  if (expressions.length === 0 && fields.length === 0) return matchExpressions.length === 0 && matchFields.length === 0;
  return startsWith(matchExpressions, expressions) && startsWith(matchFields, fields);
}

function startsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
  return deepEqual(list.slice(0, start.length), start);
}
