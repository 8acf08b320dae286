import {
  type FieldExtra,
  type FieldRow,
  OMIT_EMPTY,
  POINTER,
  REQUIRED,
  SCALARS,
  type Scalar,
  type TypeExpression,
  type TypeTable,
} from './type-table.ts';

/**
 * What a type means, resolved once: every walker (decode, encode, own, merge, patch) reads these nodes and nothing else.
 * All nodes have one shape, so that walkers stay monomorphic. Recursive types (JSONSchemaProps) are cycles of nodes.
 *
 * `deduced` is a value without a schema (x-kubernetes-preserve-unknown-fields): its objects are granular, its lists atomic.
 */
export interface CompiledType {
  readonly kind: 'struct' | 'list' | 'map' | 'scalar' | 'deduced';
  /** Go's text, as decoding errors say it: `v1.PodSpec`, `[]v1.Container`, `map[string]string`, `int32`. */
  readonly goName: string;
  /** OpenAPI definition of a struct, else ''. */
  readonly typeName: string;
  /** Of kind scalar, else null. */
  readonly scalar: Scalar | null;
  /** The value is owned and replaced as a whole (server-side apply). */
  readonly atomic: boolean;
  /** Of a list: 'map' (items found by `keys`), 'set' (items found by value); '' otherwise. */
  readonly listType: 'map' | 'set' | '';
  /** Key fields of a list map, sorted by name. */
  readonly keys: readonly Field[];
  /**
   * Item of a list, value of a map; of a struct: the type of members it does not name (null: they are unknown fields); of an `any`
   * with a form of its own (JSONSchemaPropsOrBool and its like): what it is when it is an object.
   */
  readonly element: CompiledType | null;
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields in Go's declaration order, the order of the canonical encoding. */
  readonly ordered: readonly Field[];
  /** Fields by name, the order of FieldsV1. */
  readonly sorted: readonly Field[];
  /** Fields, in order, that Go writes even when they are absent. */
  readonly zeros: readonly Field[];
}

export interface Field {
  readonly name: string;
  /** Place in the struct's `ordered`. */
  readonly index: number;
  readonly type: CompiledType;
  readonly required: boolean;
  readonly pointer: boolean;
  readonly omitEmpty: boolean;
  /** Protobuf field number; 0: none. */
  readonly proto: number;
  /**
   * What Go writes, and therefore owns, when the value is absent: undefined (nothing), null, '', 0, false or EMPTY_STRUCT.
   * Go omits no struct for being empty, hence `"resources":{}` in each container.
   */
  readonly zero: unknown;
  /** `f:` and the name: the element of FieldsV1. */
  readonly element: string;
  /** `"name":` and `,"name":` */
  readonly keyText: string;
  readonly nextKeyText: string;
  /** Every plain object answers to this name (`constructor`), so that presence needs hasOwn. */
  readonly inherited: boolean;
  /** Strategic merge patch: lists and maps are merged, not replaced. */
  readonly patchMerge: boolean;
  readonly patchReplace: boolean;
  readonly patchMergeKey: string;
  readonly default: unknown;
  readonly enum: readonly string[] | null;
}

/** The absent struct that Go would write as `{}`. */
export const EMPTY_STRUCT: Readonly<Record<string, unknown>> = Object.freeze({});

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();
const BLANK = {
  goName: '',
  typeName: '',
  scalar: null,
  atomic: false,
  listType: '' as const,
  keys: [] as readonly Field[],
  element: null,
  fields: NO_FIELDS,
  ordered: [] as readonly Field[],
  sorted: [] as readonly Field[],
  zeros: [] as readonly Field[],
};

const compiled = new WeakMap<TypeTable, Map<string, CompiledType>>();

/** Throws Error for a name that the table lacks: tables are complete, so that this is a bug. Memoised per table. */
export function compileType(table: TypeTable, typeName: string): CompiledType {
  let cache = compiled.get(table);
  if (cache === undefined) {
    cache = new Map();
    compiled.set(table, cache);
  }
  return named(table, cache, typeName, undefined);
}

export function scalarType(scalar: Scalar): CompiledType {
  const goName = GO_SCALARS[scalar];
  return { ...BLANK, kind: 'scalar', goName, scalar, atomic: scalar === 'any' || scalar === 'fieldsV1' };
}

export interface ListTraits {
  readonly listType: 'map' | 'set' | '';
  /** Names of the key fields of the item. */
  readonly keys: readonly string[];
}

export function listType(element: CompiledType, traits: ListTraits): CompiledType {
  const keys = [...traits.keys].sort().map((name) => element.fields.get(name) ?? bareField(name));
  const goName = `[]${element.goName}`;
  return { ...BLANK, kind: 'list', goName, element, listType: traits.listType, keys, atomic: traits.listType === '' };
}

export function mapType(element: CompiledType, atomic: boolean): CompiledType {
  return { ...BLANK, kind: 'map', goName: `map[string]${element.goName}`, element, atomic };
}

/** A value without a schema; see CompiledType. */
export const DEDUCED: CompiledType = deduced();

export interface StructParts {
  readonly typeName: string;
  readonly goName: string;
  readonly atomic: boolean;
  readonly element: CompiledType | null;
}

/** A struct whose fields come later through `setFields`, so that it can be part of its own fields. */
export function structType(parts: StructParts): CompiledType {
  return { ...BLANK, kind: 'struct', ...parts };
}

export function setFields(struct: CompiledType, fields: readonly Field[]): void {
  const target = struct as { -readonly [K in keyof CompiledType]: CompiledType[K] };
  target.ordered = fields;
  for (const [index, field] of fields.entries()) (field as { index: number }).index = index;
  target.zeros = fields.filter((field) => field.zero !== undefined);
  target.sorted = [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));
  target.fields = new Map(fields.map((field) => [field.name, field]));
}

export interface FieldTraits {
  readonly flags: number;
  readonly proto: number;
  readonly extra: FieldExtra;
}

export function makeField(name: string, type: CompiledType, traits: FieldTraits): Field {
  const { flags, extra } = traits;
  const strategies = (extra.patch ?? '').split(',');
  return {
    name,
    index: 0,
    type,
    required: (flags & REQUIRED) !== 0,
    pointer: (flags & POINTER) !== 0,
    omitEmpty: (flags & OMIT_EMPTY) !== 0,
    proto: traits.proto,
    zero: zeroValue(name, type, flags),
    element: `f:${name}`,
    keyText: `${JSON.stringify(name)}:`,
    nextKeyText: `,${JSON.stringify(name)}:`,
    inherited: name in EMPTY_STRUCT,
    patchMerge: strategies.includes('merge'),
    patchReplace: strategies.includes('replace'),
    patchMergeKey: extra.mergeKey ?? '',
    default: extra.default,
    enum: extra.enum ?? null,
  };
}

/** The value of a field, own properties only. */
export function readField(object: Readonly<Record<string, unknown>>, field: Field): unknown {
  if (field.inherited && !Object.hasOwn(object, field.name)) return undefined;
  return object[field.name];
}

const GO_SCALARS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  any: 'interface {}',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  microtime: 'v1.MicroTime',
  intOrString: 'intstr.IntOrString',
  fieldsV1: 'v1.FieldsV1',
  duration: 'v1.Duration',
};

const SCALAR_TYPES: ReadonlyMap<string, CompiledType> = new Map(SCALARS.map((scalar) => [scalar, scalarType(scalar)]));

function deduced(): CompiledType {
  const type: { -readonly [K in keyof CompiledType]: CompiledType[K] } = {
    ...BLANK,
    kind: 'deduced',
    goName: 'interface {}',
  };
  type.element = type;
  return type;
}

function bareField(name: string): Field {
  return makeField(name, DEDUCED, { flags: OMIT_EMPTY, proto: 0, extra: {} });
}

/** `map`: what the field says of a struct, which overrides what its type says; undefined: nothing. */
function named(table: TypeTable, cache: Map<string, CompiledType>, name: string, map: FieldExtra['map']): CompiledType {
  const id = map === undefined ? name : `${name} ${map}`;
  const known = cache.get(id);
  if (known !== undefined) return known;
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  if (row === undefined) throw new Error(`no type ${name} in the type table`);
  if ('alias' in row) {
    const type = resolve(table, cache, row.alias, {});
    cache.set(id, type);
    return type;
  }
  const struct = structType({
    typeName: name,
    goName: goTypeName(name),
    atomic: (map ?? row.extra?.map) === 'atomic',
    element: null,
  });
  cache.set(id, struct);
  setFields(
    struct,
    row.fields.map((field) => compileField(table, cache, field)),
  );
  return struct;
}

function compileField(table: TypeTable, cache: Map<string, CompiledType>, row: FieldRow): Field {
  const [name, expression, flags, proto, extra = {}] = row;
  return makeField(name, resolve(table, cache, expression, extra), { flags, proto, extra });
}

function resolve(
  table: TypeTable,
  cache: Map<string, CompiledType>,
  expression: TypeExpression,
  extra: FieldExtra,
): CompiledType {
  if (expression.startsWith('[]')) {
    return listType(resolve(table, cache, expression.slice(2), within(extra)), listTraits(extra));
  }
  if (expression.startsWith('{}')) {
    return mapType(resolve(table, cache, expression.slice(2), within(extra)), extra.map === 'atomic');
  }
  if (extra.any !== undefined) {
    const type = scalarType('any');
    return { ...type, goName: `v1.${extra.any}`, element: named(table, cache, JSON_SCHEMA, undefined) };
  }
  return SCALAR_TYPES.get(expression) ?? named(table, cache, expression, extra.map);
}

/** What a field says of the items of its list or map. */
function within({ any }: FieldExtra): FieldExtra {
  return any === undefined ? NO_EXTRA : { any };
}

const NO_EXTRA: FieldExtra = {};
const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Lists without a list type take it from their patch strategy, else they are atomic. */
function listTraits(extra: FieldExtra): ListTraits {
  if (extra.list === 'map') return { listType: 'map', keys: extra.keys ?? [] };
  if (extra.list === 'set') return { listType: 'set', keys: [] };
  if (extra.list === undefined && (extra.patch ?? '').split(',').includes('merge')) {
    return extra.mergeKey === undefined ? { listType: 'set', keys: [] } : { listType: 'map', keys: [extra.mergeKey] };
  }
  return { listType: '', keys: [] };
}

/** `io.k8s.api.core.v1.PodSpec` is `v1.PodSpec` in Go. */
function goTypeName(typeName: string): string {
  return typeName.split('.').slice(-2).join('.');
}

/** `omitempty` omits no struct; `omitzero` is used for creationTimestamp alone. */
function zeroValue(name: string, type: CompiledType, flags: number): unknown {
  const omit = (flags & OMIT_EMPTY) !== 0;
  if ((flags & POINTER) !== 0 || type.kind === 'deduced') return omit ? undefined : null;
  if (type.kind === 'struct') return EMPTY_STRUCT;
  switch (type.scalar) {
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    case 'intOrString':
      return 0;
    case 'any':
      return null;
    case 'time':
    case 'microtime':
      return omit && name === 'creationTimestamp' ? undefined : null;
    default:
  }
  if (omit) return undefined;
  switch (type.scalar) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
      return 0;
    default:
      return null;
  }
}
