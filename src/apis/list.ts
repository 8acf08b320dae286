/** All built-in behaviour, resource by resource: the one place that knows every group. */
import type { Behavior, Conversion } from '../registry/definition.ts';
import { admissionregistrationBehaviors, admissionregistrationConversions } from './admissionregistration/index.ts';
import { apiextensionsBehaviors, apiextensionsConversions } from './apiextensions/index.ts';
import { apiregistrationBehaviors, apiregistrationConversions } from './apiregistration/index.ts';
import { appsBehaviors, appsConversions } from './apps/index.ts';
import { authenticationBehaviors, authenticationConversions } from './authentication/index.ts';
import { authorizationBehaviors, authorizationConversions } from './authorization/index.ts';
import { autoscalingBehaviors, autoscalingConversions } from './autoscaling/index.ts';
import { batchBehaviors, batchConversions } from './batch/index.ts';
import { certificatesBehaviors, certificatesConversions } from './certificates/index.ts';
import { coordinationBehaviors, coordinationConversions } from './coordination/index.ts';
import { coreBehaviors, coreConversions } from './core/index.ts';
import { discoveryBehaviors, discoveryConversions } from './discovery/index.ts';
import { eventsBehaviors, eventsConversions } from './events/index.ts';
import { flowcontrolBehaviors, flowcontrolConversions } from './flowcontrol/index.ts';
import { internalBehaviors, internalConversions } from './internal/index.ts';
import { networkingBehaviors, networkingConversions } from './networking/index.ts';
import { nodeBehaviors, nodeConversions } from './node/index.ts';
import { policyBehaviors, policyConversions } from './policy/index.ts';
import { rbacBehaviors, rbacConversions } from './rbac/index.ts';
import { resourceBehaviors, resourceConversions } from './resource/index.ts';
import { schedulingBehaviors, schedulingConversions } from './scheduling/index.ts';
import { storageBehaviors, storageConversions } from './storage/index.ts';
import { storagemigrationBehaviors, storagemigrationConversions } from './storagemigration/index.ts';

/** By `<group>/<plural>`; the core group is ''. */
export const BEHAVIORS: Readonly<Record<string, Behavior>> = {
  ...coreBehaviors,
  ...admissionregistrationBehaviors,
  ...apiextensionsBehaviors,
  ...apiregistrationBehaviors,
  ...appsBehaviors,
  ...authenticationBehaviors,
  ...authorizationBehaviors,
  ...autoscalingBehaviors,
  ...batchBehaviors,
  ...certificatesBehaviors,
  ...coordinationBehaviors,
  ...discoveryBehaviors,
  ...eventsBehaviors,
  ...flowcontrolBehaviors,
  ...internalBehaviors,
  ...networkingBehaviors,
  ...nodeBehaviors,
  ...policyBehaviors,
  ...rbacBehaviors,
  ...resourceBehaviors,
  ...schedulingBehaviors,
  ...storageBehaviors,
  ...storagemigrationBehaviors,
};

/** By `<group>/<version>/<plural>`. */
export const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  ...coreConversions,
  ...admissionregistrationConversions,
  ...apiextensionsConversions,
  ...apiregistrationConversions,
  ...appsConversions,
  ...authenticationConversions,
  ...authorizationConversions,
  ...autoscalingConversions,
  ...batchConversions,
  ...certificatesConversions,
  ...coordinationConversions,
  ...discoveryConversions,
  ...eventsConversions,
  ...flowcontrolConversions,
  ...internalConversions,
  ...networkingConversions,
  ...nodeConversions,
  ...policyConversions,
  ...rbacConversions,
  ...resourceConversions,
  ...schedulingConversions,
  ...storageConversions,
  ...storagemigrationConversions,
};
