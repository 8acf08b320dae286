import type { PolicyRule } from '../meta/rbac-types.ts';
import type { UserInfo } from '../meta/user.ts';

/** What a user may do in a namespace and everywhere, as far as it can be told. */
export interface UserRules {
  readonly resourceRules: readonly PolicyRule[];
  readonly nonResourceRules: readonly PolicyRule[];
  /** An authorizer that cannot list its rules takes part in decisions. */
  readonly incomplete: boolean;
  /** '' for none. */
  readonly error: string;
}

export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): UserRules;
}
