/** Pods take their priority from their PriorityClass, or from the default one; there is one default at most. */
import type { Pod, PriorityClass } from '../generated/interfaces.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import type { AdmissionPlugin } from './chain.ts';
import { type Classes, type ClassObject, type ClassSource, type DefaultRule, withClasses } from './classes.ts';
import { admissionForbidden } from './forbidden.ts';
import { isWriteOf } from './targets.ts';

export type PriorityClassObject = PriorityClass & ClassObject;

/** Two defaults are left by a race alone: the lower one wins. */
export const priorityDefault: DefaultRule<PriorityClassObject> = {
  isDefault: (object) => object.globalDefault === true,
  isBetter: (object, other) => (object.value ?? 0) < (other.value ?? 0),
};

export interface PriorityOptions {
  readonly priorityClasses: ClassSource<PriorityClassObject>;
}

export function createPriority({ priorityClasses }: PriorityOptions): AdmissionPlugin {
  return {
    name: 'Priority',
    mutate(attributes) {
      if (isWriteOf(attributes, '', 'pods', 'UPDATE')) keepPriority(attributes);
      else if (isWriteOf(attributes, '', 'pods', 'CREATE')) {
        return withClasses(priorityClasses, (classes) => setPriority(attributes, classes));
      }
      return undefined;
    },
    validate(attributes) {
      if (!isWriteOf(attributes, 'scheduling.k8s.io', 'priorityclasses', 'CREATE', 'UPDATE')) return undefined;
      if ((attributes.object as PriorityClass | null)?.globalDefault !== true) return undefined;
      return withClasses(priorityClasses, (classes) => checkOnlyDefault(attributes, classes));
    },
  };
}

/** Clients may leave out on update what this plugin set on create; validation refuses other changes. */
function keepPriority({ object, oldObject }: AdmissionAttributes): void {
  const { spec } = object as Pod;
  const { spec: was } = oldObject as Pod;
  if (spec === undefined || was === undefined) return;
  if (spec.priority === undefined && was.priority !== undefined) spec.priority = was.priority;
  if (spec.preemptionPolicy === undefined && was.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = was.preemptionPolicy;
  }
}

function setPriority(attributes: AdmissionAttributes, classes: Classes<PriorityClassObject>): void {
  const { spec } = attributes.object as Pod;
  if (spec === undefined) return;
  const { priorityClassName = '' } = spec;
  const chosen = priorityClassName === '' ? classes.default() : classes.get(priorityClassName);
  if (chosen === null && priorityClassName !== '') {
    throw admissionForbidden(attributes, `no PriorityClass with name ${priorityClassName} was found`);
  }
  const { value: priority = 0, preemptionPolicy = 'PreemptLowerPriority' } = chosen ?? {};
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw admissionForbidden(attributes, notToBeGiven('integer value of priority', spec.priority, priority));
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw admissionForbidden(
      attributes,
      notToBeGiven('string value of PreemptionPolicy', spec.preemptionPolicy, preemptionPolicy),
    );
  }
  if (chosen !== null) spec.priorityClassName = chosen.metadata.name ?? '';
  spec.priority = priority;
  spec.preemptionPolicy = preemptionPolicy;
}

function notToBeGiven(what: string, given: string | number, computed: string | number): string {
  return `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
}

function checkOnlyDefault(attributes: AdmissionAttributes, classes: Classes<PriorityClassObject>): void {
  const present = classes.default()?.metadata.name;
  if (present === undefined) return;
  if (attributes.operation === 'UPDATE' && present === attributes.name) return;
  const why = `PriorityClass ${present} is already marked as default. Only one default can exist`;
  throw admissionForbidden(attributes, why);
}
