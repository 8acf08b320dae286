/** apps */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { controllerRevisions } from './controllerrevisions.ts';
import { daemonSets } from './daemonsets.ts';
import { deployments } from './deployments.ts';
import { replicaSets } from './replicasets.ts';
import { statefulSets } from './statefulsets.ts';

export const appsBehaviors: Record<string, Behavior> = {
  'apps/controllerrevisions': controllerRevisions,
  'apps/daemonsets': daemonSets,
  'apps/deployments': deployments,
  'apps/replicasets': replicaSets,
  'apps/statefulsets': statefulSets,
};

export const appsConversions: Record<string, Conversion> = {};
