/** Makes the facts of the OpenAPI documents' paths that no rule gives: query parameters and the paths of no resource. */
import type { OpenApiFacts, ParameterFact, PlainPath } from '../../src/endpoints/openapi/facts.ts';
import { type OpenApiDocument, type OpenApiOperation, type OpenApiParameter, refName } from './openapi-document.ts';

/** Path parameters and bodies follow from the path and the kind. */
const DERIVED = new Set(['name', 'namespace', 'body']);

export function buildOpenApi(document: OpenApiDocument): OpenApiFacts {
  const parameters: Record<string, ParameterFact> = {};
  const sets: Record<string, readonly string[]> = {};
  const plainPaths: PlainPath[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    const shared = (item['parameters'] ?? []) as unknown as readonly OpenApiParameter[];
    for (const [method, operation] of Object.entries(item)) {
      if (method === 'parameters') continue;
      const keys = [...shared, ...(operation.parameters ?? [])].map((p) => addParameter(p, document, parameters));
      const action = operation['x-kubernetes-action'];
      if (action === undefined) {
        const plain = plainPath(path, operation);
        if (plain !== null) plainPaths.push(keys.length === 0 ? plain : { ...plain, parameters: keys });
        continue;
      }
      const own = keys.filter((key) => key !== '');
      const set = setName(path, action, operation);
      const known = sets[set];
      if (known !== undefined && known.join() !== own.sort().join())
        throw new Error(`${path} ${method}: ${own.join()}`);
      sets[set] = own.sort();
    }
  }
  const everyGroupVersion = document.definitions['io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions']?.[
    'x-kubernetes-group-version-kind'
  ]?.map(({ group, version }): [string, string] => [group, version]);
  if (everyGroupVersion === undefined) throw new Error('DeleteOptions names no group versions');
  const metaKinds = Object.entries(document.definitions)
    .filter(([name, schema]) => name.startsWith(META) && schema['x-kubernetes-group-version-kind']?.length === 1)
    .map(([name]) => name);
  return { parameters, sets, plainPaths, everyGroupVersion, metaKinds };
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Which operations take the same query parameters: those of one action; connects and logs by subresource. */
function setName(path: string, action: string, operation: OpenApiOperation): string {
  if (action === 'connect') {
    const kind = operation['x-kubernetes-group-version-kind']!.kind;
    return path.endsWith('{path}') ? `${kind}/path` : kind;
  }
  if (action === 'get') return path.endsWith('/log') ? 'log' : 'get';
  return action === 'put' ? 'post' : action;
}

/** The parameter's key, by which `parameters` knows it; '' for those derived from the path. */
function addParameter(
  parameter: OpenApiParameter,
  document: OpenApiDocument,
  parameters: Record<string, ParameterFact>,
): string {
  const reference = parameter.$ref === undefined ? null : refName(parameter.$ref);
  const full = reference === null ? parameter : document.parameters[reference]!;
  if (DERIVED.has(full.name!) && full.name !== 'namespace' && reference === null) return '';
  const key = reference ?? full.name!;
  if (full.name === 'body') return '';
  parameters[key] = {
    shared: reference !== null,
    name: full.name!,
    in: full.in!,
    type: full.type!,
    description: full.description!,
  };
  return full.name === 'namespace' ? '' : key;
}

/** A path of no resource; null for discovery, whose paths follow from the groups. */
function plainPath(path: string, operation: OpenApiOperation): PlainPath | null {
  if (path.startsWith('/api')) return null;
  const schema = operation.responses['200']?.schema;
  return {
    path,
    operationId: operation.operationId,
    description: operation.description ?? null,
    tag: operation.tags![0]!,
    consumes: operation.consumes ?? null,
    produces: operation.produces ?? null,
    response: schema === undefined ? null : schema.$ref === undefined ? 'string' : refName(schema.$ref),
    parameters: [],
  };
}
