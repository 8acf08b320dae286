import type { Behavior, Conversion } from '../../registry/definition.ts';
import { apiServices } from './api-service.ts';

export const apiregistrationBehaviors: Record<string, Behavior> = { 'apiregistration.k8s.io/apiservices': apiServices };

export const apiregistrationConversions: Record<string, Conversion> = {};
