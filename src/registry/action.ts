/**
 * What is neither stored nor a part of a stored object: reviews (SubjectAccessReview), pods/binding, pods/eviction,
 * serviceaccounts/token. An action is created, answered and forgotten.
 */
import type { KubeObject } from '../meta/object.ts';
import type { UserInfo } from '../meta/user.ts';

export interface ActionRequest {
  readonly user: UserInfo;
  readonly namespace: string;
  /** The parent's name for a subresource action; '' for a top-level resource. */
  readonly name: string;
  /** The decoded body. */
  readonly object: KubeObject;
  readonly dryRun: boolean;
}

/** Answers the object (or Status) to send, with 201. */
export type Action = (request: ActionRequest) => Promise<KubeObject> | KubeObject;

/** `<group>/<resource>` or `<group>/<resource>/<subresource>` to its action; the core group is ''. */
export type Actions = Readonly<Record<string, Action>>;
