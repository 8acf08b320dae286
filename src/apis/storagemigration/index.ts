import type { Behavior, Conversion } from '../../registry/definition.ts';
import { storageVersionMigrations } from './storage-version-migration.ts';

export const storagemigrationBehaviors: Record<string, Behavior> = {
  'storagemigration.k8s.io/storageversionmigrations': storageVersionMigrations,
};

export const storagemigrationConversions: Record<string, Conversion> = {};
