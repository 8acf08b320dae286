/**
 * Work beside a write that needs other objects or leaves traces outside the object: cluster IP allocation of services,
 * node ports. Few resources have hooks; the rest costs one Map look-up.
 */
import type { KubeObject } from '../meta/object.ts';
import type { WriteContext } from './definition.ts';

/** Takes back what a hook did, when the write did not happen. */
export type Undo = () => Promise<void>;

export interface WriteHooks {
  /** After prepare and before validation; changes `object` in place. `old` is null on create. */
  readonly beforeWrite:
    | ((object: KubeObject, old: KubeObject | null, context: WriteContext) => Promise<Undo | null>)
    | null;
  /** After the object is gone or was replaced (`object` null: deleted). */
  readonly afterWrite: ((object: KubeObject | null, old: KubeObject) => Promise<void>) | null;
}
