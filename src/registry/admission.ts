/** The registry's view of admission: what is asked before a write. Implementations stand in `src/admission`. */
import type { GroupVersionKind, KubeObject } from '../meta/object.ts';
import type { UserInfo } from '../meta/user.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly kind: GroupVersionKind;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Null for DELETE. Mutating plugins change it in place. */
  readonly object: KubeObject | null;
  /** The stored object, for UPDATE and DELETE. */
  readonly oldObject: KubeObject | null;
  /** Adds a Warning header. */
  readonly warn: (text: string) => void;
}

/** Throws a StatusError to refuse. Null: this chain has nothing to do in the phase. */
export interface Admission {
  readonly mutate: ((attributes: AdmissionAttributes) => void | Promise<void>) | null;
  readonly validate: ((attributes: AdmissionAttributes) => void | Promise<void>) | null;
}
