/** Watch frames: one JSON object per line, `{"type":"ADDED","object":{…}}`. */
import type { KubeObject } from '../../meta/object.ts';
import type { Status } from '../../meta/status.ts';
import { bytesAtRevision, type Entry, entryBytes } from '../../registry/entry.ts';
import type { Resource, Storage } from '../../registry/resource.ts';
import type { FrameEncoder, WatchEventType } from '../../registry/watch.ts';
import { type IncludeObject, partialOf, tableOf } from './table.ts';

const BEGIN: Readonly<Record<WatchEventType, Buffer>> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
};
const END = Buffer.from('}\n');

/** The annotation that ends the initial events of a WatchList (KEP-3157). */
const INITIAL_EVENTS_END = { annotations: { 'k8s.io/initial-events-end': 'true' } };

/** Whole objects in the resource's version: bytes between two constants. */
export function objectFrames(resource: Resource, storage: Storage): FrameEncoder {
  return {
    id: resource.apiVersion,
    frame(type, entry, revision) {
      const bytes = bytesAt(resource, storage, entry, revision);
      return Buffer.concat([BEGIN[type], bytes.subarray(0, bytes.length - 1), END]);
    },
    bookmark: (revision, initialEventsEnd) =>
      line('BOOKMARK', bookmarkObject(resource.kind, resource.apiVersion, revision, initialEventsEnd)),
    error: errorFrame,
  };
}

/** metadata only. */
export function partialFrames(resource: Resource, storage: Storage, apiVersion: string): FrameEncoder {
  return {
    id: `partial ${apiVersion} ${resource.apiVersion}`,
    frame: (type, entry, revision) => line(type, partialOf(objectAt(resource, storage, entry, revision), apiVersion)),
    bookmark: (revision, initialEventsEnd) =>
      line('BOOKMARK', bookmarkObject('PartialObjectMetadata', apiVersion, revision, initialEventsEnd)),
    error: errorFrame,
  };
}

/** Rows. Each watcher has an encoder of its own, for only its first event defines the columns and ages depend on the time. */
export function tableFrames(
  resource: Resource,
  storage: Storage,
  options: {
    readonly apiVersion: string;
    readonly include: IncludeObject;
    readonly now: () => number;
    readonly id: string;
  },
): FrameEncoder {
  const { printer } = storage.behavior;
  let columns = true;
  const table = (objects: KubeObject[], revision: number): unknown => {
    const metadata = { resourceVersion: String(revision) };
    const made = tableOf(printer, objects, {
      apiVersion: options.apiVersion,
      include: options.include,
      nowMs: options.now(),
      metadata,
      columns,
    });
    columns = false;
    return made;
  };
  return {
    id: `table ${options.id}`,
    frame: (type, entry, revision) => line(type, table([objectAt(resource, storage, entry, revision)], revision)),
    bookmark(revision, initialEventsEnd) {
      const row = bookmarkObject(resource.kind, resource.apiVersion, revision, initialEventsEnd) as KubeObject;
      return line('BOOKMARK', table([row], revision));
    },
    error: errorFrame,
  };
}

export function bytesAt(resource: Resource, storage: Storage, entry: Entry, revision: number): Buffer {
  const bytes = entryBytes(resource, storage, entry);
  return entry.revision === revision ? bytes : bytesAtRevision(bytes, entry.revision, revision);
}

function objectAt(resource: Resource, storage: Storage, entry: Entry, revision: number): KubeObject {
  return JSON.parse(bytesAt(resource, storage, entry, revision).toString()) as KubeObject;
}

export function bookmarkObject(kind: string, apiVersion: string, revision: number, initialEventsEnd: boolean): object {
  const metadata = { resourceVersion: String(revision), ...(initialEventsEnd ? INITIAL_EVENTS_END : {}) };
  return { kind, apiVersion, metadata };
}

function errorFrame(status: Status): Buffer {
  return line('ERROR', status);
}

function line(type: string, object: unknown): Buffer {
  return Buffer.from(`{"type":${JSON.stringify(type)},"object":${JSON.stringify(object)}}\n`);
}
