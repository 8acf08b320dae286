import type { Behavior, Conversion } from '../../registry/definition.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from './reviews.ts';

export const authorizationBehaviors: Record<string, Behavior> = {
  'authorization.k8s.io/localsubjectaccessreviews': localSubjectAccessReviews,
  'authorization.k8s.io/selfsubjectaccessreviews': selfSubjectAccessReviews,
  'authorization.k8s.io/selfsubjectrulesreviews': selfSubjectRulesReviews,
  'authorization.k8s.io/subjectaccessreviews': subjectAccessReviews,
};

export const authorizationConversions: Record<string, Conversion> = {};
