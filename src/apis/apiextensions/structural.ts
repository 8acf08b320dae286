/** Is a CustomResourceDefinition's schema structural (KEP-1979's ground: types everywhere, no negations of shape)? */
import type { JSONSchemaProps } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { checkListed } from '../number-rules.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = [
  '$ref',
  'definitions',
  'dependencies',
  'id',
  'patternProperties',
  '$schema',
  'additionalItems',
] as const;
/** In allOf, anyOf, oneOf and not these would say what a value is, not only whether it is fine. */
const NOT_IN_LOGIC = [
  'additionalProperties',
  'default',
  'description',
  'nullable',
  'title',
  'type',
  'x-kubernetes-preserve-unknown-fields',
] as const;
const LOGIC = ['allOf', 'anyOf', 'oneOf'] as const;

type Place = 'root' | 'field' | 'item';

const TYPE_MISSING: Readonly<Record<Place, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
};

/** `field`: path of the root schema. */
export function checkStructural(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  checkLevel(errors, field, schema, 'root');
}

function checkLevel(errors: FieldError[], field: string, schema: JSONSchemaProps, place: Place): void {
  const { type = '' } = schema;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === '' && !intOrString && (!free || place === 'root'))
    errors.push(required(`${field}.type`, TYPE_MISSING[place]));
  else if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  else if (place === 'root' && type !== 'object' && type !== '')
    errors.push(invalidValue(`${field}.type`, type, 'must be object at the root'));
  if (intOrString && type !== '') {
    errors.push(forbiddenField(`${field}.type`, 'must be empty if x-kubernetes-int-or-string is true'));
  }
  checkUnsupported(errors, field, schema);
  checkMembers(errors, field, schema, place);
  checkItems(errors, field, schema);
  checkExtensions(errors, field, schema);
  for (const [child, at] of logicOf(field, schema)) checkLogic(errors, at, child);
}

function checkUnsupported(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  for (const key of UNSUPPORTED) {
    if (schema[key] !== undefined) errors.push(forbiddenField(`${field}.${key}`, `${key} is not supported`));
  }
  if (schema.uniqueItems === true) {
    const text = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, text));
  }
}

function checkMembers(errors: FieldError[], field: string, schema: JSONSchemaProps, place: Place): void {
  const { properties, additionalProperties } = schema;
  const at = `${field}.additionalProperties`;
  if (additionalProperties !== undefined && properties !== undefined && Object.keys(properties).length > 0) {
    errors.push(forbiddenField(at, 'additionalProperties and properties are mutual exclusive'));
  }
  if (additionalProperties === false) errors.push(forbiddenField(at, 'additionalProperties cannot be set to false'));
  if (additionalProperties !== undefined && place === 'root')
    errors.push(forbiddenField(at, 'must not be used at the root'));
  if (isSchema(additionalProperties)) checkLevel(errors, at, additionalProperties, 'field');
  for (const [name, child] of Object.entries(properties ?? {})) {
    checkLevel(errors, `${field}.properties[${name}]`, child, 'field');
  }
  if (place === 'root' && properties !== undefined && Object.hasOwn(properties, 'metadata')) {
    checkMetadata(errors, `${field}.properties[metadata]`, properties['metadata'] ?? {});
  }
}

/** The server owns metadata; a schema may only restrict the name. */
function checkMetadata(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  const named = Object.keys(schema.properties ?? {}).every((name) => name === 'name' || name === 'generateName');
  const bare = Object.keys(schema).every((key) => key === 'type' || key === 'properties' || key === 'description');
  if (named && bare) return;
  errors.push(
    forbiddenField(
      field,
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    ),
  );
}

function checkItems(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  const { items } = schema;
  if (Array.isArray(items))
    errors.push(forbiddenField(`${field}.items`, 'items must be a schema object and not an array'));
  else if (isSchema(items)) checkLevel(errors, `${field}.items`, items, 'item');
  else if (schema.type === 'array') errors.push(required(`${field}.items`, 'must be specified'));
}

function checkExtensions(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== undefined) {
    checkListed(errors, `${field}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']);
    if (schema.type !== 'array') {
      errors.push(
        invalidValue(`${field}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'),
      );
    }
  }
  if (listType === 'map') checkListMap(errors, field, schema, keys);
  else if (keys.length > 0) {
    errors.push(
      forbiddenField(`${field}.x-kubernetes-list-map-keys`, 'must be empty if x-kubernetes-list-type is not map'),
    );
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined) {
    if (!['atomic', 'granular'].includes(mapType)) {
      errors.push(notSupported(`${field}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
    }
    if (schema.type !== 'object') {
      errors.push(
        invalidValue(`${field}.type`, schema.type ?? '', 'must be object if x-kubernetes-map-type is specified'),
      );
    }
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalidValue(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  if (schema['x-kubernetes-embedded-resource'] === true && schema.type !== 'object') {
    errors.push(
      invalidValue(`${field}.type`, schema.type ?? '', 'must be object if x-kubernetes-embedded-resource is true'),
    );
  }
}

function checkListMap(errors: FieldError[], field: string, schema: JSONSchemaProps, keys: readonly string[]): void {
  const at = `${field}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (!isSchema(schema.items)) return;
  const { properties = {}, type } = schema.items;
  if (type !== 'object')
    errors.push(
      invalidValue(`${field}.items.type`, type ?? '', "must be object if parent array's x-kubernetes-list-type is map"),
    );
  const seen = new Set<string>();
  keys.forEach((key, i) => {
    if (!Object.hasOwn(properties, key))
      errors.push(invalidValue(`${at}[${i}]`, key, 'must be defined as a property of the items'));
    if (seen.has(key)) errors.push({ type: 'FieldValueDuplicate', field: `${at}[${i}]`, value: key, detail: '' });
    seen.add(key);
  });
}

function checkLogic(errors: FieldError[], field: string, schema: JSONSchemaProps): void {
  for (const key of NOT_IN_LOGIC) {
    // `type` may stand beside int-or-string, which is a union by nature.
    if (schema[key] === undefined || (key === 'type' && isScalarUnion(schema))) continue;
    errors.push(forbiddenField(`${field}.${key}`, 'must be empty to be structural'));
  }
  checkUnsupported(errors, field, schema);
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    checkLogic(errors, `${field}.properties[${name}]`, child);
  if (isSchema(schema.items)) checkLogic(errors, `${field}.items`, schema.items);
  for (const [child, at] of logicOf(field, schema)) checkLogic(errors, at, child);
}

/** `{type: integer}` and `{type: string}`: the two branches of int-or-string. */
function isScalarUnion(schema: JSONSchemaProps): boolean {
  return (
    (schema.type === 'integer' || schema.type === 'string') &&
    Object.keys(schema).every((key) => key === 'type' || key === 'pattern')
  );
}

function logicOf(field: string, schema: JSONSchemaProps): [JSONSchemaProps, string][] {
  const out: [JSONSchemaProps, string][] = [];
  for (const key of LOGIC) {
    (schema[key] ?? []).forEach((child, i) => {
      out.push([child, `${field}.${key}[${i}]`]);
    });
  }
  if (schema.not !== undefined) out.push([schema.not, `${field}.not`]);
  return out;
}

function isSchema(value: unknown): value is JSONSchemaProps {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
