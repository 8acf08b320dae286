import type { Behavior, Conversion } from '../../registry/definition.ts';
import { mutatingAdmissionPolicies, validatingAdmissionPolicies } from './policies.ts';
import { mutatingAdmissionPolicyBindings, validatingAdmissionPolicyBindings } from './policy-bindings.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from './webhooks.ts';

export const admissionregistrationBehaviors: Record<string, Behavior> = {
  'admissionregistration.k8s.io/mutatingadmissionpolicies': mutatingAdmissionPolicies,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': mutatingAdmissionPolicyBindings,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': mutatingWebhookConfigurations,
  'admissionregistration.k8s.io/validatingadmissionpolicies': validatingAdmissionPolicies,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': validatingAdmissionPolicyBindings,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': validatingWebhookConfigurations,
};

/** v1alpha1, v1beta1 and v1 of mutating policies and their bindings have one form. */
export const admissionregistrationConversions: Record<string, Conversion> = {};
