/** The authorization modes AlwaysAllow and AlwaysDeny. */
import type { AuthorizationResult, Authorizer } from './authorizer.ts';
import type { RuleResolver, UserRules } from './rule-resolver.ts';

const ALLOW: AuthorizationResult = { decision: 'allow', reason: '', error: '' };
/** No opinion rather than a denial, as upstream: an authorizer after it may still allow. */
const FORBIDDEN: AuthorizationResult = { decision: 'no-opinion', reason: 'Everything is forbidden.', error: '' };

const ALL_RULES: UserRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
  error: '',
};
const NO_RULES: UserRules = { resourceRules: [], nonResourceRules: [], incomplete: false, error: '' };

export const alwaysAllow: Authorizer & RuleResolver = { authorize: () => ALLOW, rulesFor: () => ALL_RULES };

export const alwaysDeny: Authorizer & RuleResolver = { authorize: () => FORBIDDEN, rulesFor: () => NO_RULES };
