import type { Behavior, Conversion } from '../../registry/definition.ts';
import { storageVersions } from './storage-version.ts';

export const internalBehaviors: Record<string, Behavior> = {
  'internal.apiserver.k8s.io/storageversions': storageVersions,
};

export const internalConversions: Record<string, Conversion> = {};
