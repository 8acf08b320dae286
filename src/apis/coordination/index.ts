/** coordination.k8s.io */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { leaseCandidates } from './leasecandidates.ts';
import { leases } from './leases.ts';

export const coordinationBehaviors: Record<string, Behavior> = {
  'coordination.k8s.io/leasecandidates': leaseCandidates,
  'coordination.k8s.io/leases': leases,
};

/** All versions have one form. */
export const coordinationConversions: Record<string, Conversion> = {};
