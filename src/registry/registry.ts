/** What the operations of this room work with; made once by the composition root. */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { UserInfo } from '../meta/user.ts';
import type { Delete, Page, Put, RangeOptions, ReadOutcome, Revision, WriteOutcome } from '../store/engine.ts';
import type { Action } from './action.ts';
import type { Admission } from './admission.ts';
import type { WriteHooks } from './hooks.ts';
import type { Resource } from './resource.ts';

/** The part of the store that operations need. */
export interface RegistryStore {
  write(operation: Put | Delete): Promise<WriteOutcome>;
  range(options: RangeOptions): Promise<ReadOutcome<Page>>;
  currentRevision(): Revision | Promise<Revision>;
  compactedRevision(): Revision;
}

export interface Registry {
  readonly store: RegistryStore;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
  /** By `<group>/<resource>[/<subresource>]`. */
  readonly actions: ReadonlyMap<string, Action>;
  /** By `<group>/<resource>`. */
  readonly hooks: ReadonlyMap<string, WriteHooks>;
}

/** The hooks beside writes of this resource; null: it has none. */
export function hooksOf(registry: Registry, resource: Resource): WriteHooks | null {
  return registry.hooks.get(`${resource.group}/${resource.name}`) ?? null;
}

/** Who asks for an operation, and where its warnings go. */
export interface Caller {
  readonly user: UserInfo;
  /** Field manager when the request names none: the client's User-Agent up to the first `/`. */
  readonly defaultFieldManager: string;
  readonly warn: (text: string) => void;
}
