/**
 * Work beside a write that needs other objects or leaves traces outside the object: cluster IP allocation of services,
 * node ports. Few resources have hooks; the rest costs one Map look-up.
 */
import type { KubeObject } from '../meta/object.ts';
import type { WriteContext } from './definition.ts';

/** What a hook did for a write that is under way. Exactly one of the two is called. */
export interface Pending {
  /** The write happened: lets go of what only the old object needed. */
  commit(): Promise<void>;
  /** It did not: takes back what was done. */
  rollback(): Promise<void>;
}

export interface WriteHooks {
  /**
   * After prepare and before validation; changes `object` in place. `old` is null on create. With `context.dryRun` it
   * leaves no traces. Null: nothing to commit nor to take back.
   */
  readonly beforeWrite: (object: KubeObject, old: KubeObject | null, context: WriteContext) => Promise<Pending | null>;
  /** After the object is gone. */
  readonly afterDelete: (object: KubeObject) => Promise<void>;
}
