/** The live entries of one resource in key order, and by bucket of its index. */
import { SortedMap } from '../base/sorted-map.ts';
import type { CacheOptions, Scope } from './cache.ts';
import { prefixEnd } from './keys.ts';

export interface CacheEntries<E> {
  get(key: string): E | undefined;
  /** Returns the entry replaced; null: none. */
  set(key: string, entry: E): E | null;
  /** Returns the entry removed; null: none. */
  delete(key: string): E | null;
  list(scope: Scope): E[];
  count(scope: Scope): number;
  /** '' when the resource has no index. */
  bucketOf(entry: E): string;
}

export function createCacheEntries<E>({ indexOf }: Pick<CacheOptions<E>, 'indexOf'>): CacheEntries<E> {
  const entries = new SortedMap<E>();
  const buckets = new Map<string, SortedMap<E>>();
  const bucketOf = (entry: E): string => (indexOf === null ? '' : indexOf(entry));

  function leaveBucket(key: string, entry: E, next: string): void {
    const name = bucketOf(entry);
    if (name === next) return;
    const bucket = buckets.get(name);
    if (bucket?.delete(key) !== undefined && bucket.size === 0) buckets.delete(name);
  }

  function enterBucket(key: string, entry: E, name: string): void {
    if (name === '') return;
    let bucket = buckets.get(name);
    if (bucket === undefined) {
      bucket = new SortedMap();
      buckets.set(name, bucket);
    }
    bucket.set(key, entry);
  }

  const mapOf = (scope: Scope): SortedMap<E> | undefined => (scope.index === null ? entries : buckets.get(scope.index));

  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      const previous = entries.set(key, entry);
      const name = bucketOf(entry);
      if (previous !== undefined) leaveBucket(key, previous, name);
      enterBucket(key, entry, name);
      return previous ?? null;
    },
    delete(key) {
      const previous = entries.delete(key);
      if (previous === undefined) return null;
      leaveBucket(key, previous, '');
      return previous;
    },
    list(scope) {
      const map = mapOf(scope);
      if (map === undefined) return [];
      if (!scope.exact) return map.values(scope.prefix, prefixEnd(scope.prefix) || null);
      const entry = map.get(scope.prefix);
      return entry === undefined ? [] : [entry];
    },
    count(scope) {
      const map = mapOf(scope);
      if (map === undefined) return 0;
      if (scope.exact) return map.get(scope.prefix) === undefined ? 0 : 1;
      return map.count(scope.prefix, prefixEnd(scope.prefix) || null);
    },
    bucketOf,
  };
}
