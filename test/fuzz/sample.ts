/** Values that fit a type, made from the type tables alone. */
import type { CompiledType, Field } from '../../src/schema/compile.ts';
import type { Json } from '../support/api.ts';

/** How often one struct may stand within itself (JSON schemas). */
const RECURSION_MAX = 2;

/** Texts of fields that have a form of their own, by the end of their name; the first that the kind takes is kept. */
const TEXTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/namespaces?$/i, ['fuzz', 'default']],
  [/kind$/i, ['ConfigMap', 'Pod', 'ServiceAccount', 'Deployment']],
  [/apiVersions?$/i, ['v1', 'apps/v1']],
  [/apiGroups?$/i, ['apps', 'rbac.authorization.k8s.io', '']],
  [/ips?$/i, ['10.1.2.3', '10.0.0.9']],
  [/cidrs?$/i, ['10.9.0.0/24']],
  [/ur[il]$/i, ['https://a.example.com/x']],
  [/schedule$/i, ['0 3 * * *']],
  [/expression$/i, ["'a'", 'true']],
  [/path$/i, ['/a', 'a']],
  [/image$/i, ['registry.example/a:1']],
  [/protocol$/i, ['TCP']],
  [/operator$/i, ['Exists', 'In']],
  [/status$/i, ['True']],
];
const ANY_TEXT = ['a', 'a.example.com', 'a.example.com/b', '/a', '1', 'Always', 'Cluster', 'All'];

/** Values to try for a field, best first. Never empty. */
export function candidates(field: Field): Json[] {
  const { type } = field;
  if (type.scalar === 'string') return [...textsOf(field)];
  if (type.kind === 'list' && type.element?.scalar === 'string') return textsOf(field).map((text) => [text]);
  if (type.kind === 'scalar') return scalars(type);
  return [sample(type, needed), sample(type, () => true), empty(type)];
}

/** A value with every field set. */
export function full(type: CompiledType): Json {
  return sample(type, () => true);
}

function needed(field: Field): boolean {
  return field.required || field.name === 'name';
}

/** `wanted`: which fields of structs are set. */
function sample(type: CompiledType, wanted: (field: Field) => boolean, within: readonly CompiledType[] = []): Json {
  switch (type.kind) {
    case 'scalar':
      return scalars(type)[0];
    case 'deduced':
      return { a: [1] };
    case 'list':
      return [sample(type.element ?? type, wanted, within)];
    case 'map':
      return { a: sample(type.element ?? type, wanted, within) };
    case 'struct': {
      const value: Json = {};
      if (within.filter((outer) => outer === type).length === RECURSION_MAX) return value;
      for (const field of type.ordered) if (wanted(field)) value[field.name] = one(field, wanted, [...within, type]);
      return value;
    }
    default:
      throw new Error(`unknown kind ${type.kind as string}`);
  }
}

function one(field: Field, wanted: (field: Field) => boolean, within: readonly CompiledType[]): Json {
  const { type } = field;
  if (type.scalar === 'string') return textsOf(field)[0];
  if (type.kind === 'list' && type.element?.scalar === 'string') return [textsOf(field)[0]];
  return sample(type, wanted, within);
}

function textsOf({ name, enum: values }: Field): readonly string[] {
  return values ?? TEXTS.find(([ending]) => ending.test(name))?.[1] ?? ANY_TEXT;
}

function scalars(type: CompiledType): Json[] {
  switch (type.scalar) {
    case 'string':
      return ['a'];
    case 'bytes':
      return ['YQ==', ''];
    case 'boolean':
      return [true, false];
    case 'int32':
    case 'int64':
      return [1, 80, 0, 600];
    case 'double':
      return [1.5];
    case 'intOrString':
      return [1, '1%', 'a'];
    case 'quantity':
      return ['1', '1Gi', '0'];
    case 'duration':
      return ['1m0s'];
    case 'time':
      return ['2024-01-02T03:04:05Z'];
    case 'microtime':
      return ['2024-01-02T03:04:05.000000Z'];
    case 'fieldsV1':
      return [{ 'f:spec': {} }];
    default:
      return type.element === null ? [{ a: 1 }, 'a'] : [{ type: 'string' }, true, [{ type: 'string' }]];
  }
}

export function empty(type: CompiledType): Json {
  switch (type.kind) {
    case 'list':
      return [];
    case 'scalar':
      return scalars(type).map((value) => (typeof value === 'string' ? '' : typeof value === 'number' ? 0 : {}))[0];
    default:
      return {};
  }
}
