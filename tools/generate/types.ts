/** Makes the type table: Go's order, flags and numbers, OpenAPI's list types, keys, required fields and unions. */
import {
  type FieldExtra,
  type FieldRow,
  OMIT_EMPTY,
  POINTER,
  REQUIRED,
  type TypeExpression,
  type TypeExtra,
  type TypeRow,
} from '../../src/schema/type-table.ts';
import type { GoFacts, GoField, GoType } from './go-facts.ts';
import { type OpenApiDocument, type OpenApiSchema, refName } from './openapi-document.ts';

/** OpenAPI definitions that are scalars in the table. */
export const SCALAR_DEFINITIONS: ReadonlyMap<string, TypeExpression> = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', 'quantity'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'time'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', 'microtime'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Duration', 'duration'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', 'fieldsV1'],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'intOrString'],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', 'any'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Patch', 'any'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON', 'any'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray', 'any'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool', 'any'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray', 'any'],
]);

/** Packages whose types are wanted though no path of OpenAPI mentions them: reviews, options, discovery, Table. */
const EXTRA_PACKAGES = [
  'io.k8s.api.admission.v1.',
  'io.k8s.api.apidiscovery.v2.',
  'io.k8s.api.core.v1.',
  'io.k8s.api.imagepolicy.v1alpha1.',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.',
  'io.k8s.apimachinery.pkg.apis.meta.v1.',
];

/** Rows by definition name, sorted; aliases for the definitions that are scalars. */
export function buildTypes(document: OpenApiDocument, go: GoFacts): Map<string, TypeRow> {
  const names = new Set(Object.keys(document.definitions));
  for (const name of go.types.keys()) {
    if (EXTRA_PACKAGES.some((prefix) => name.startsWith(prefix))) names.add(name);
  }
  for (const name of names) addReferences(name, go, names);
  const rows = new Map<string, TypeRow>();
  for (const name of [...names].sort()) {
    const scalar = SCALAR_DEFINITIONS.get(name);
    rows.set(name, scalar === undefined ? buildRow(document.definitions[name], go.types.get(name)) : { alias: scalar });
  }
  checkReferences(rows);
  return rows;
}

/** The element at the end of `[]` and `{}`. */
export function elementOf(expression: TypeExpression): TypeExpression {
  let at = 0;
  while (expression.startsWith('[]', at) || expression.startsWith('{}', at)) at += 2;
  return expression.slice(at);
}

function addReferences(name: string, go: GoFacts, names: Set<string>): void {
  const type = go.types.get(name);
  if (type === undefined) return;
  // A Set's iteration visits what is added during it, so that this closes over all references.
  for (const field of type.fields) {
    const element = elementOf(field.type);
    if (go.types.has(element)) names.add(element);
  }
  for (const [embedded] of type.embedded) names.add(embedded);
}

function buildRow(schema: OpenApiSchema | undefined, type: GoType | undefined): TypeRow {
  const fields = type === undefined ? fieldsOfSchema(schema ?? {}) : fieldsOfGo(schema, type);
  const extra: { -readonly [K in keyof TypeExtra]: TypeExtra[K] } = {};
  if (schema?.['x-kubernetes-map-type'] === 'atomic') extra.map = 'atomic';
  if (schema?.['x-kubernetes-unions'] !== undefined) extra.unions = schema['x-kubernetes-unions'];
  return Object.keys(extra).length === 0 ? { fields } : { fields, extra };
}

function fieldsOfGo(schema: OpenApiSchema | undefined, type: GoType): FieldRow[] {
  const rows: FieldRow[] = [];
  for (const field of type.fields) {
    const published = schema?.properties?.[field.name];
    if (schema !== undefined && published === undefined) throw new Error(`OpenAPI lacks field ${field.name}`);
    let flags = 0;
    const required =
      schema === undefined ? !field.omitEmpty && !field.pointer : schema.required?.includes(field.name) === true;
    if (required) flags |= REQUIRED;
    if (field.pointer) flags |= POINTER;
    if (field.omitEmpty) flags |= OMIT_EMPTY;
    const expression = field.type.replace(/any:.*$/, 'any');
    if (published !== undefined && expressionOf(published) !== expression) {
      throw new Error(`field ${field.name}: Go has ${expression}, OpenAPI ${expressionOf(published)}`);
    }
    rows.push(row(field.name, expression, flags, field.proto, extraOf(published ?? {}, field)));
  }
  return rows;
}

function fieldsOfSchema(schema: OpenApiSchema): FieldRow[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const required = schema.required?.includes(name) === true;
    return row(name, expressionOf(field), required ? REQUIRED : OMIT_EMPTY, 0, extraOf(field, null));
  });
}

function row(name: string, type: TypeExpression, flags: number, proto: number, extra: FieldExtra): FieldRow {
  return Object.keys(extra).length === 0 ? [name, type, flags, proto] : [name, type, flags, proto, extra];
}

function extraOf(schema: OpenApiSchema, field: GoField | null): FieldExtra {
  const extra: { -readonly [K in keyof FieldExtra]: FieldExtra[K] } = {};
  if (schema['x-kubernetes-list-type'] !== undefined) extra.list = schema['x-kubernetes-list-type'];
  if (schema['x-kubernetes-list-map-keys'] !== undefined) extra.keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-map-type'] !== undefined) extra.map = schema['x-kubernetes-map-type'];
  const patch = field === null ? schema['x-kubernetes-patch-strategy'] : field.patch;
  if (patch !== undefined && patch !== null) extra.patch = patch;
  const mergeKey = field === null ? schema['x-kubernetes-patch-merge-key'] : field.mergeKey;
  if (mergeKey !== undefined && mergeKey !== null) extra.mergeKey = mergeKey;
  if (field !== null && field.default !== null) extra.default = JSON.parse(field.default);
  if (field !== null && field.enum !== null) extra.enum = field.enum;
  const form = field === null ? undefined : /any:(JSONSchemaPropsOr.*)$/.exec(field.type)?.[1];
  if (form !== undefined) extra.any = form as NonNullable<FieldExtra['any']>;
  return extra;
}

export function expressionOf(schema: OpenApiSchema): TypeExpression {
  if (schema.$ref !== undefined) {
    const name = refName(schema.$ref);
    return SCALAR_DEFINITIONS.get(name) ?? name;
  }
  switch (schema.type) {
    case 'array':
      return `[]${expressionOf(schema.items ?? {})}`;
    case 'object':
      return schema.additionalProperties === undefined ? 'any' : `{}${expressionOf(schema.additionalProperties)}`;
    case 'integer':
    case 'number':
      return schema.format ?? 'int64';
    case 'string':
      return schema.format === 'byte' ? 'bytes' : 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'any';
  }
}

function checkReferences(rows: ReadonlyMap<string, TypeRow>): void {
  for (const [name, type] of rows) {
    for (const [field, expression] of 'fields' in type ? type.fields : []) {
      const element = elementOf(expression);
      if (element.includes('.') && !rows.has(element)) throw new Error(`${name}.${field} refers to ${element}`);
    }
  }
}
