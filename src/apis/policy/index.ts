/** policy */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { podDisruptionBudgets } from './poddisruptionbudgets.ts';

export const policyBehaviors: Record<string, Behavior> = {
  'policy/poddisruptionbudgets': podDisruptionBudgets,
};

export const policyConversions: Record<string, Conversion> = {};
