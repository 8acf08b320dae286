/** The objects that the writers write: config maps, and pods for their selectable fields. */
import type { Random } from '../../src/base/random.ts';
import type { Scope, State } from './history.ts';

export const NAMESPACES = ['h0', 'h1', 'h2', 'h3'] as const;
export const NODES = ['node-a', 'node-b'] as const;
export const TIERS = ['gold', 'silver', 'none'] as const;
export const PHASES = ['Pending', 'Running', 'Failed'] as const;
const NAMES = 10;

export interface Target {
  readonly resource: 'pods' | 'configmaps';
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  readonly path: string;
}

export interface WireObject {
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random.below(from.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

export function anyTarget(random: Random): Target {
  const resource = random.below(2) === 0 ? 'pods' : 'configmaps';
  return target(resource, pick(random, NAMESPACES), `n${random.below(NAMES)}`);
}

export function target(resource: Target['resource'], namespace: string, name: string): Target {
  const key = `${resource}/${namespace}/${name}`;
  return { resource, namespace, name, key, path: `/api/v1/namespaces/${namespace}/${resource}/${name}` };
}

/** A new object. Its value stands in an annotation, which every resource has. */
export function newObject(random: Random, { resource, namespace, name }: Target, value: string): object {
  const metadata = { name, namespace, labels: { tier: pick(random, TIERS) }, annotations: { value } };
  if (resource === 'configmaps') return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
  const spec = { nodeName: pick(random, NODES), containers: [{ name: 'main', image: 'image' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

/** The same object with another value, and perhaps in sight of other selectors. */
export function changed(random: Random, object: WireObject, value: string): WireObject {
  const labels = { ...object.metadata.labels, tier: pick(random, TIERS) };
  const annotations = { ...object.metadata.annotations, value };
  const metadata = { ...object.metadata, labels, annotations };
  if (object.spec === undefined) return { ...object, metadata, data: { ...object.data, value } };
  return { ...object, metadata, status: { ...object.status, phase: pick(random, PHASES) } };
}

export function stateOf(resource: string, { metadata, spec, status }: WireObject): State {
  return {
    key: `${resource}/${metadata.namespace}/${metadata.name}`,
    uid: metadata.uid ?? '',
    revision: Number(metadata.resourceVersion),
    tier: metadata.labels?.['tier'] ?? '',
    node: spec?.nodeName ?? '',
    phase: status?.phase ?? '',
    value: metadata.annotations?.['value'] ?? '',
  };
}

/** Path and query of a list or watch, up to its `?` and own parameters. */
export function collectionOf(scope: Scope): string {
  const base = scope.namespace === '' ? '/api/v1' : `/api/v1/namespaces/${scope.namespace}`;
  const fields = [
    ...(scope.name === '' ? [] : [`metadata.name=${scope.name}`]),
    ...(scope.node === '' ? [] : [`spec.nodeName=${scope.node}`]),
    ...(scope.phase === '' ? [] : [`status.phase=${scope.phase}`]),
  ];
  const labels = scope.tier === '' ? '' : `&labelSelector=${encodeURIComponent(`tier=${scope.tier}`)}`;
  const selected = fields.length === 0 ? '' : `&fieldSelector=${encodeURIComponent(fields.join(','))}`;
  return `${base}/${scope.resource}?x=${labels}${selected}`;
}

const ANY: Scope = { resource: 'pods', namespace: '', name: '', tier: '', node: '', phase: '' };

/** Scopes of all sorts, in turn, so that few watchers cover all of them. */
export function scopeNumber(index: number, random: Random): Scope {
  const resource = index % 2 === 0 ? 'pods' : 'configmaps';
  const any = { ...ANY, resource };
  const namespace = pick(random, NAMESPACES);
  switch (Math.floor(index / 2) % 6) {
    case 0:
      return any;
    case 1:
      return { ...any, namespace };
    case 2:
      return { ...any, tier: pick(random, TIERS), namespace: random.below(2) === 0 ? namespace : '' };
    case 3:
      return resource === 'pods' ? { ...any, node: pick(random, NODES) } : { ...any, namespace, tier: 'gold' };
    case 4:
      return { ...any, namespace, name: `n${random.below(NAMES)}` };
    default:
      return resource === 'pods'
        ? { ...any, phase: pick(random, PHASES), tier: random.below(2) === 0 ? pick(random, TIERS) : '' }
        : { ...any, name: `n${random.below(NAMES)}` };
  }
}
