/** The newest events of a resource, kept in memory up to a number and a size. */
import { Ring } from '../base/ring.ts';
import type { CacheEvent } from './cache.ts';
import type { Revision } from './engine.ts';

/** A cache event and what the cache itself needs of it. All of them have one shape. */
export interface WindowEvent<E> extends CacheEvent<E> {
  /** Length of the value; 0 for a delete. */
  readonly valueBytes: number;
  /** The buckets of `entry` and `previous`; '': none. */
  readonly bucket: string;
  readonly previousBucket: string;
}

export interface EventWindow<E> {
  /** Every event after this revision is in the window. */
  start(): Revision;
  push(event: WindowEvent<E>): void;
  /** Begins anew: nothing after `revision` has happened. */
  reset(revision: Revision): void;
  /** The index of the first event after `revision`; `length()` when there is none. */
  indexAfter(revision: Revision): number;
  at(index: number): WindowEvent<E>;
  length(): number;
}

/** What an event costs besides its value, roughly. */
const eventBytes = 200;

export function createEventWindow<E>(eventsMax: number, bytesMax: number): EventWindow<E> {
  const ring = new Ring<WindowEvent<E>>();
  let bytes = 0;
  let start: Revision = 0;
  return {
    start: () => start,
    push(event) {
      ring.push(event);
      bytes += event.valueBytes + eventBytes;
      while (ring.length > eventsMax || (bytes > bytesMax && ring.length > 0)) {
        const dropped = ring.shift()!;
        bytes -= dropped.valueBytes + eventBytes;
        start = dropped.revision;
      }
    },
    reset(revision) {
      ring.clear();
      bytes = 0;
      start = revision;
    },
    indexAfter: (revision) => ring.findFirst((event) => event.revision > revision),
    at: (index) => ring.at(index),
    length: () => ring.length,
  };
}
