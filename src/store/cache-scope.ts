/** Which events a scope wants, and which group of watchers it belongs to. */
import type { Scope } from './cache.ts';
import type { WindowEvent } from './cache-window.ts';

export function isInScope<E>(scope: Scope, event: WindowEvent<E>): boolean {
  if (scope.exact ? event.key !== scope.prefix : !event.key.startsWith(scope.prefix)) return false;
  return scope.index === null || event.bucket === scope.index || event.previousBucket === scope.index;
}

/**
 * How an event finds a watcher without asking it: `all` get everything, `prefix`, `key` and `bucket` are found by the
 * event's namespace, key and buckets; `other` are asked.
 */
export type GroupKind = 'all' | 'prefix' | 'key' | 'bucket' | 'other';

export function groupKindOf(scope: Scope, cachePrefix: string): GroupKind {
  if (scope.index !== null) return scope.exact || !cachePrefix.startsWith(scope.prefix) ? 'other' : 'bucket';
  if (scope.exact) return 'key';
  if (cachePrefix.startsWith(scope.prefix)) return 'all';
  const slash = scope.prefix.indexOf('/', cachePrefix.length);
  return scope.prefix.startsWith(cachePrefix) && slash === scope.prefix.length - 1 ? 'prefix' : 'other';
}

/** `/registry/pods/<namespace>/`; '' for keys without a namespace. */
export function namespacePrefixOf(key: string, cachePrefix: string): string {
  const slash = key.indexOf('/', cachePrefix.length);
  return slash < 0 ? '' : key.slice(0, slash + 1);
}
