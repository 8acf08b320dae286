/** Frames of a watch in JSON: one object per line. */
import { Buffer } from 'node:buffer';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

const HEADS: Readonly<Record<WatchEventType, Buffer>> = {
  ADDED: head('ADDED'),
  MODIFIED: head('MODIFIED'),
  DELETED: head('DELETED'),
  BOOKMARK: head('BOOKMARK'),
  ERROR: head('ERROR'),
};

/** `{"type":"ADDED","object":{…}}` and a line feed, as one buffer. `object`: one JSON object without line feed. */
export function jsonWatchFrame(type: WatchEventType, object: Uint8Array): Buffer {
  const start = HEADS[type];
  const frame = Buffer.allocUnsafe(start.length + object.length + 2);
  frame.set(start);
  frame.set(object, start.length);
  frame[frame.length - 2] = 0x7d;
  frame[frame.length - 1] = 0x0a;
  return frame;
}

function head(type: WatchEventType): Buffer {
  return Buffer.from(`{"type":"${type}","object":`);
}
