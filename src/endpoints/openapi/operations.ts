/** The paths and operations of resources, as both versions of OpenAPI describe them. */
import type { SubresourceRow } from '../../schema/resource-table.ts';
import { groupVersionPath, listTypeOf, type OpenApiInput, type OpenApiResource } from './document.ts';
import { openApiFacts } from './facts.ts';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

export interface Operation {
  readonly method: Method;
  /** x-kubernetes-action; null: not of a resource. */
  readonly action: string | null;
  readonly id: string;
  readonly description: string | null;
  readonly tag: string;
  readonly gvk: { readonly group: string; readonly kind: string; readonly version: string } | null;
  readonly consumes: readonly string[] | null;
  readonly produces: readonly string[] | null;
  readonly body: Body | null;
  readonly responses: readonly Response[];
  /** Keys in the facts, all parameters but body and those of the path. */
  readonly parameters: readonly string[];
}

export interface Body {
  /** Definition name. */
  readonly type: string;
  readonly required: boolean;
  /** Key of the shared v2 parameter, where upstream shares it. */
  readonly shared: string | null;
}

export interface Response {
  readonly code: string;
  readonly description: string;
  /** Definition name or `string`; null: no body. */
  readonly type: string | null;
}

export interface PathItem {
  readonly path: string;
  /** `api/v1`: the v3 document it belongs to. */
  readonly document: string;
  /** Of what `{name}` is the name; null: no such parameter. */
  readonly nameOf: string | null;
  readonly namespaced: boolean;
  readonly operations: readonly Operation[];
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const ANY_TYPE = ['*/*'];
const DELETE_BODY: Body = { type: `${META}DeleteOptions`, required: false, shared: 'body-2Y1dVQaQ' };
const PATCH_BODY: Body = { type: `${META}Patch`, required: true, shared: 'body-78PwaGsr' };
const CONNECT_METHODS = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'] as const;

/** Everything that the names of a resource's operations are made of. */
interface Naming {
  readonly resource: OpenApiResource;
  /** `CoreV1` */
  readonly groupVersion: string;
  /** `Namespaced` or nothing */
  readonly scope: string;
  readonly tag: string;
  readonly document: string;
  readonly cbor: boolean;
}

/** All paths of the served resources, sorted; discovery and the paths of no resource are not among them. */
export function resourcePaths(input: OpenApiInput): PathItem[] {
  const paths = input.resources.flatMap((resource) => pathsOf(resource, input.cbor));
  return paths.filter((path) => path.operations.length > 0).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `flowcontrol.apiserver.k8s.io` is `flowcontrolApiserver`: how tags and, capitalised, operation ids name a group. */
export function groupIdentifier(group: string): string {
  if (group === '') return 'core';
  const [first, ...rest] = group.replace(/\.k8s\.io$/, '').split('.');
  return first + rest.map(capital).join('');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pathsOf(resource: OpenApiResource, cbor: boolean): PathItem[] {
  const group = groupIdentifier(resource.group);
  const base = groupVersionPath(resource.group, resource.version);
  const naming: Naming = {
    resource,
    groupVersion: capital(group) + capital(resource.version),
    scope: resource.namespaced ? 'Namespaced' : '',
    tag: `${group}_${resource.version}`,
    document: base.slice(1),
    cbor,
  };
  const inNamespace = resource.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${base}${inNamespace}/${resource.plural}`;
  const { namespaced, kind } = resource;
  const item = (path: string, nameOf: string | null, scoped: boolean, operations: Operation[]): PathItem => {
    return { path, document: naming.document, nameOf, namespaced: scoped, operations };
  };
  const paths = [
    item(collection, null, namespaced, collectionOperations(naming)),
    item(`${collection}/{name}`, kind, namespaced, itemOperations(naming)),
  ];
  const has = (verb: string): boolean => resource.verbs.includes(verb);
  if (namespaced && has('list')) {
    paths.push(item(`${base}/${resource.plural}`, null, false, [listOperation(naming, '', 'ForAllNamespaces')]));
  }
  if (has('watch') && resource.custom !== true) {
    const watched = `${base}/watch${inNamespace}/${resource.plural}`;
    paths.push(item(watched, null, namespaced, [watchOperation(naming, 'watchlist', naming.scope, 'List')]));
    if (has('get')) {
      paths.push(item(`${watched}/{name}`, kind, namespaced, [watchOperation(naming, 'watch', naming.scope, '')]));
    }
    if (namespaced) {
      const operation = watchOperation(naming, 'watchlist', '', 'ListForAllNamespaces');
      paths.push(item(`${base}/watch/${resource.plural}`, null, false, [operation]));
    }
  }
  for (const subresource of resource.subresources) {
    const path = `${collection}/{name}/${subresource.name}`;
    paths.push(item(path, subresource.kind, namespaced, subresourceOperations(naming, subresource)));
    if (subresource.name === 'proxy') {
      const operations = connectOperations(naming, subresource, 'WithPath', '/path');
      paths.push(item(`${path}/{path}`, subresource.kind, namespaced, operations));
    }
  }
  return paths;
}

function collectionOperations(naming: Naming): Operation[] {
  const { resource, groupVersion, scope } = naming;
  const operations: Operation[] = [];
  if (resource.verbs.includes('deletecollection')) {
    operations.push({
      ...common(naming, 'delete', 'deletecollection', `${META}Status`, ['200']),
      id: `delete${groupVersion}Collection${scope}${resource.kind}`,
      description: `delete collection of ${resource.kind}`,
      body: DELETE_BODY,
    });
  }
  if (resource.verbs.includes('list')) operations.push(listOperation(naming, scope, ''));
  if (resource.verbs.includes('create')) {
    operations.push({
      ...common(naming, 'post', 'post', resource.type, ['200', '201', '202']),
      id: `create${groupVersion}${scope}${resource.kind}`,
      description: `create${articleOf(resource.kind)}${resource.kind}`,
      body: { type: resource.type, required: true, shared: null },
    });
  }
  return operations;
}

function itemOperations(naming: Naming): Operation[] {
  const { resource, groupVersion, scope } = naming;
  const name = `${groupVersion}${scope}${resource.kind}`;
  const operations: Operation[] = [];
  for (const verb of resource.verbs) {
    if (verb === 'delete') {
      const type = resource.storage?.deleteReturns === 'object' ? resource.type : `${META}Status`;
      operations.push({
        ...common(naming, 'delete', 'delete', type, ['200', '202']),
        id: `delete${name}`,
        description: `delete${articleOf(resource.kind)}${resource.kind}`,
        body: DELETE_BODY,
      });
    } else {
      const operation = objectOperation(naming, verb, resource.type, name, resource.kind);
      if (operation !== null) operations.push(operation);
    }
  }
  return operations;
}

/** Read, replace and patch of an object or of a subresource that looks like one; null for other verbs. */
function objectOperation(naming: Naming, verb: string, type: string, name: string, what: string): Operation | null {
  switch (verb) {
    case 'get':
      return {
        ...common(naming, 'get', 'get', type, ['200']),
        id: `read${name}`,
        description: `read ${objectText(what)}`,
        body: null,
      };
    case 'update':
      return {
        ...common(naming, 'put', 'put', type, ['200', '201']),
        id: `replace${name}`,
        description: `replace ${objectText(what)}`,
        body: { type, required: true, shared: null },
      };
    case 'patch':
      return {
        ...common(naming, 'patch', 'patch', type, ['200', '201']),
        id: `patch${name}`,
        description: `partially update ${objectText(what)}`,
        body: PATCH_BODY,
      };
    default:
      return null;
  }
}

/** `Pod` is `the specified Pod`, `status of Pod` is `status of the specified Pod`. */
function objectText(what: string): string {
  const of = what.indexOf(' of ');
  return of < 0 ? `the specified ${what}` : `${what.slice(0, of)} of the specified ${what.slice(of + 4)}`;
}

function subresourceOperations(naming: Naming, subresource: SubresourceRow): Operation[] {
  const { resource, groupVersion, scope } = naming;
  if (isConnect(subresource)) return connectOperations(naming, subresource, '', '');
  const name = `${groupVersion}${scope}${resource.kind}${capital(subresource.name)}`;
  const gvk = { group: subresource.group, kind: subresource.kind, version: subresource.version };
  const operations: Operation[] = [];
  for (const verb of subresource.verbs) {
    const operation =
      verb === 'create'
        ? {
            ...common(naming, 'post', 'post', subresource.type, ['200', '201', '202']),
            id: `create${name}`,
            description: `create ${subresource.name} of${articleOf(resource.kind)}${resource.kind}`,
            body: { type: subresource.type, required: true, shared: null },
          }
        : objectOperation(naming, verb, subresource.type, name, `${subresource.name} of ${resource.kind}`);
    if (operation === null) continue;
    operations.push(subresource.name === 'log' ? logOperation({ ...operation, gvk }) : { ...operation, gvk });
  }
  return operations;
}

function logOperation(operation: Operation): Operation {
  return {
    ...operation,
    produces: ['text/plain', ...(operation.produces ?? [])],
    responses: respond('string', ['200']),
    parameters: openApiFacts().sets['log']!,
  };
}

/** A subresource with a stream or another server behind it; its kind holds options. */
function isConnect(subresource: SubresourceRow): boolean {
  return subresource.kind.endsWith('Options');
}

function connectOperations(naming: Naming, subresource: SubresourceRow, suffix: string, set: string): Operation[] {
  const { resource, groupVersion, scope, tag } = naming;
  const methods = subresource.name === 'proxy' ? CONNECT_METHODS : (['get', 'post'] as const);
  return methods.map((method) => ({
    method,
    action: 'connect',
    id: `connect${groupVersion}${capital(method)}${scope}${resource.kind}${capital(subresource.name)}${suffix}`,
    description: `connect ${method.toUpperCase()} requests to ${subresource.name} of ${resource.kind}`,
    tag,
    gvk: { group: subresource.group, kind: subresource.kind, version: subresource.version },
    consumes: ANY_TYPE,
    produces: ANY_TYPE,
    body: null,
    responses: respond('string', ['200']),
    parameters: openApiFacts().sets[subresource.kind + set] ?? [],
  }));
}

function listOperation(naming: Naming, scope: string, suffix: string): Operation {
  const { resource, groupVersion } = naming;
  const watchable = resource.verbs.includes('watch') && resource.custom !== true;
  return {
    ...common(naming, 'get', 'list', listTypeOf(resource), ['200']),
    id: `list${groupVersion}${scope}${resource.kind}${suffix}`,
    description: `${watchable ? 'list or watch' : 'list'} objects of kind ${resource.kind}`,
    produces: streamTypes(naming),
    body: null,
  };
}

function watchOperation(naming: Naming, action: 'watch' | 'watchlist', scope: string, suffix: string): Operation {
  const { resource, groupVersion } = naming;
  const { kind } = resource;
  const instead = "deprecated: use the 'watch' parameter with a list operation instead";
  return {
    ...common(naming, 'get', action, `${META}WatchEvent`, ['200']),
    id: `watch${groupVersion}${scope}${kind}${suffix}`,
    description:
      action === 'watch'
        ? `watch changes to an object of kind ${kind}. ${instead}, filtered to a single item with the 'fieldSelector' parameter.`
        : `watch individual changes to a list of ${kind}. ${instead}.`,
    produces: streamTypes(naming),
    body: null,
  };
}

/** What an operation on a resource has whatever it does. */
function common(
  naming: Naming,
  method: Method,
  action: string,
  type: string,
  codes: readonly (keyof typeof CODES)[],
): Omit<Operation, 'id' | 'description' | 'body'> {
  const { group, version, kind } = naming.resource;
  return {
    method,
    action,
    tag: naming.tag,
    gvk: { group, kind, version },
    consumes: method === 'patch' ? patchTypes(naming) : ANY_TYPE,
    produces: objectTypes(naming),
    responses: respond(type, codes),
    parameters: openApiFacts().sets[action === 'put' ? 'post' : action] ?? [],
  };
}

const CODES = { '200': 'OK', '201': 'Created', '202': 'Accepted' } as const;

/** The given successes with a body of the type, and 401. */
export function respond(type: string | null, codes: readonly (keyof typeof CODES)[]): Response[] {
  const unauthorized: Response = { code: '401', description: 'Unauthorized', type: null };
  return [...codes.map((code) => ({ code, description: CODES[code], type })), unauthorized];
}

function objectTypes({ resource, cbor }: Naming): string[] {
  const types = ['application/json', 'application/yaml'];
  if (resource.custom !== true) types.push('application/vnd.kubernetes.protobuf');
  if (cbor) types.push('application/cbor');
  return types;
}

function streamTypes(naming: Naming): string[] {
  const types = objectTypes(naming);
  if (naming.resource.custom === true) return types;
  types.push('application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch');
  if (naming.cbor) types.push('application/cbor-seq');
  return types;
}

function patchTypes({ resource, cbor }: Naming): string[] {
  const types = ['application/json-patch+json', 'application/merge-patch+json'];
  if (resource.custom !== true) types.push('application/strategic-merge-patch+json');
  types.push('application/apply-patch+yaml');
  if (cbor) types.push('application/apply-patch+cbor');
  return types;
}

/** ` a `, ` an `, or a blank before a plural: `create Endpoints`. */
function articleOf(kind: string): string {
  if (kind.endsWith('s') && !kind.endsWith('ss')) return ' ';
  return /^[AEIOU]/.test(kind) ? ' an ' : ' a ';
}
