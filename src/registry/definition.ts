/**
 * What one API resource is, as data and pure functions: `apis/<group>/<resource>.ts` states it, `registry` runs it,
 * and nothing asks twice. A resource definition joins the published facts (`src/generated/resources.ts`) with the behaviour here.
 */
import type { FieldError } from '../meta/field-error.ts';
import type { KubeObject } from '../meta/object.ts';
import type { UserInfo } from '../meta/user.ts';

/** What a strategy may know of the request. No I/O: what needs other objects is an `Action`, admission or a controller. */
export interface WriteContext {
  readonly user: UserInfo;
  /** `group/version` that the client speaks. */
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly nowMs: number;
  readonly dryRun: boolean;
  readonly uuid: () => string;
}

/**
 * Rules for writing the main resource. Objects are in the storage version's form, decoded and defaulted; functions change
 * `object` in place and never touch `old`. An absent rule is null. (Method syntax: a behaviour of a narrower T may stand
 * in the general table.)
 */
export interface Behavior<T = KubeObject> {
  /** Upstream's error sentences for a bad name; `prefix`: the name is a generateName prefix. Names from `meta/names.ts`. */
  validateName(name: string, prefix: boolean): readonly string[];
  /** Fills defaults of the versioned form, in place; idempotent. Runs after decoding every body and every patch result. */
  setDefaults: ((object: T) => void) | null;
  /**
   * metadata.generation: 'none': never set; 'spec': 1 on create, +1 when anything but metadata and status changes;
   * 'spec-or-annotations' (Deployment): annotations count unless a subresource is written.
   */
  generation: 'none' | 'spec' | 'spec-or-annotations';
  /** Clears what users may not set (status) and sets what the server decides. */
  prepareForCreate: ((object: T, context: WriteContext) => void) | null;
  prepareForUpdate: ((object: T, old: T, context: WriteContext) => void) | null;
  validate: ((object: T, context: WriteContext) => FieldError[]) | null;
  validateUpdate: ((object: T, old: T, context: WriteContext) => FieldError[]) | null;
  /** Upstream's rules for an update look at the whole metadata once more: a cause is told as often as a check finds it. */
  repeatsMetadataChecks: boolean;
  /** Texts of Warning headers. */
  warnings: ((object: T, old: T | null) => string[]) | null;
  /** Top-level fields that a write of the main resource resets, and so may not own: usually ['status'] or []. */
  resetFields: readonly string[];
  allowCreateOnUpdate: boolean;
  /** A PUT without metadata.resourceVersion is an unconditional update. */
  allowUnconditionalUpdate: boolean;
  /** Kinds with graceful deletion (Pod): the period in seconds for this delete; null: deleted at once. */
  gracePeriodSeconds: ((object: T, requested: number | null) => number) | null;
  /** DELETE answers with the object instead of a Status. */
  deleteReturnsObject: boolean;
  /** Finalizers kept outside metadata.finalizers that hold an object back (Namespace: spec.finalizers). */
  holdsDeletion: ((object: T) => boolean) | null;
  /** Marks an object whose deletion begins (Namespace: status.phase Terminating); null: deletionTimestamp says it all. */
  beginDeletion: ((object: T) => void) | null;
  /** 409 text when an object that is being deleted, and still held, is deleted again; null: answered with the object. */
  deletionUnderWay: string | null;
  /** Field labels beyond metadata.name and metadata.namespace, with the text of their value in an object. */
  fieldLabels: Readonly<Record<string, (object: T) => string>> | null;
  /** Aliases of field labels: `spec.host` -> `spec.nodeName`. */
  fieldLabelAliases: Readonly<Record<string, string>> | null;
  /** Wording of the 400 for an unknown field label; null: the generic one. `label` is the unknown one. */
  unknownFieldLabel: ((label: string) => string) | null;
  /** The field label whose value indexes lists and watches (pods: spec.nodeName); null: none. */
  indexLabel: string | null;
  printer: Printer<T>;
  /** By subresource name; only those whose body is the same kind: status, finalize, approval, resize, ephemeralcontainers. */
  subresources: Readonly<Record<string, SubresourceBehavior<T>>>;
  scale: ScaleBehavior<T> | null;
  /** Seconds after which the store deletes the object: 'event-ttl' for events. */
  ttl: 'event-ttl' | null;
}

/** A subresource that reads and writes a part of its parent: GET, PUT, PATCH. */
export interface SubresourceBehavior<T = KubeObject> {
  /** Takes from `object` only what this subresource may change, all else from `old`; in place. */
  prepareForUpdate(object: T, old: T, context: WriteContext): void;
  validateUpdate: ((object: T, old: T, context: WriteContext) => FieldError[]) | null;
  /** Paths (`spec`, `metadata.labels`) that a write here resets, and so may not own. */
  resetFields: readonly string[];
}

/** The `scale` subresource: autoscaling/v1 Scale read from and written to the parent. */
export interface ScaleBehavior<T = KubeObject> {
  specReplicas(object: T): number;
  setSpecReplicas(object: T, replicas: number): void;
  statusReplicas(object: T): number;
  /** Label selector text of the pods, '' for none. */
  selector(object: T): string;
  /** Field path of replicas for managed fields: ['spec', 'replicas']. */
  replicasPath: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: '' | 'name' | 'int32' | 'int64' | 'double' | 'date-time';
  readonly description: string;
  /** 0: always shown; above: only with -o wide. */
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

export interface Printer<T = KubeObject> {
  readonly columns: readonly Column[];
  /** One cell per column. */
  cells(object: T, nowMs: number): Cell[];
  /** Row conditions (pods: Completed); null: never. */
  conditions: ((object: T) => { type: string; status: string; reason?: string; message?: string }[]) | null;
  /** Order of a list when upstream sorts it for printing (flowschemas); null: key order. */
  compare: ((a: T, b: T) => number) | null;
}

/**
 * Conversion between a served version's form and the storage form, in place where it can be. Null in the table when the
 * forms differ only in apiVersion.
 */
export interface Conversion {
  toStorage(object: KubeObject): KubeObject;
  fromStorage(object: KubeObject): KubeObject;
  /** Field labels of this version named in the storage version's terms (events.k8s.io: regarding.kind -> involvedObject.kind). */
  readonly fieldLabelAliases: Readonly<Record<string, string>> | null;
}
