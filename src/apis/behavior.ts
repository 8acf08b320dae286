import type { FieldError } from '../meta/field-error.ts';
import { nameIsDnsSubdomain } from '../meta/names.ts';
import type { ObjectMeta } from '../meta/object.ts';
import type { Behavior, SubresourceBehavior, WriteContext } from '../registry/definition.ts';
import { defaultPrinter } from './printing.ts';

/** An object as the registry holds it: metadata is always there. */
export type Stored<T> = Omit<T, 'metadata'> & { metadata: ObjectMeta };

/** Behaviour of a kind whose rules are written for its own type T; what is left out takes the usual value. */
export function behavior<T>(rules: Partial<Behavior<Stored<T>>>): Behavior {
  const complete: Behavior<Stored<T>> = {
    validateName: nameIsDnsSubdomain,
    setDefaults: null,
    generation: 'none',
    prepareForCreate: null,
    prepareForUpdate: null,
    validate: null,
    validateUpdate: null,
    repeatsMetadataChecks: false,
    warnings: null,
    resetFields: [],
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: true,
    gracePeriodSeconds: null,
    deleteReturnsObject: false,
    holdsDeletion: null,
    beginDeletion: null,
    deletionUnderWay: null,
    fieldLabels: null,
    fieldLabelAliases: null,
    unknownFieldLabel: null,
    indexLabel: null,
    printer: defaultPrinter,
    subresources: {},
    scale: null,
    ttl: null,
    ...rules,
  };
  // Sound because the registry hands a behaviour only objects that were decoded as its own type.
  return complete as unknown as Behavior;
}

export type MetadataPart = 'labels' | 'annotations' | 'finalizers' | 'ownerReferences';
export const ALL_METADATA: readonly MetadataPart[] = ['labels', 'annotations', 'finalizers', 'ownerReferences'];

export interface StatusRules<T> {
  /** Parts of metadata that a status write leaves as they are; the others are taken from the request. */
  readonly keepMetadata?: readonly MetadataPart[];
  /** Top-level fields that a status write leaves as they are. */
  readonly keepFields?: readonly string[];
  /** Runs after the above. */
  readonly prepareForUpdate?: (object: Stored<T>, old: Stored<T>, context: WriteContext) => void;
  readonly validateUpdate?: (object: Stored<T>, old: Stored<T>, context: WriteContext) => FieldError[];
}

/** The status subresource: status is the request's, spec is the stored one's. */
export function statusSubresource<T>(rules: StatusRules<T> = {}): SubresourceBehavior<Stored<T>> {
  const { keepMetadata = [], keepFields = ['spec'], prepareForUpdate, validateUpdate = null } = rules;
  return {
    prepareForUpdate(object, old, context) {
      for (const field of keepFields) keepField(object, old, field);
      for (const part of keepMetadata) keepField(object.metadata, old.metadata, part);
      prepareForUpdate?.(object, old, context);
    },
    validateUpdate,
    resetFields: [...keepFields, ...resetMetadata(keepMetadata)],
  };
}

/** What the main resource of a kind with a status subresource does on create. */
export function clearStatus(object: { status?: unknown }): void {
  delete object.status;
}

/** What the main resource of a kind with a status subresource does on update. */
export function keepStatus(object: object, old: object): void {
  keepField(object, old, 'status');
}

/** Takes one field from `old`, or its absence. */
export function keepField(object: object, old: object, field: string): void {
  const target = object as Record<string, unknown>;
  const value = (old as Readonly<Record<string, unknown>>)[field];
  if (value === undefined) delete target[field];
  else target[field] = value;
}

function resetMetadata(parts: readonly MetadataPart[]): string[] {
  return parts.length === ALL_METADATA.length ? ['metadata'] : parts.map((part) => `metadata.${part}`);
}
