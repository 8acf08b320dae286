/** Pods get what their RuntimeClass costs and needs: overhead, node selector, tolerations. */
import type { Pod, PodSpec, RuntimeClass } from '../generated/interfaces.ts';
import { parseQuantity } from '../meta/quantity.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import type { AdmissionPlugin } from './chain.ts';
import { type ClassObject, type ClassSource, withClasses } from './classes.ts';
import { admissionForbidden } from './forbidden.ts';
import { isWriteOf } from './targets.ts';
import { mergeTolerations } from './tolerations.ts';

export type RuntimeClassObject = RuntimeClass & ClassObject;

export interface RuntimeClassOptions {
  readonly runtimeClasses: ClassSource<RuntimeClassObject>;
}

export function createRuntimeClass({ runtimeClasses }: RuntimeClassOptions): AdmissionPlugin {
  const withClass = (
    attributes: AdmissionAttributes,
    use: (spec: PodSpec, found: RuntimeClassObject | null) => void,
  ): void | Promise<void> => {
    if (!isWriteOf(attributes, '', 'pods', 'CREATE')) return undefined;
    const { spec } = attributes.object as Pod;
    if (spec === undefined) return undefined;
    const { runtimeClassName } = spec;
    if (runtimeClassName === undefined) return use(spec, null);
    return withClasses(runtimeClasses, (classes) => {
      const found = classes.get(runtimeClassName);
      if (found !== null) return use(spec, found);
      const why = `pod rejected: RuntimeClass ${JSON.stringify(runtimeClassName)} not found`;
      throw admissionForbidden(attributes, why);
    });
  };
  return {
    name: 'RuntimeClass',
    mutate: (attributes) =>
      withClass(attributes, (spec, found) => {
        if (found === null) return;
        setOverhead(attributes, spec, found);
        setScheduling(attributes, spec, found);
      }),
    validate: (attributes) => withClass(attributes, (spec, found) => checkOverhead(attributes, spec, found)),
  };
}

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function setOverhead(attributes: AdmissionAttributes, spec: PodSpec, { overhead }: RuntimeClass): void {
  if (overhead === undefined) return;
  const { podFixed } = overhead;
  if (spec.overhead !== undefined && !sameAmounts(spec.overhead, podFixed))
    throw admissionForbidden(attributes, MISMATCH);
  if (podFixed === undefined) delete spec.overhead;
  else spec.overhead = { ...podFixed };
}

function setScheduling(attributes: AdmissionAttributes, spec: PodSpec, { scheduling }: RuntimeClass): void {
  if (scheduling === undefined) return;
  const given = spec.nodeSelector ?? {};
  const wanted = scheduling.nodeSelector ?? {};
  for (const [key, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(given, key) || given[key] === value) continue;
    const ours = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}`;
    throw admissionForbidden(attributes, `conflict: ${ours}; pod.spec.nodeSelector[${key}] = ${given[key]}`);
  }
  if (Object.keys(wanted).length > 0) spec.nodeSelector = { ...given, ...wanted };
  const tolerations = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []);
  if (tolerations.length > 0) spec.tolerations = tolerations;
}

function checkOverhead(attributes: AdmissionAttributes, spec: PodSpec, found: RuntimeClass | null): void {
  if (found?.overhead !== undefined) {
    if (!sameAmounts(spec.overhead, found.overhead.podFixed)) throw admissionForbidden(attributes, MISMATCH);
  } else if (spec.overhead !== undefined) {
    const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
    throw admissionForbidden(attributes, why);
  }
}

function sameAmounts(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && amountOf(a[name]) === amountOf(b[name]))
  );
}

function amountOf(text: string | undefined): bigint | undefined {
  return parseQuantity(text ?? '')?.nano;
}
