import type { Behavior, Conversion } from '../../registry/definition.ts';
import { endpointSlices } from './endpoint-slice.ts';

export const discoveryBehaviors: Record<string, Behavior> = { 'discovery.k8s.io/endpointslices': endpointSlices };

export const discoveryConversions: Record<string, Conversion> = {};
