/** Pods stay for five minutes on a node that is not ready or not reached, unless they say otherwise. */
import type { Pod, Toleration } from '../generated/interfaces.ts';
import type { AdmissionPlugin } from './chain.ts';
import { isWriteOf } from './targets.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
/** Upstream's default of --default-not-ready-toleration-seconds and of --default-unreachable-toleration-seconds. */
const SECONDS = 300;

export function createDefaultTolerationSeconds(): AdmissionPlugin {
  return {
    name: 'DefaultTolerationSeconds',
    mutate(attributes) {
      if (!isWriteOf(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
      const { spec } = attributes.object as Pod;
      if (spec === undefined) return;
      const given = spec.tolerations ?? [];
      const added = TAINTS.filter((taint) => !given.some((toleration) => tolerates(toleration, taint))).map(
        (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }),
      );
      if (added.length > 0) spec.tolerations = [...given, ...added];
    },
    validate: null,
  };
}

/** By key and effect; the rest of the toleration does not count. */
function tolerates({ key = '', effect = '' }: Toleration, taint: string): boolean {
  return (key === '' || key === taint) && (effect === '' || effect === 'NoExecute');
}
