/** The OpenAPI 2.0 document of `/openapi/v2`: one for all groups. */
import { type JsonSchema, type OpenApiDocument, type OpenApiInput, sortKeys } from './document.ts';
import type { Body, Operation, PathItem } from './operations.ts';
import { operationParameters, type Parameter, pathParameters } from './parameters.ts';
import { allPaths } from './paths.ts';
import { collectDefinitions, refTo } from './schemas.ts';

/** The document for the resources given; takes some tens of milliseconds for all built-in ones. */
export function buildOpenApiV2(input: OpenApiInput): OpenApiDocument {
  const roots = new Set<string>();
  const shared: { [key: string]: JsonSchema } = {};
  const paths: { [path: string]: JsonSchema } = {};
  for (const item of allPaths(input)) paths[item.path] = pathItem(item, roots, shared);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    definitions: collectDefinitions(roots, 2, input),
    parameters: sortKeys(shared),
    securityDefinitions: { BearerToken: BEARER_TOKEN },
    security: [{ BearerToken: [] }],
  };
}

export const BEARER_TOKEN = {
  description: 'Bearer Token authentication',
  in: 'header',
  name: 'authorization',
  type: 'apiKey',
} as const;

function pathItem(item: PathItem, roots: Set<string>, shared: { [key: string]: JsonSchema }): JsonSchema {
  const onPath = pathParameters(item);
  const result: JsonSchema = {};
  for (const operation of item.operations) {
    const parameters = operationParameters(operation, onPath).map((parameter) => parameterObject(parameter, shared));
    if (operation.body !== null) parameters.unshift(bodyObject(operation.body, roots, shared));
    result[operation.method] = operationObject(operation, parameters, roots);
  }
  if (onPath.length > 0) result['parameters'] = onPath.map((parameter) => parameterObject(parameter, shared));
  return sortKeys(result);
}

function operationObject(operation: Operation, parameters: readonly JsonSchema[], roots: Set<string>): JsonSchema {
  const object: JsonSchema = {};
  if (operation.consumes !== null) object['consumes'] = operation.consumes;
  if (operation.description !== null) object['description'] = operation.description;
  object['operationId'] = operation.id;
  if (parameters.length > 0) object['parameters'] = parameters;
  if (operation.produces !== null) object['produces'] = operation.produces;
  const responses: { [code: string]: JsonSchema } = {};
  for (const { code, description, type } of operation.responses) {
    responses[code] = type === null ? { description } : { description, schema: typeSchema(type, roots) };
  }
  object['responses'] = responses;
  object['schemes'] = ['https'];
  object['tags'] = [operation.tag];
  if (operation.action !== null) object['x-kubernetes-action'] = operation.action;
  if (operation.gvk !== null) object['x-kubernetes-group-version-kind'] = operation.gvk;
  return object;
}

function typeSchema(type: string, roots: Set<string>): JsonSchema {
  if (type === 'string') return { type };
  roots.add(type);
  return refTo(type, 2);
}

function bodyObject(body: Body, roots: Set<string>, shared: { [key: string]: JsonSchema }): JsonSchema {
  const object: JsonSchema = { in: 'body', name: 'body' };
  if (body.required) object['required'] = true;
  object['schema'] = typeSchema(body.type, roots);
  if (body.shared === null) return object;
  shared[body.shared] = object;
  return { $ref: `#/parameters/${body.shared}` };
}

function parameterObject(parameter: Parameter, shared: { [key: string]: JsonSchema }): JsonSchema {
  const { key, name, type, description } = parameter;
  const object: JsonSchema = { description, in: parameter.in, name };
  if (parameter.in === 'path') object['required'] = true;
  object['type'] = type;
  object['uniqueItems'] = true;
  if (key === null) return object;
  shared[key] = object;
  return { $ref: `#/parameters/${key}` };
}
