import type { Behavior, Conversion } from '../../registry/definition.ts';
import { certificateSigningRequests } from './certificate-signing-request.ts';
import { clusterTrustBundles } from './cluster-trust-bundle.ts';
import { podCertificateRequests } from './pod-certificate-request.ts';

export const certificatesBehaviors: Record<string, Behavior> = {
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequests,
  'certificates.k8s.io/clustertrustbundles': clusterTrustBundles,
  'certificates.k8s.io/podcertificaterequests': podCertificateRequests,
};

/** v1alpha1 of clustertrustbundles has the form of v1beta1. */
export const certificatesConversions: Record<string, Conversion> = {};
