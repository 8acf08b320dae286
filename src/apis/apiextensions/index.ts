import type { Behavior, Conversion } from '../../registry/definition.ts';
import { customResourceDefinitions } from './custom-resource-definition.ts';

export const apiextensionsBehaviors: Record<string, Behavior> = {
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitions,
};

export const apiextensionsConversions: Record<string, Conversion> = {};
