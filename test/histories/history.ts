/**
 * What clients did and saw, as plain data. Times are milliseconds of one monotonic clock: when the request was sent and
 * when its answer was complete. A state is that part of an object that selectors and the tests ask for.
 */

export interface State {
  /** `<resource>/<namespace>/<name>` */
  readonly key: string;
  readonly uid: string;
  readonly revision: number;
  /** The label `tier`. */
  readonly tier: string;
  /** spec.nodeName of a pod, else ''. */
  readonly node: string;
  /** status.phase of a pod, else ''. */
  readonly phase: string;
  /** Different for every write. */
  readonly value: string;
}

interface Timed {
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** An attempted write. */
export interface Write extends Timed {
  readonly verb: 'create' | 'update' | 'patch' | 'apply' | 'delete';
  readonly key: string;
  /** The value it was to leave; '' for deletes. */
  readonly value: string;
  /** The resourceVersion that it demanded the object to have; 0: none. */
  readonly expected: number;
  readonly outcome: WriteOutcome;
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly state: State }
  | { readonly kind: 'deleted'; readonly uid: string }
  | { readonly kind: 'conflict' | 'exists' | 'missing' }
  /** No answer came: done or not. */
  | { readonly kind: 'unknown' };

export interface Get extends Timed {
  readonly kind: 'get';
  readonly key: string;
  /** As sent in resourceVersion: '' is consistent, '0' is any. */
  readonly asked: '' | '0';
  readonly state: State | null;
}

export interface List extends Timed {
  readonly kind: 'list';
  readonly scope: Scope;
  readonly asked: '' | '0';
  /** One per page: its revision and items. */
  readonly pages: readonly { readonly revision: number; readonly items: readonly State[] }[];
}

export type Read = Get | List;

/** Which objects; '' and null: any. */
export interface Scope {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly tier: string;
  readonly node: string;
  readonly phase: string;
}

export type Seen =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly state: State }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly initialEnd: boolean };

/** One stream of a watch: from its request to its end. */
export interface Session {
  /** As sent; 0: the present state came first, as ADDED events. */
  readonly after: number;
  readonly seen: readonly Seen[];
}

/** One watcher through all its connections. */
export interface WatchRecord {
  readonly name: string;
  readonly scope: Scope;
  readonly sessions: readonly Session[];
}

export interface History {
  /** What was there before the first write. */
  readonly initial: readonly State[];
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly watches: readonly WatchRecord[];
  /** Every watcher has had the time to see everything up to here. */
  readonly settledRevision: number;
}

export function inScope(scope: Scope, state: State): boolean {
  const [resource, namespace, name] = state.key.split('/');
  return (
    scope.resource === resource &&
    (scope.namespace === '' || scope.namespace === namespace) &&
    (scope.name === '' || scope.name === name) &&
    (scope.tier === '' || scope.tier === state.tier) &&
    (scope.node === '' || scope.node === state.node) &&
    (scope.phase === '' || scope.phase === state.phase)
  );
}

export function describeScope(scope: Scope): string {
  const parts = Object.entries(scope).filter(([, value]) => value !== '');
  return parts.map(([key, value]) => `${key}=${value}`).join(' ');
}
