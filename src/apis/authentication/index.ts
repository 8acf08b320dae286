import type { Behavior, Conversion } from '../../registry/definition.ts';
import { selfSubjectReviews, tokenReviews } from './reviews.ts';

export const authenticationBehaviors: Record<string, Behavior> = {
  'authentication.k8s.io/selfsubjectreviews': selfSubjectReviews,
  'authentication.k8s.io/tokenreviews': tokenReviews,
};

export const authenticationConversions: Record<string, Conversion> = {};
