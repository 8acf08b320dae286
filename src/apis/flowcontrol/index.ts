import type { Behavior, Conversion } from '../../registry/definition.ts';
import { flowSchemas } from './flow-schema.ts';
import { priorityLevelConfigurations } from './priority-level.ts';

export const flowcontrolBehaviors: Record<string, Behavior> = {
  'flowcontrol.apiserver.k8s.io/flowschemas': flowSchemas,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': priorityLevelConfigurations,
};

export const flowcontrolConversions: Record<string, Conversion> = {};
