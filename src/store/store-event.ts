import type { Backend, LogHead } from './backend.ts';
import type { Revision, StoredRecord, StoreEvent } from './engine.ts';

/**
 * `previousMod` and `previousCreate`: the version replaced or removed; 0: none. Its value is read when asked for: who
 * keeps the live entries in memory never does.
 */
export function makeEvent(
  backend: Backend,
  head: LogHead,
  value: Buffer | null,
  previousMod: Revision,
  previousCreate: Revision,
  attachment: unknown,
): StoreEvent {
  return new EmbeddedEvent(backend, head, value, previousMod, previousCreate, attachment);
}

class EmbeddedEvent implements StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: Revision;
  readonly value: Buffer | null;
  readonly createRevision: Revision;
  readonly attachment: unknown;
  private readonly backend: Backend;
  private readonly previousMod: Revision;
  private readonly previousCreate: Revision;

  constructor(
    backend: Backend,
    head: LogHead,
    value: Buffer | null,
    previousMod: Revision,
    previousCreate: Revision,
    attachment: unknown,
  ) {
    this.type = head.type;
    this.key = head.key;
    this.revision = head.revision;
    this.value = value;
    this.createRevision = head.type === 'put' ? head.createRevision : previousCreate;
    this.attachment = attachment;
    this.backend = backend;
    this.previousMod = previousMod;
    this.previousCreate = previousCreate;
  }

  get previous(): StoredRecord | null {
    if (this.previousMod === 0) return null;
    const value = this.backend.value(this.previousMod);
    if (value === null) return null;
    return { key: this.key, value, modRevision: this.previousMod, createRevision: this.previousCreate };
  }
}
