/** Definitions of types, for both versions of OpenAPI. Version 3 has defaults and wraps a described `$ref` in `allOf`. */
import { kindTable } from '../../schema/kinds.ts';
import { protobufTable } from '../../schema/protobuf-table.ts';
import {
  type FieldExtra,
  type FieldRow,
  OMIT_EMPTY,
  POINTER,
  REQUIRED,
  type TypeExpression,
  type TypeRow,
} from '../../schema/type-table.ts';
import { type JsonSchema, type OpenApiInput, sortKeys } from './document.ts';
import { openApiFacts } from './facts.ts';

export type OpenApiVersion = 2 | 3;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** Definitions behind scalars that have one. */
const SCALAR_DEFINITIONS: Readonly<Record<string, string>> = {
  quantity: QUANTITY,
  time: `${META}Time`,
  microtime: `${META}MicroTime`,
  duration: `${META}Duration`,
  fieldsV1: `${META}FieldsV1`,
  intOrString: INT_OR_STRING,
};

const INLINE_SCALARS: Readonly<Record<string, JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { format: 'int32', type: 'integer' },
  int64: { format: 'int64', type: 'integer' },
  double: { format: 'double', type: 'number' },
  bytes: { format: 'byte', type: 'string' },
  any: { type: 'object' },
};

const ZERO: Readonly<Record<string, unknown>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0 };

/** The definitions of `roots` and all they refer to, by name, sorted. A custom schema's reference to nothing is left as it is. */
export function collectDefinitions(
  roots: Iterable<string>,
  version: OpenApiVersion,
  input: OpenApiInput,
): { [name: string]: JsonSchema } {
  const definitions: { [name: string]: JsonSchema } = {};
  const pending = new Set(roots);
  const prefix = refPrefix(version);
  // A Set's iteration visits what is added during it.
  for (const name of pending) {
    // Names may come from a custom schema: `constructor` is none of ours.
    if (Object.hasOwn(input.types, name)) {
      definitions[name] = buildDefinition(name, input.types[name]!, version, input);
    } else if (Object.hasOwn(input.schemas, name)) {
      definitions[name] = input.schemas[name]!;
    } else if (Object.hasOwn(SCALAR_SCHEMAS, name)) {
      definitions[name] = scalarDefinition(name, version, input);
    } else {
      continue;
    }
    addReferences(definitions[name]!, prefix, pending);
  }
  return sortKeys(definitions);
}

export function refPrefix(version: OpenApiVersion): string {
  return version === 2 ? '#/definitions/' : '#/components/schemas/';
}

export function refTo(name: string, version: OpenApiVersion): JsonSchema {
  return { $ref: refPrefix(version) + name };
}

/** How deep user-given schemas are searched for references; a CRD's own limits are lower. */
const DEPTH_MAX = 200;

function addReferences(schema: unknown, prefix: string, names: Set<string>, depth = 0): void {
  if (typeof schema !== 'object' || schema === null || depth > DEPTH_MAX) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string' && value.startsWith(prefix)) names.add(value.slice(prefix.length));
    else addReferences(value, prefix, names, depth + 1);
  }
}

function buildDefinition(name: string, row: TypeRow, version: OpenApiVersion, input: OpenApiInput): JsonSchema {
  if ('alias' in row) return scalarDefinition(name, version, input);
  const description = input.descriptions[name];
  const schema: JsonSchema = {};
  if (description?.description !== undefined) schema['description'] = description.description;
  if (row.fields.length > 0) {
    const properties: { [field: string]: JsonSchema } = {};
    for (const field of row.fields) {
      properties[field[0]] = buildField(name, field, description?.fields[field[0]], version);
    }
    schema['properties'] = sortKeys(properties);
  }
  const required = row.fields.filter((field) => (field[2] & REQUIRED) !== 0).map((field) => field[0]);
  if (required.length > 0) schema['required'] = required;
  schema['type'] = 'object';
  const kinds = kindsOf(name);
  if (kinds !== undefined) schema['x-kubernetes-group-version-kind'] = kinds;
  if (row.extra?.map !== undefined) schema['x-kubernetes-map-type'] = row.extra.map;
  if (row.extra?.unions !== undefined) schema['x-kubernetes-unions'] = row.extra.unions;
  return schema;
}

function buildField(
  type: string,
  [name, expression, flags, , extra]: FieldRow,
  description: string | undefined,
  version: OpenApiVersion,
): JsonSchema {
  const schema = expressionSchema(expression, `${type}.${name}`, version, extra);
  const siblings: JsonSchema = {};
  if (version === 3) {
    const value = extra?.default !== undefined ? extra.default : defaultOf(expression, flags);
    if (value !== undefined) siblings['default'] = value;
  }
  if (description !== undefined) siblings['description'] = description;
  if (extra?.keys !== undefined) siblings['x-kubernetes-list-map-keys'] = extra.keys;
  if (extra?.list !== undefined) siblings['x-kubernetes-list-type'] = extra.list;
  if (extra?.map !== undefined) siblings['x-kubernetes-map-type'] = extra.map;
  if (extra?.mergeKey !== undefined) siblings['x-kubernetes-patch-merge-key'] = extra.mergeKey;
  if (extra?.patch !== undefined) siblings['x-kubernetes-patch-strategy'] = extra.patch;
  return withSiblings(schema, siblings, version);
}

/** OpenAPI 3.0 ignores what stands beside a `$ref`. */
function withSiblings(schema: JsonSchema, siblings: JsonSchema, version: OpenApiVersion): JsonSchema {
  if (Object.keys(siblings).length === 0) return schema;
  if (version === 3 && '$ref' in schema) return { allOf: [schema], ...siblings };
  return { ...schema, ...siblings };
}

function expressionSchema(
  expression: TypeExpression,
  field: string,
  version: OpenApiVersion,
  extra: FieldExtra | undefined,
): JsonSchema {
  if (expression.startsWith('[]')) {
    return { items: elementSchema(expression.slice(2), field, version, extra), type: 'array' };
  }
  if (expression.startsWith('{}')) {
    return { additionalProperties: elementSchema(expression.slice(2), field, version, extra), type: 'object' };
  }
  if (expression === 'any') {
    const form = protobufTable().any[field];
    if (form === 'RawExtension') return refTo(RAW_EXTENSION, version);
    if (form !== undefined) return refTo(APIEXTENSIONS + form, version);
  }
  const scalar = INLINE_SCALARS[expression];
  if (scalar === undefined) return refTo(SCALAR_DEFINITIONS[expression] ?? expression, version);
  return extra?.enum === undefined ? { ...scalar } : { enum: extra.enum, ...scalar };
}

/** The element of a list or map. */
function elementSchema(
  expression: TypeExpression,
  field: string,
  version: OpenApiVersion,
  extra: FieldExtra | undefined,
): JsonSchema {
  const schema = expressionSchema(expression, field, version, extra);
  const value = version === 3 ? defaultOf(expression, 0) : undefined;
  return value === undefined ? schema : withSiblings(schema, { default: value }, version);
}

/** The default that follows from Go's type: a struct is there though empty, a scalar without omitempty is its zero. */
function defaultOf(expression: TypeExpression, flags: number): unknown {
  if ((flags & POINTER) !== 0) return undefined;
  if (expression.includes('.') && !expression.startsWith('[]') && !expression.startsWith('{}')) return {};
  return (flags & OMIT_EMPTY) === 0 ? ZERO[expression] : undefined;
}

/** Types with their own JSON form, in version 2 and, where it differs, 3. */
const SCALAR_SCHEMAS: Readonly<Record<string, readonly [JsonSchema, JsonSchema?]>> = {
  [QUANTITY]: [{ type: 'string' }, { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  [INT_OR_STRING]: [
    { format: 'int-or-string', type: 'string' },
    { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  ],
  [`${META}Time`]: [{ format: 'date-time', type: 'string' }],
  [`${META}MicroTime`]: [{ format: 'date-time', type: 'string' }],
  [`${META}Duration`]: [{ type: 'string' }],
  [`${META}FieldsV1`]: [{ type: 'object' }],
  [`${META}Patch`]: [{ type: 'object' }],
  [RAW_EXTENSION]: [{ type: 'object' }],
};

function scalarDefinition(name: string, version: OpenApiVersion, input: OpenApiInput): JsonSchema {
  const [v2, v3] = SCALAR_SCHEMAS[name] ?? [{}];
  const schema = version === 3 && v3 !== undefined ? v3 : v2;
  const description = input.descriptions[name]?.description;
  return description === undefined ? { ...schema } : { description, ...schema };
}

interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

let kindsByType: Map<string, Kind[]> | null = null;

/** The kinds under which a type is known; undefined for parts of kinds. */
function kindsOf(type: string): readonly Kind[] | undefined {
  kindsByType ??= indexKinds();
  return kindsByType.get(type);
}

function indexKinds(): Map<string, Kind[]> {
  const index = new Map<string, Kind[]>();
  for (const [apiVersion, kinds] of Object.entries(kindTable())) {
    if (apiVersion.startsWith('meta.k8s.io/')) continue;
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    for (const [kind, type] of Object.entries(kinds)) {
      index.set(type, [{ group, kind, version: apiVersion.slice(slash + 1) }]);
    }
  }
  const { everyGroupVersion, metaKinds } = openApiFacts();
  for (const type of metaKinds) index.set(type, [{ group: '', kind: type.slice(META.length), version: 'v1' }]);
  for (const kind of ['DeleteOptions', 'WatchEvent']) {
    index.set(
      META + kind,
      everyGroupVersion.map(([group, version]) => ({ group, kind, version })),
    );
  }
  return index;
}
