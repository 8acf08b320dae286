import type { Behavior, Conversion } from '../../registry/definition.ts';
import { deviceTaintRules, resourcePoolStatusRequests } from './alpha-kinds.ts';
import { claimConversion, sliceConversion, templateConversion } from './conversion.ts';
import { deviceClasses } from './device-class.ts';
import { resourceClaims } from './resource-claim.ts';
import { resourceClaimTemplates } from './resource-claim-template.ts';
import { resourceSlices } from './resource-slice.ts';

export const resourceBehaviors: Record<string, Behavior> = {
  'resource.k8s.io/deviceclasses': deviceClasses,
  'resource.k8s.io/devicetaintrules': deviceTaintRules,
  'resource.k8s.io/resourceclaims': resourceClaims,
  'resource.k8s.io/resourceclaimtemplates': resourceClaimTemplates,
  'resource.k8s.io/resourcepoolstatusrequests': resourcePoolStatusRequests,
  'resource.k8s.io/resourceslices': resourceSlices,
};

/** v1beta2 has the form of v1, and of v1alpha3 for devicetaintrules. */
export const resourceConversions: Record<string, Conversion> = {
  'resource.k8s.io/v1beta1/resourceclaims': claimConversion,
  'resource.k8s.io/v1beta1/resourceclaimtemplates': templateConversion,
  'resource.k8s.io/v1beta1/resourceslices': sliceConversion,
};
