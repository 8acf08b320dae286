/** batch */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { cronJobs } from './cronjobs.ts';
import { jobs } from './jobs.ts';

export const batchBehaviors: Record<string, Behavior> = {
  'batch/cronjobs': cronJobs,
  'batch/jobs': jobs,
};

export const batchConversions: Record<string, Conversion> = {};
