/** events.k8s.io; stored as core events */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { events } from '../core/events.ts';
import { eventV1 } from './conversion.ts';

export const eventsBehaviors: Record<string, Behavior> = {
  'events.k8s.io/events': events,
};

export const eventsConversions: Record<string, Conversion> = {
  'events.k8s.io/v1/events': eventV1,
};
