/** metav1.DeleteOptions, which come as a body or, without one, by query. */
import { goQuote } from '../base/go-text.ts';
import { type FieldError, invalidValue } from './field-error.ts';
import { booleanParameter, integerParameter, refuseOptions, unsupported } from './parameters.ts';
import type { Query } from './query.ts';
import { badRequest } from './status.ts';
import { validateDryRun } from './write-options.ts';

export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground';

export interface DeleteOptions {
  /** null: not given, as for every option here. */
  readonly gracePeriodSeconds: number | null;
  readonly preconditions: Preconditions | null;
  /** Deprecated in favour of propagationPolicy. */
  readonly orphanDependents: boolean | null;
  readonly propagationPolicy: PropagationPolicy | null;
  readonly dryRun: boolean;
}

export interface Preconditions {
  readonly uid: string | null;
  readonly resourceVersion: string | null;
}

export const defaultDeleteOptions: DeleteOptions = Object.freeze({
  gracePeriodSeconds: null,
  preconditions: null,
  orphanDependents: null,
  propagationPolicy: null,
  dryRun: false,
});

/** `body`: the decoded body, or null without one; then the query counts. Throws 400 or 422. */
export function parseDeleteOptions(body: unknown, query: Query): DeleteOptions {
  const given = body === null ? fromQuery(query) : fromBody(body);
  const errors: FieldError[] = [];
  const policy = given.propagationPolicy;
  if (given.orphanDependents !== null && policy !== null) {
    errors.push(
      invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (policy !== null && !isPolicy(policy)) {
    errors.push(unsupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']));
  }
  validateDryRun(given.dryRun, errors);
  refuseOptions('DeleteOptions', errors);
  return {
    ...given,
    propagationPolicy: policy !== null && isPolicy(policy) ? policy : null,
    dryRun: given.dryRun.length > 0,
  };
}

/** The options as an object, for admission and audit. */
export function deleteOptionsObject(options: DeleteOptions): object {
  const { gracePeriodSeconds, preconditions, orphanDependents, propagationPolicy, dryRun } = options;
  return {
    kind: 'DeleteOptions',
    apiVersion: 'meta.k8s.io/v1',
    ...(gracePeriodSeconds === null ? {} : { gracePeriodSeconds }),
    ...(preconditions === null ? {} : { preconditions: withoutNull(preconditions) }),
    ...(orphanDependents === null ? {} : { orphanDependents }),
    ...(propagationPolicy === null ? {} : { propagationPolicy }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
}

/** As given: not yet validated. */
interface Given {
  readonly gracePeriodSeconds: number | null;
  readonly preconditions: Preconditions | null;
  readonly orphanDependents: boolean | null;
  readonly propagationPolicy: string | null;
  readonly dryRun: readonly string[];
}

function fromQuery(query: Query): Given {
  const uid = query.get('uid') || null;
  const resourceVersion = query.get('resourceVersion') || null;
  return {
    gracePeriodSeconds: integerParameter(query, 'gracePeriodSeconds'),
    preconditions: uid === null && resourceVersion === null ? null : { uid, resourceVersion },
    orphanDependents: booleanParameter(query, 'orphanDependents'),
    propagationPolicy: query.get('propagationPolicy'),
    dryRun: query.getAll('dryRun'),
  };
}

function fromBody(body: unknown): Given {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(`json: cannot unmarshal ${jsonKind(body)} into Go value of type v1.DeleteOptions`);
  }
  const object = body as Readonly<Record<string, unknown>>;
  const kind = own(object, 'kind', 'string', 'kind') ?? '';
  const apiVersion = own(object, 'apiVersion', 'string', 'apiVersion') ?? '';
  // Clients send the options under the group and version of the resource, of `v1`, or of meta.k8s.io.
  if (kind !== '' && kind !== 'DeleteOptions') {
    throw badRequest(
      `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "meta.k8s.io/internalversion"`,
    );
  }
  return {
    gracePeriodSeconds: integer(object, 'gracePeriodSeconds'),
    preconditions: preconditionsOf(object),
    orphanDependents: own(object, 'orphanDependents', 'boolean', 'orphanDependents'),
    propagationPolicy: own(object, 'propagationPolicy', 'string', 'propagationPolicy'),
    dryRun: dryRunOf(object),
  };
}

function preconditionsOf(object: Readonly<Record<string, unknown>>): Preconditions | null {
  const value = Object.hasOwn(object, 'preconditions') ? object['preconditions'] : null;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, 'preconditions', 'v1.Preconditions');
  const given = value as Readonly<Record<string, unknown>>;
  return {
    uid: own(given, 'uid', 'string', 'preconditions.uid'),
    resourceVersion: own(given, 'resourceVersion', 'string', 'preconditions.resourceVersion'),
  };
}

function dryRunOf(object: Readonly<Record<string, unknown>>): readonly string[] {
  const value = Object.hasOwn(object, 'dryRun') ? object['dryRun'] : null;
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType(value, 'dryRun', '[]string');
  for (const entry of value) if (typeof entry !== 'string') throw wrongType(entry, 'dryRun', 'string');
  return value as readonly string[];
}

function integer(object: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = own(object, name, 'number', name);
  if (value !== null && !Number.isInteger(value)) {
    throw badRequest(`json: cannot unmarshal number ${value} into Go struct field DeleteOptions.${name} of type int64`);
  }
  return value;
}

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}

const GO_TYPES: Readonly<Record<keyof Kinds, string>> = { string: 'string', number: 'int64', boolean: 'bool' };

function own<K extends keyof Kinds>(
  object: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
  path: string,
): Kinds[K] | null {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  if (value === null || value === undefined) return null;
  if (typeof value !== kind) throw wrongType(value, path, GO_TYPES[kind]);
  return value as Kinds[K];
}

function wrongType(value: unknown, path: string, goType: string): Error {
  return badRequest(
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field DeleteOptions.${path} of type ${goType}`,
  );
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isPolicy(text: string): text is PropagationPolicy {
  return text === 'Orphan' || text === 'Background' || text === 'Foreground';
}

function withoutNull(preconditions: Preconditions): object {
  const { uid, resourceVersion } = preconditions;
  return { ...(uid === null ? {} : { uid }), ...(resourceVersion === null ? {} : { resourceVersion }) };
}
