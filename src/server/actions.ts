/** What is answered without being stored, and what is done beside a write: each wired to what it needs. */
import type { Authenticator } from '../authn/authenticator.ts';
import { selfSubjectReview, tokenReview } from '../authn/reviews.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from '../authz/reviews.ts';
import type { RuleResolver } from '../authz/rule-resolver.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Action } from '../registry/action.ts';
import type { WriteHooks } from '../registry/hooks.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResourceTable } from '../registry/resource.ts';
import type { Addresses } from './addresses.ts';

export interface ActionParts {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
  readonly clock: Clock;
  readonly registry: () => Registry;
  readonly resources: () => ResourceTable;
}

export function createActions(parts: ActionParts): ReadonlyMap<string, Action> {
  const { authenticator, authorizer, ruleResolver, clock } = parts;
  return new Map<string, Action>([
    ['authentication.k8s.io/selfsubjectreviews', selfSubjectReview(() => clock.now())],
    ['authentication.k8s.io/tokenreviews', tokenReview({ authenticator, apiAudiences: [] })],
    ['authorization.k8s.io/subjectaccessreviews', subjectAccessReview(authorizer)],
    ['authorization.k8s.io/selfsubjectaccessreviews', selfSubjectAccessReview(authorizer)],
    ['authorization.k8s.io/localsubjectaccessreviews', localSubjectAccessReview(authorizer)],
    ['authorization.k8s.io/selfsubjectrulesreviews', selfSubjectRulesReview(ruleResolver)],
  ]);
}

export interface HookParts {
  readonly registry: () => Registry;
  readonly resources: () => ResourceTable;
  readonly addresses: Addresses;
  readonly random: Random;
}

export function createHooks(_parts: HookParts): ReadonlyMap<string, WriteHooks> {
  return new Map();
}
