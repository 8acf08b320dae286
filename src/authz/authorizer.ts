/** Authorization: may this user do this? (KEP-3221 words; absence of an allow means deny.) */
import type { UserInfo } from '../meta/user.ts';

export interface AuthorizationAttributes {
  readonly user: UserInfo;
  /** get, list, watch, create, update, patch, delete, deletecollection, or a lower-case HTTP method for paths, or bind, escalate, impersonate, approve... */
  readonly verb: string;
  /** True for API resources; false: `path` counts. */
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export type Decision = 'allow' | 'deny' | 'no-opinion';

export interface AuthorizationResult {
  readonly decision: Decision;
  /** `RBAC: allowed by ClusterRoleBinding ...`; '' when there is nothing to say. */
  readonly reason: string;
  /** Errors met on the way (a missing role); '' for none. */
  readonly error: string;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): AuthorizationResult | Promise<AuthorizationResult>;
}
