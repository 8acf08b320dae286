import type { Behavior, Conversion } from '../../registry/definition.ts';
import { runtimeClasses } from './runtime-class.ts';

export const nodeBehaviors: Record<string, Behavior> = { 'node.k8s.io/runtimeclasses': runtimeClasses };

export const nodeConversions: Record<string, Conversion> = {};
