/** What the parts of the contract suite share. */
import assert from 'node:assert/strict';
import type { ManualClock } from '../../base/manual-clock.ts';
import type {
  Engine,
  EventSink,
  Page,
  ReadOutcome,
  Revision,
  StoredRecord,
  StoreEvent,
  WriteOutcome,
} from '../engine.ts';
import { prefixEnd } from '../keys.ts';

export interface EngineUnderTest {
  readonly engine: Engine;
  /** Time to live is counted on it; null: the engine lives outside (tests of expiry wait for real). */
  readonly clock: ManualClock | null;
  /** Closes the engine and opens the same store again; null: it does not outlive its process. */
  readonly reopen: (() => Promise<Engine>) | null;
  /** Leaves no room for puts, or enough again; null: it cannot be told to. */
  readonly limitRoom: ((isFull: boolean) => void) | null;
  /** Closes what is still open. */
  dispose(): Promise<void>;
}

export interface EventRecorder extends EventSink {
  readonly received: StoreEvent[];
  revision: Revision;
  end: 'compacted' | 'closed' | null;
}

/** A sink that keeps everything. */
export function recordEvents(): EventRecorder {
  const recorder: EventRecorder = {
    received: [],
    revision: 0,
    end: null,
    events: (events) => void recorder.received.push(...events),
    progress: (revision) => {
      recorder.revision = revision;
    },
    ended: (reason) => {
      recorder.end = reason;
    },
  };
  return recorder;
}

export async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}

export function put(engine: Engine, key: string, value: string, expectedRevision: Revision): Promise<WriteOutcome> {
  return engine.write({
    type: 'put',
    key,
    value: Buffer.from(value),
    expectedRevision,
    ttlSeconds: null,
    attachment: null,
  });
}

export function remove(engine: Engine, key: string, expectedRevision: Revision): Promise<WriteOutcome> {
  return engine.write({ type: 'delete', key, expectedRevision, attachment: null });
}

/** The revision of a write that must have been committed. */
export async function committed(outcome: Promise<WriteOutcome>): Promise<Revision> {
  const settled = await outcome;
  assert.equal(settled.kind, 'committed');
  return settled.kind === 'committed' ? settled.revision : 0;
}

/** The value of a read that must have worked. */
export async function read<T>(outcome: Promise<ReadOutcome<T>>): Promise<T> {
  const settled = await outcome;
  assert.ok(settled.kind === 'ok', `read answered ${settled.kind}`);
  return settled.value;
}

export function rangeOf(engine: Engine, prefix: string, revision: Revision = 0, limit = 0): Promise<ReadOutcome<Page>> {
  return engine.range({ start: prefix, end: prefixEnd(prefix), revision, limit });
}

export const brief = (record: StoredRecord | null) =>
  record === null ? null : [record.key, record.value.toString(), record.modRevision, record.createRevision];
export const briefPage = (page: Page) => page.records.map((record) => `${record.key}=${record.value}`);
export const briefEvent = (event: StoreEvent) =>
  `${event.revision} ${event.type} ${event.key}=${event.value} of ${event.createRevision}, was ${event.previous?.value}`;

export interface Context {
  engine(): Engine;
  subject(): EngineUnderTest;
}
