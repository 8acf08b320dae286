/** What is answered without being stored, and what is done beside a write: each wired to what it needs. */
import { createBindingActions } from '../apis/core/binding-action.ts';
import { createServiceAllocation } from '../apis/core/service-allocation.ts';
import { serviceAllocationStore } from '../apis/core/service-allocation-store.ts';
import { parsePortRange } from '../apis/networking/cidr.ts';
import { createEvictionActions } from '../apis/policy/eviction-action.ts';
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
import { StatusError } from '../meta/status.ts';
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
  const { authenticator, authorizer, ruleResolver, clock, registry, resources } = parts;
  return new Map<string, Action>([
    ['authentication.k8s.io/selfsubjectreviews', selfSubjectReview(() => clock.now())],
    ['authentication.k8s.io/tokenreviews', tokenReview({ authenticator, apiAudiences: [] })],
    ['authorization.k8s.io/subjectaccessreviews', subjectAccessReview(authorizer)],
    ['authorization.k8s.io/selfsubjectaccessreviews', selfSubjectAccessReview(authorizer)],
    ['authorization.k8s.io/localsubjectaccessreviews', localSubjectAccessReview(authorizer)],
    ['authorization.k8s.io/selfsubjectrulesreviews', selfSubjectRulesReview(ruleResolver)],
    ['/serviceaccounts/token', refuseToken],
    ...Object.entries(createBindingActions(registry, resources)),
    ...Object.entries(createEvictionActions(registry, resources)),
  ]);
}

export interface HookParts {
  readonly registry: () => Registry;
  readonly resources: () => ResourceTable;
  readonly addresses: Addresses;
  readonly random: Random;
}

export function createHooks({ registry, resources, addresses, random }: HookParts): ReadonlyMap<string, WriteHooks> {
  const nodePortRange = parsePortRange(NODE_PORT_RANGE);
  if (nodePortRange === null) throw new Error(`${NODE_PORT_RANGE} is no port range`);
  const store = serviceAllocationStore(registry, resources);
  return new Map([
    ['/services', createServiceAllocation({ store, ranges: addresses.serviceRanges, nodePortRange, random })],
  ]);
}

/** Upstream's default of --service-node-port-range. */
const NODE_PORT_RANGE = '30000-32767';

function refuseToken(): never {
  throw new StatusError(501, '', 'this server does not issue service account tokens yet');
}
