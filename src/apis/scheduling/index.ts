import type { Behavior, Conversion } from '../../registry/definition.ts';
import { priorityClasses } from './priority-class.ts';
import { podGroups, workloads } from './workload.ts';

export const schedulingBehaviors: Record<string, Behavior> = {
  'scheduling.k8s.io/podgroups': podGroups,
  'scheduling.k8s.io/priorityclasses': priorityClasses,
  'scheduling.k8s.io/workloads': workloads,
};

export const schedulingConversions: Record<string, Conversion> = {};
