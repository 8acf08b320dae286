/**
 * The frozen runtime record of a served resource: everything a request needs, resolved once. A CustomResourceDefinition
 * compiles to the same record; the table of records is swapped by one reference.
 */
import type { GroupResource, GroupVersionKind, KubeObject } from '../meta/object.ts';
import type { CompiledType } from '../schema/compile.ts';
import type { ResourceCache, Scope } from '../store/cache.ts';
import type { Behavior, Conversion, Printer } from './definition.ts';
import type { Entry } from './entry.ts';

export type ResourceVerb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One group, version and resource as it is served. */
export interface Resource {
  readonly gvk: GroupVersionKind;
  readonly group: string;
  readonly version: string;
  /** `apps/v1` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  /** Plural, as in the path. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: ReadonlySet<string>;
  readonly groupResource: GroupResource;
  /** Kind and group as errors about invalid objects name them. */
  readonly groupKind: GroupResource;
  /** `{"kind":"Pod","apiVersion":"v1",`: how the wire form of an object begins. */
  readonly header: Buffer;
  readonly type: CompiledType;
  readonly encode: (object: KubeObject) => string;
  /** Null when this version's form is the storage form but for apiVersion. */
  readonly conversion: Conversion | null;
  /** Field labels of this version in terms of the storage's. */
  readonly fieldAliases: Readonly<Record<string, string>>;
  readonly subresources: ReadonlyMap<string, Subresource>;
  /** How `kubectl get` shows it; null: it has no rows (reviews). */
  readonly printer: Printer | null;
  /** Null: not stored (reviews); only an action answers. */
  readonly storage: Storage | null;
}

export interface Subresource {
  readonly name: string;
  readonly gvk: GroupVersionKind;
  readonly verbs: ReadonlySet<string>;
  /** Type of the body; null for connect subresources (exec, log, proxy). */
  readonly type: CompiledType | null;
}

/** What all versions (and groups, as events) of one stored kind share. */
export interface Storage {
  readonly groupResource: GroupResource;
  /** `/registry/pods/` */
  readonly prefix: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** apiVersion of the stored form, and of managed fields where versions differ in form. */
  readonly apiVersion: string;
  readonly storageHeader: Buffer;
  /** Begin of the wire form kept in memory: that of the served version which needs no conversion. */
  readonly wireHeader: Buffer;
  readonly wireApiVersion: string;
  readonly type: CompiledType;
  readonly encode: (object: KubeObject) => string;
  readonly behavior: Behavior;
  /** Field labels beyond metadata.*, in the order of `Entry.fields`. */
  readonly fieldLabels: readonly string[];
  readonly ttlSeconds: number | null;
  readonly cache: ResourceCache<Entry>;
}

export type ResourceTable = ReadonlyMap<string, Resource>;

export function resourceKey(group: string, version: string, resource: string): string {
  return `${group}/${version}/${resource}`;
}

export function storageKey(storage: Storage, namespace: string, name: string): string {
  return storage.namespaced ? `${storage.prefix}${namespace}/${name}` : storage.prefix + name;
}

/** The whole resource, one namespace of it, or one object. '' stands for all. */
export function scopeOf(storage: Storage, namespace: string, name: string, index: string | null): Scope {
  if (name !== '' && (namespace !== '' || !storage.namespaced)) {
    return { prefix: storageKey(storage, namespace, name), exact: true, index: null };
  }
  const prefix = storage.namespaced && namespace !== '' ? `${storage.prefix}${namespace}/` : storage.prefix;
  return { prefix, exact: false, index };
}

/** The stored resource's storage; an action has none, and must not get here. */
export function storageOf(resource: Resource): Storage {
  if (resource.storage === null) throw new Error(`${resource.name} is not stored`);
  return resource.storage;
}
