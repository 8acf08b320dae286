/** The OpenAPI 3.0 documents under `/openapi/v3`: one per group version, and some for the server's own paths. */
import { createHash } from 'node:crypto';
import { type JsonSchema, type OpenApiDocument, type OpenApiInput, sortKeys } from './document.ts';
import type { Body, Operation, PathItem } from './operations.ts';
import { operationParameters, type Parameter, pathParameters } from './parameters.ts';
import { allPaths } from './paths.ts';
import { collectDefinitions, refTo } from './schemas.ts';
import { BEARER_TOKEN } from './v2.ts';

/** Names of all documents, sorted: `api`, `api/v1`, `apis/apps`, `apis/apps/v1`, `version`… */
export function openApiV3Names(paths: readonly PathItem[]): string[] {
  return [...new Set(paths.map((item) => item.document))].sort();
}

/** The document of that name; null: there is none. `allItems` are the input's `allPaths`, shared by its documents. */
export function buildOpenApiV3(
  name: string,
  input: OpenApiInput,
  allItems: readonly PathItem[] = allPaths(input),
): OpenApiDocument | null {
  const items = allItems.filter((item) => item.document === name);
  if (items.length === 0) return null;
  const roots = new Set<string>();
  const paths: { [path: string]: JsonSchema } = {};
  for (const item of items) paths[item.path] = pathItem(item, roots);
  const schemas = collectDefinitions(roots, 3, input);
  const securitySchemes = { BearerToken: BEARER_TOKEN };
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: Object.keys(schemas).length === 0 ? { securitySchemes } : { schemas, securitySchemes },
  };
}

/** `?hash=` of a document's text: upper-case hexadecimal SHA-512. */
export function openApiHash(text: string | Uint8Array): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}

/** The body of `/openapi/v3` for [name, hash] pairs. */
export function openApiV3Index(documents: Iterable<readonly [name: string, hash: string]>): OpenApiDocument {
  const paths: { [name: string]: JsonSchema } = {};
  for (const [name, hash] of documents) paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` };
  return { paths };
}

function pathItem(item: PathItem, roots: Set<string>): JsonSchema {
  const onPath = pathParameters(item);
  const result: JsonSchema = {};
  for (const operation of item.operations) result[operation.method] = operationObject(operation, onPath, roots);
  if (onPath.length > 0) result['parameters'] = onPath.map(parameterObject);
  return sortKeys(result);
}

function operationObject(operation: Operation, onPath: readonly Parameter[], roots: Set<string>): JsonSchema {
  const object: JsonSchema = {};
  if (operation.description !== null) object['description'] = operation.description;
  object['operationId'] = operation.id;
  const parameters = operationParameters(operation, onPath).map(parameterObject);
  if (parameters.length > 0) object['parameters'] = parameters;
  if (operation.body !== null) object['requestBody'] = requestBody(operation.body, operation.consumes ?? [], roots);
  const responses: { [code: string]: JsonSchema } = {};
  for (const { code, description, type } of operation.responses) {
    responses[code] =
      type === null ? { description } : { content: contentOf(type, operation.produces ?? [], roots), description };
  }
  object['responses'] = responses;
  object['tags'] = [operation.tag];
  if (operation.action !== null) object['x-kubernetes-action'] = operation.action;
  if (operation.gvk !== null) object['x-kubernetes-group-version-kind'] = operation.gvk;
  return object;
}

function requestBody(body: Body, consumes: readonly string[], roots: Set<string>): JsonSchema {
  const content = contentOf(body.type, consumes, roots);
  return body.required ? { content, required: true } : { content };
}

function contentOf(type: string, mediaTypes: readonly string[], roots: Set<string>): JsonSchema {
  if (type !== 'string') roots.add(type);
  const schema = type === 'string' ? { type } : refTo(type, 3);
  const content: JsonSchema = {};
  for (const mediaType of mediaTypes) content[mediaType] = { schema };
  return sortKeys(content);
}

function parameterObject({ name, in: place, type, description }: Parameter): JsonSchema {
  const object: JsonSchema = { description, in: place, name };
  if (place === 'path') object['required'] = true;
  object['schema'] = { type, uniqueItems: true };
  return object;
}
