/**
 * An entry is one object version in memory: its wire bytes, and beside them the few values that selectors ask for, taken
 * out once. A GET or LIST in JSON writes these bytes and never parses them.
 */
import { inTurns, isLongWork, type Stages } from '../base/turns.ts';
import type { KubeObject } from '../meta/object.ts';
import { encodeStages, spliceOffset } from '../schema/encode.ts';
import type { Revision } from '../store/engine.ts';
import type { Resource, Storage } from './resource.ts';

export interface Entry {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly revision: Revision;
  /** Canonical JSON with resourceVersion and a final newline, beginning with the storage's wire header. */
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, string>> | null;
  /** Values of the storage's field labels, in their order; null when it has none. */
  readonly fields: readonly string[] | null;
  /** The bucket of the storage's index; '' for none. */
  readonly index: string;
  /** Wire bytes in other served versions, made on demand. */
  converted: Map<string, Buffer> | null;
}

/** What a writer of this process hands past the store, so that its own write is not parsed again. */
export interface Extract {
  readonly labels: Readonly<Record<string, string>> | null;
  readonly fields: readonly string[] | null;
  readonly index: string;
}

export function extractOf(storage: Storage, object: KubeObject): Extract {
  const getters = storage.behavior.fieldLabels;
  const fields = getters === null ? null : storage.fieldLabels.map((label) => getters[label]?.(object) ?? '');
  const indexLabel = storage.behavior.indexLabel;
  const index = indexLabel === null || fields === null ? '' : (fields[storage.fieldLabels.indexOf(indexLabel)] ?? '');
  return { labels: object.metadata.labels ?? null, fields, index };
}

/** The stored form: canonical JSON in the storage version, without resourceVersion. */
export function storedValue(storage: Storage, object: KubeObject): Buffer {
  const { apiVersion, metadata } = object;
  const revision = metadata.resourceVersion;
  object.apiVersion = storage.apiVersion;
  delete metadata.resourceVersion;
  const value = bytesOf(storage.encode(object));
  if (apiVersion !== undefined) object.apiVersion = apiVersion;
  if (revision !== undefined) metadata.resourceVersion = revision;
  return value;
}

/** `storedValue`; `bytes`: about as long as the object is. */
export function valueToStore(storage: Storage, object: KubeObject, bytes: number): Buffer | Promise<Buffer> {
  return isLongWork(bytes) ? inTurns(valueStages(storage, object)) : storedValue(storage, object);
}

function* valueStages({ type, apiVersion }: Storage, object: KubeObject): Stages<Buffer> {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const text = yield* encodeStages(type, { ...object, apiVersion, metadata });
  yield;
  return bytesOf(text);
}

/** Nearly every object is ASCII, which is copied three times as fast as UTF-8 is encoded. */
function bytesOf(text: string): Buffer {
  return Buffer.byteLength(text) === text.length ? Buffer.from(text, 'latin1') : Buffer.from(text);
}

/** Makes an entry from what the store holds; `extract` is null for values that this process did not write just now. */
export function entryOf(
  storage: Storage,
  key: string,
  value: Buffer,
  revision: Revision,
  extract: Extract | null,
): Entry {
  let canonical = value;
  let taken = extract;
  if (taken === null) {
    const object = parseStored(value);
    taken = extractOf(storage, object);
    if (!startsWith(value, storage.storageHeader)) {
      object.kind = storage.kind;
      canonical = storedValue(storage, object);
    }
  }
  const rest = key.slice(storage.prefix.length);
  const slash = storage.namespaced ? rest.indexOf('/') : -1;
  return {
    key,
    name: rest.slice(slash + 1),
    namespace: slash < 0 ? '' : rest.slice(0, slash),
    revision,
    bytes: wireBytes(storage, canonical, revision),
    labels: taken.labels,
    fields: taken.fields,
    index: taken.index,
    converted: null,
  };
}

/** The object of an entry, parsed anew: the caller may change it. apiVersion is the wire version's. */
export function entryObject(entry: Entry): KubeObject {
  return JSON.parse(entry.bytes.toString()) as KubeObject;
}

/** Wire bytes of an entry in a served version. */
export function entryBytes(resource: Resource, storage: Storage, entry: Entry): Buffer {
  if (resource.header === storage.wireHeader) return entry.bytes;
  const known = entry.converted?.get(resource.apiVersion);
  if (known !== undefined) return known;
  const bytes =
    resource.conversion === null
      ? Buffer.concat([resource.header, entry.bytes.subarray(storage.wireHeader.length)])
      : Buffer.from(`${resource.encode(toServed(resource, entryObject(entry)))}\n`);
  entry.converted ??= new Map();
  entry.converted.set(resource.apiVersion, bytes);
  return bytes;
}

/** The served version's form of a storage object; may reuse it. */
export function toServed(resource: Resource, object: KubeObject): KubeObject {
  const served = resource.conversion === null ? object : resource.conversion.fromStorage(object);
  served.apiVersion = resource.apiVersion;
  served.kind = resource.kind;
  return served;
}

/** True when writing `value` over `entry` would change nothing but the revision. */
export function sameAsStored(storage: Storage, entry: Entry, value: Buffer): boolean {
  const wire = entry.bytes;
  const revisionText = revisionMember(entry.revision);
  const headerGrowth = storage.wireHeader.length - storage.storageHeader.length;
  if (wire.length !== value.length + headerGrowth + revisionText.length + 1) return false;
  const at = spliceOffset(value, metadataStart(storage.storageHeader));
  return (
    wire.compare(value, storage.storageHeader.length, at, storage.wireHeader.length, at + headerGrowth) === 0 &&
    wire.compare(value, at, value.length, at + headerGrowth + revisionText.length, wire.length - 1) === 0
  );
}

/** Wire bytes of an entry as if it stood at another revision: what a DELETED event carries. */
export function bytesAtRevision(bytes: Buffer, from: Revision, to: Revision): Buffer {
  const old = revisionMember(from);
  const at = bytes.indexOf(old);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(revisionMember(to)), bytes.subarray(at + old.length)]);
}

/** Canonical encodings go on with `"metadata":{` behind the header. */
function metadataStart(header: Buffer): number {
  return header.length + '"metadata":{'.length;
}

/** Every JSON answer of the API ends in one. */
const NEWLINE = 0x0a;

function revisionMember(revision: Revision): string {
  // 0: a dry run's object, which never got one.
  if (revision === 0) return '';
  return `"resourceVersion":"${revision}",`;
}

function wireBytes(storage: Storage, value: Buffer, revision: Revision): Buffer {
  const at = spliceOffset(value, metadataStart(storage.storageHeader));
  const member = revisionMember(revision);
  const head = storage.wireHeader;
  const skip = storage.storageHeader.length;
  const bytes = Buffer.allocUnsafe(value.length - skip + head.length + member.length + 1);
  head.copy(bytes, 0);
  let end = head.length + value.copy(bytes, head.length, skip, at);
  end += bytes.write(member, end, 'latin1');
  end += value.copy(bytes, end, at);
  bytes[end] = NEWLINE;
  return bytes;
}

function parseStored(value: Buffer): KubeObject {
  return JSON.parse(value.toString()) as KubeObject;
}

function startsWith(value: Buffer, header: Buffer): boolean {
  return value.length >= header.length && value.compare(header, 0, header.length, 0, header.length) === 0;
}
