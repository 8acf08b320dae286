import type { KubeObject } from '../../meta/object.ts';

/**
 * What to write so that the store holds what it should; null: nothing. 'update' keeps the existing object's identity and
 * resourceVersion; 'replace' means delete, then create.
 */
export type Reconciled = { readonly write: 'create' | 'update' | 'replace'; readonly object: KubeObject } | null;

export function create(object: KubeObject): Reconciled {
  return { write: 'create', object };
}

export function update(object: KubeObject): Reconciled {
  return { write: 'update', object };
}

/** For objects that are made once and then belong to the users. */
export function reconcileMissing(existing: KubeObject | null, desired: KubeObject): Reconciled {
  return existing === null ? create(desired) : null;
}
