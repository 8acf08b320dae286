/** Admission plugins made one: all that mutate, in order; then, after the registry has validated, all that validate. */
import type { Admission, AdmissionAttributes } from '../registry/admission.ts';
import { ADMISSION_ORDER } from './order.ts';

export interface AdmissionPlugin extends Admission {
  /** One of ADMISSION_ORDER. */
  readonly name: string;
}

type Phase = (attributes: AdmissionAttributes) => void | Promise<void>;

/**
 * The plugins may come in any order. `storageChecks` run after all that mutate: guards that upstream has in the storage of
 * single resources.
 */
export function createAdmission(
  plugins: readonly AdmissionPlugin[],
  storageChecks: readonly Admission[] = [],
): Admission {
  const placed = plugins.map((plugin) => ({ plugin, position: positionOf(plugin.name) }));
  placed.sort((a, b) => a.position - b.position);
  const steps: readonly Admission[] = [...placed.map(({ plugin }) => plugin), ...storageChecks];
  return {
    mutate: inOrder(steps.map((step) => step.mutate)),
    validate: inOrder(steps.map((step) => step.validate)),
  };
}

function positionOf(name: string): number {
  const position = ADMISSION_ORDER.findIndex((plugin) => plugin.name === name);
  if (position < 0) throw new Error(`the admission plugin ${name} has no place in the order`);
  return position;
}

/** Waits only for those that take time, so that a write whose plugins decide at once costs no turn of the event loop. */
function inOrder(phases: readonly (Phase | null)[]): Phase | null {
  const active = phases.filter((phase) => phase !== null);
  if (active.length === 0) return null;
  if (active.length === 1) return active[0]!;
  return (attributes) => {
    for (let i = 0; i < active.length; i++) {
      const pending = active[i]!(attributes);
      if (pending !== undefined) return goOn(active, i + 1, pending, attributes);
    }
    return undefined;
  };
}

async function goOn(
  phases: readonly Phase[],
  from: number,
  pending: Promise<void>,
  attributes: AdmissionAttributes,
): Promise<void> {
  await pending;
  for (let i = from; i < phases.length; i++) await phases[i]!(attributes);
}
