import type { Behavior, Conversion } from '../../registry/definition.ts';
import { ingresses } from './ingress.ts';
import { ingressClasses } from './ingress-class.ts';
import { ipAddresses } from './ip-address.ts';
import { networkPolicies } from './network-policy.ts';
import { serviceCidrs } from './service-cidr.ts';

export const networkingBehaviors: Record<string, Behavior> = {
  'networking.k8s.io/ingresses': ingresses,
  'networking.k8s.io/ingressclasses': ingressClasses,
  'networking.k8s.io/ipaddresses': ipAddresses,
  'networking.k8s.io/networkpolicies': networkPolicies,
  'networking.k8s.io/servicecidrs': serviceCidrs,
};

/** v1beta1 of ipaddresses and servicecidrs has the form of v1. */
export const networkingConversions: Record<string, Conversion> = {};
