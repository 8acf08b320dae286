/**
 * The OpenAPI 2.0 document as protobuf (gnostic's openapi.v2.Document), which client-go asks `/openapi/v2` for. Vendor
 * extensions and defaults are YAML text inside; JSON is YAML.
 */
import type { JsonSchema, OpenApiDocument } from './document.ts';

/** Encodes a document of buildOpenApiV2 (also one merged with aggregated servers'); keys gnostic does not know are dropped. */
export function encodeOpenApiV2(document: OpenApiDocument): Uint8Array {
  return encodeMessage(DOCUMENT, document);
}

type Encoder = (value: unknown) => Uint8Array;

/** How a member of a JSON object becomes a protobuf field. */
interface Field {
  readonly number: number;
  readonly encode: Encoder;
  /** A list becomes one field per element. */
  readonly repeated?: boolean;
  readonly wire?: typeof VARINT | typeof FIXED64;
}

type Message = ReadonlyMap<string, Field> & { readonly extensions?: number };

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

const utf8 = new TextEncoder();

const text: Encoder = (value) => utf8.encode(typeof value === 'string' ? value : '');
const boolean: Encoder = (value) => Uint8Array.of(value === true ? 1 : 0);
const integer: Encoder = (value) => varint(typeof value === 'number' ? value : 0);
const double: Encoder = (value) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, typeof value === 'number' ? value : 0, true);
  return bytes;
};
/** openapi.v2.Any{yaml = 2} */
const yamlAny: Encoder = (value) => tagged(2, LENGTH_DELIMITED, utf8.encode(`${JSON.stringify(value)}\n`));

const string = (number: number): Field => ({ number, encode: text });
const strings = (number: number): Field => ({ number, encode: text, repeated: true });
const flag = (number: number): Field => ({ number, encode: boolean, wire: VARINT });
const int = (number: number): Field => ({ number, encode: integer, wire: VARINT });
const float = (number: number): Field => ({ number, encode: double, wire: FIXED64 });
const yaml = (number: number): Field => ({ number, encode: yamlAny });
const yamls = (number: number): Field => ({ number, encode: yamlAny, repeated: true });
const of = (number: number, encode: Encoder): Field => ({ number, encode });
const listOf = (number: number, encode: Encoder): Field => ({ number, encode, repeated: true });

/** A map as repeated NamedX{name = 1, value = 2} in field `number` of its own message. */
function named(number: number, encode: Encoder): Encoder {
  return (value) =>
    concat(Object.entries(recordOf(value)).map(([name, inner]) => namedEntry(number, name, encode(inner))));
}

function namedEntry(number: number, name: string, value: Uint8Array): Uint8Array {
  const entry = concat([tagged(1, LENGTH_DELIMITED, utf8.encode(name)), tagged(2, LENGTH_DELIMITED, value)]);
  return tagged(number, LENGTH_DELIMITED, entry);
}

/** A message whose vendor extensions (`x-…`) are repeated NamedAny in field `extensions`. */
function message(extensions: number, fields: { readonly [name: string]: Field }): Message {
  return Object.assign(new Map(Object.entries(fields)), { extensions });
}

const schema: Encoder = (value) => encodeMessage(SCHEMA, recordOf(value));
const wrapSchema: Encoder = (value) => tagged(1, LENGTH_DELIMITED, schema(value));
const typeItem: Encoder = (value) =>
  concat((Array.isArray(value) ? value : [value]).map((name) => tagged(1, LENGTH_DELIMITED, text(name))));
/** ItemsItem: one schema, or one for each place. */
const itemsItem: Encoder = (value) => (Array.isArray(value) ? concat(value.map(wrapSchema)) : wrapSchema(value));
/** AdditionalPropertiesItem{schema = 1 | boolean = 2} */
const additionalProperties: Encoder = (value) =>
  typeof value === 'boolean' ? tagged(2, VARINT, boolean(value)) : wrapSchema(value);

const SCHEMA = message(31, {
  $ref: string(1),
  format: string(2),
  title: string(3),
  description: string(4),
  default: yaml(5),
  multipleOf: float(6),
  maximum: float(7),
  exclusiveMaximum: flag(8),
  minimum: float(9),
  exclusiveMinimum: flag(10),
  maxLength: int(11),
  minLength: int(12),
  pattern: string(13),
  maxItems: int(14),
  minItems: int(15),
  uniqueItems: flag(16),
  maxProperties: int(17),
  minProperties: int(18),
  required: strings(19),
  enum: yamls(20),
  additionalProperties: of(21, additionalProperties),
  type: of(22, typeItem),
  items: of(23, itemsItem),
  allOf: listOf(24, schema),
  properties: of(25, named(1, schema)),
  discriminator: string(26),
  readOnly: flag(27),
  example: yaml(30),
});

const reference = message(0, { $ref: string(1), description: string(2) });

const BODY_PARAMETER = message(6, {
  description: string(1),
  name: string(2),
  in: string(3),
  required: flag(4),
  schema: of(5, schema),
});

/** PathParameterSubSchema and HeaderParameterSubSchema */
const PATH_PARAMETER = message(22, {
  required: flag(1),
  in: string(2),
  description: string(3),
  name: string(4),
  type: string(5),
  format: string(6),
  pattern: string(16),
  uniqueItems: flag(19),
});

const QUERY_PARAMETER = message(23, {
  required: flag(1),
  in: string(2),
  description: string(3),
  name: string(4),
  type: string(6),
  format: string(7),
  pattern: string(17),
  uniqueItems: flag(20),
});

/** Parameter{body_parameter = 1 | non_body_parameter = 2{header = 1 | query = 3 | path = 4}} */
const parameter: Encoder = (value) => {
  const object = recordOf(value);
  if (object['in'] === 'body') return tagged(1, LENGTH_DELIMITED, encodeMessage(BODY_PARAMETER, object));
  const inner =
    object['in'] === 'query'
      ? tagged(3, LENGTH_DELIMITED, encodeMessage(QUERY_PARAMETER, object))
      : tagged(object['in'] === 'header' ? 1 : 4, LENGTH_DELIMITED, encodeMessage(PATH_PARAMETER, object));
  return tagged(2, LENGTH_DELIMITED, inner);
};

/** ParametersItem and ResponseValue: {the thing itself = 1 | json_reference = 2} */
function orReference(encode: Encoder): Encoder {
  return (value) =>
    '$ref' in recordOf(value)
      ? tagged(2, LENGTH_DELIMITED, encodeMessage(reference, recordOf(value)))
      : tagged(1, LENGTH_DELIMITED, encode(value));
}

const RESPONSE = message(5, { description: string(1), schema: of(2, wrapSchema) });
const response = orReference((value) => encodeMessage(RESPONSE, recordOf(value)));

/** SecurityRequirement: each name with its StringArray{value = 1}. */
const securityRequirement = named(1, (value) =>
  concat(arrayOf(value).map((scope) => tagged(1, LENGTH_DELIMITED, text(scope)))),
);

const OPERATION = message(13, {
  tags: strings(1),
  summary: string(2),
  description: string(3),
  operationId: string(5),
  produces: strings(6),
  consumes: strings(7),
  parameters: listOf(8, orReference(parameter)),
  responses: of(9, named(1, response)),
  schemes: strings(10),
  deprecated: flag(11),
  security: listOf(12, securityRequirement),
});
const operation = (number: number): Field => of(number, (value) => encodeMessage(OPERATION, recordOf(value)));

const PATH_ITEM = message(10, {
  $ref: string(1),
  get: operation(2),
  put: operation(3),
  post: operation(4),
  delete: operation(5),
  options: operation(6),
  head: operation(7),
  patch: operation(8),
  parameters: listOf(9, orReference(parameter)),
});

const API_KEY = message(5, { type: string(1), name: string(2), in: string(3), description: string(4) });
/** SecurityDefinitionsItem{api_key_security = 2}: the only kind of scheme that Kubernetes describes. */
const securityDefinition: Encoder = (value) => tagged(2, LENGTH_DELIMITED, encodeMessage(API_KEY, recordOf(value)));

const INFO = message(7, { title: string(1), version: string(2), description: string(3), termsOfService: string(4) });

const DOCUMENT = message(16, {
  swagger: string(1),
  info: of(2, (value) => encodeMessage(INFO, recordOf(value))),
  host: string(3),
  basePath: string(4),
  schemes: strings(5),
  consumes: strings(6),
  produces: strings(7),
  paths: of(
    8,
    named(2, (value) => encodeMessage(PATH_ITEM, recordOf(value))),
  ),
  definitions: of(9, named(1, schema)),
  parameters: of(10, named(1, parameter)),
  responses: of(
    11,
    named(1, (value) => encodeMessage(RESPONSE, recordOf(value))),
  ),
  security: listOf(12, securityRequirement),
  securityDefinitions: of(13, named(1, securityDefinition)),
});

function encodeMessage(fields: Message, object: JsonSchema): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(object)) {
    const field = fields.get(name);
    if (field !== undefined) {
      const wire = field.wire ?? LENGTH_DELIMITED;
      const values = field.repeated === true ? arrayOf(value) : [value];
      for (const one of values) parts.push(tagged(field.number, wire, field.encode(one)));
    } else if (name.startsWith('x-') && fields.extensions !== undefined && fields.extensions !== 0) {
      parts.push(namedEntry(fields.extensions, name, yamlAny(value)));
    }
  }
  return concat(parts);
}

function tagged(number: number, wire: number, bytes: Uint8Array): Uint8Array {
  const tag = varint(number * 8 + wire);
  return wire === LENGTH_DELIMITED ? concat([tag, varint(bytes.length), bytes]) : concat([tag, bytes]);
}

function varint(value: number): Uint8Array {
  // Lengths and tags; what is negative or large (limits of schemas) needs 64 bits.
  if (value >= 0 && value < 128) return Uint8Array.of(Math.trunc(value));
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function recordOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
