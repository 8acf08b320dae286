/** A new node takes no pods before its controller has seen it ready. */
import type { Node } from '../generated/interfaces.ts';
import type { AdmissionPlugin } from './chain.ts';
import { isWriteOf } from './targets.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export function createTaintNodesByCondition(): AdmissionPlugin {
  return {
    name: 'TaintNodesByCondition',
    mutate(attributes) {
      if (!isWriteOf(attributes, '', 'nodes', 'CREATE')) return;
      const node = attributes.object as Node;
      node.spec ??= {};
      const taints = node.spec.taints ?? [];
      if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
      node.spec.taints = [...taints, { ...NOT_READY }];
    },
    validate: null,
  };
}
