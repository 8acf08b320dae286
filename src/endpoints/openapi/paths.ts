/** Discovery's and the server's own paths, beside those of the resources. */
import { groupVersionPath, type OpenApiInput } from './document.ts';
import { openApiFacts } from './facts.ts';
import { capital, groupIdentifier, type Operation, type PathItem, resourcePaths, respond } from './operations.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Every path of the documents, sorted. */
export function allPaths(input: OpenApiInput): PathItem[] {
  const paths = [...resourcePaths(input), ...discoveryPaths(input), ...plainPaths()];
  return paths.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function discoveryPaths(input: OpenApiInput): PathItem[] {
  const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
  const listTypes = input.cbor ? [...types, 'application/cbor'] : types;
  const paths = [
    discoveryPath('/api/', 'getCoreAPIVersions', 'get available API versions', 'core', 'APIVersions', types),
    discoveryPath('/apis/', 'getAPIVersions', 'get available API versions', 'apis', 'APIGroupList', types),
  ];
  const seen = new Set<string>();
  for (const { group, version, custom } of input.resources) {
    if (custom === true) continue;
    const identifier = groupIdentifier(group);
    if (group !== '' && !seen.has(group)) {
      seen.add(group);
      const id = `get${capital(identifier)}APIGroup`;
      paths.push(discoveryPath(`/apis/${group}/`, id, 'get information of a group', identifier, 'APIGroup', types));
    }
    const path = `${groupVersionPath(group, version)}/`;
    if (seen.has(path)) continue;
    seen.add(path);
    const id = `get${capital(identifier)}${capital(version)}APIResources`;
    const tag = `${identifier}_${version}`;
    paths.push(discoveryPath(path, id, 'get available resources', tag, 'APIResourceList', listTypes));
  }
  return paths;
}

function discoveryPath(
  path: string,
  id: string,
  description: string,
  tag: string,
  kind: string,
  types: readonly string[],
): PathItem {
  const response = respond(META + kind, ['200']);
  return getPath(path, { id, description, tag, consumes: types, produces: types, responses: response, parameters: [] });
}

function plainPaths(): PathItem[] {
  return openApiFacts().plainPaths.map((plain) =>
    getPath(plain.path, {
      id: plain.operationId,
      description: plain.description,
      tag: plain.tag,
      consumes: plain.consumes,
      produces: plain.produces,
      responses: respond(plain.response, plain.response === null ? [] : ['200']),
      parameters: plain.parameters,
    }),
  );
}

/** Before the first parameter or the last slash. */
function endOfDocument(path: string): number {
  const parameter = path.indexOf('/{');
  if (parameter >= 0) return parameter;
  return path.endsWith('/') ? path.length - 1 : path.length;
}

function getPath(path: string, operation: Omit<Operation, 'method' | 'action' | 'gvk' | 'body'>): PathItem {
  return {
    path,
    // `/logs/{logpath}` belongs to `logs`.
    document: path.slice(1, endOfDocument(path)),
    nameOf: null,
    namespaced: false,
    operations: [{ ...operation, method: 'get', action: null, gvk: null, body: null }],
  };
}
