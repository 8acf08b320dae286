/**
 * The shape of the generated type table (`src/generated/types.ts`): what upstream publishes about every API type, compact.
 * A type is named by its OpenAPI definition (`io.k8s.api.core.v1.Pod`).
 */

/** A type expression: a scalar, a type name, `[]T` (list of T) or `{}T` (map of string to T). */
export type TypeExpression = string;

export const SCALARS = [
  'string',
  'boolean',
  'int32',
  'int64',
  'double',
  /** base64 text */
  'bytes',
  /** any JSON value: RawExtension, JSON, JSONSchemaProps' free parts */
  'any',
  'quantity',
  /** RFC 3339, seconds */
  'time',
  /** RFC 3339, microseconds */
  'microtime',
  'intOrString',
  /** a FieldsV1 tree */
  'fieldsV1',
  /** metav1.Duration text, `1h0m0s` */
  'duration',
] as const;
export type Scalar = (typeof SCALARS)[number];

/** The field is listed as required by OpenAPI. */
export const REQUIRED = 1;
/** Go declares a pointer: the zero value differs from absence and is kept. */
export const POINTER = 2;
/** Go's `omitempty`/`omitzero`: an empty value is not written. */
export const OMIT_EMPTY = 4;

/**
 * [JSON name, type, flags, protobuf field number (0: none), extra?], fields in Go's declaration order, embedded structs
 * flattened (TypeMeta included as `kind`, `apiVersion` first).
 */
export type FieldRow = readonly [name: string, type: TypeExpression, flags: number, proto: number, extra?: FieldExtra];

export interface FieldExtra {
  /** x-kubernetes-list-type */
  readonly list?: 'map' | 'set' | 'atomic';
  /** x-kubernetes-list-map-keys */
  readonly keys?: readonly string[];
  /** x-kubernetes-map-type on the field; granular overrides a type that is atomic */
  readonly map?: 'atomic' | 'granular';
  /** x-kubernetes-patch-strategy: `merge`, `retainKeys`, `replace`, comma-joined as published */
  readonly patch?: string;
  /** x-kubernetes-patch-merge-key */
  readonly mergeKey?: string;
  /** OpenAPI default of the field */
  readonly default?: unknown;
  /** OpenAPI enum of the field */
  readonly enum?: readonly string[];
  /** Of an `any` that is JSONSchemaProps or what may stand for it: Go's type */
  readonly any?: 'JSONSchemaPropsOrArray' | 'JSONSchemaPropsOrBool' | 'JSONSchemaPropsOrStringArray';
}

export interface TypeExtra {
  /** x-kubernetes-map-type: atomic, on the type (e.g. LabelSelector, ObjectReference) */
  readonly map?: 'atomic';
  /** x-kubernetes-unions */
  readonly unions?: unknown;
}

/** Struct: its fields. A type that is only another name for an expression: that expression as text. */
export type TypeRow =
  | { readonly fields: readonly FieldRow[]; readonly extra?: TypeExtra }
  | { readonly alias: TypeExpression };
export type TypeTable = { readonly [typeName: string]: TypeRow };
