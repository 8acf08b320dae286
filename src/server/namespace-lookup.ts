/** The namespaces as admission asks for them: from the cache, at once. */
import type { NamespaceState } from '../admission/namespace-lifecycle.ts';
import { type Resource, storageKey, storageOf } from '../registry/resource.ts';

export function namespaceLookup(
  namespaces: Resource | undefined,
): (name: string) => NamespaceState | null | Promise<NamespaceState | null> {
  if (namespaces === undefined) throw new Error('namespaces are not served');
  const storage = storageOf(namespaces);
  const phaseAt = storage.fieldLabels.indexOf('status.phase');
  const lookUp = (name: string): NamespaceState | null => {
    const entry = storage.cache.get(storageKey(storage, '', name));
    return entry === undefined ? null : { phase: entry.fields?.[phaseAt] ?? '' };
  };
  return (name) => {
    const loading = storage.cache.ready();
    return loading === null ? lookUp(name) : loading.then(() => lookUp(name));
  };
}
