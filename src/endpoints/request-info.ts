/** What a request asks for, read from its method, path and query alone: the words authorization and dispatch go by. */
import { parseFieldSelector, requiredFieldValue } from '../meta/fields.ts';
import { booleanParameter } from '../meta/parameters.ts';
import type { Query } from '../meta/query.ts';
import { badRequest, StatusError } from '../meta/status.ts';

export interface RequestInfo {
  /** False: a path such as /healthz or /apis/apps/v1. */
  readonly isResource: boolean;
  /**
   * get, list, watch, create, update, patch, delete, deletecollection, or proxy; for other paths the method in lower
   * case; '' for a method that no resource knows.
   */
  readonly verb: string;
  /** `api` or `apis`; '' for other paths. */
  readonly apiPrefix: string;
  readonly group: string;
  readonly version: string;
  /** '' when none; for the resource namespaces: the name itself, as upstream. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' when none. A list or watch by `metadata.name=x` has the name x, so that a grant for one name allows it. */
  readonly name: string;
  /** Decoded. */
  readonly path: string;
  /** From the resource on: [resource, name, subresource, ...what the subresource interprets]. */
  readonly parts: readonly string[];
  /** The verb was said by the deprecated path prefix /watch/. */
  readonly verbByPath: boolean;
}

const NO_PARTS: readonly string[] = [];

/** Throws 400 for a broken percent-escape, and 500 (as upstream) for `/api/v1/watch` without a resource. */
export function parseRequestInfo(method: string, rawPath: string, query: Query): RequestInfo {
  const path = rawPath.includes('%') ? decodePath(rawPath) : rawPath;
  const parts = splitPath(path);
  const prefix = parts[0];
  const groupless = prefix === 'api';
  if (parts.length < (groupless ? 3 : 4) || (!groupless && prefix !== 'apis')) return nonResource(method, path);
  const group = groupless ? '' : parts[1]!;
  const version = groupless ? parts[1]! : parts[2]!;
  let at = groupless ? 2 : 3;
  let verb = verbOf(method);
  const verbByPath = parts[at] === 'watch' || parts[at] === 'proxy';
  if (verbByPath) {
    if (parts.length < at + 2) throw undetermined(path);
    verb = parts[at]!;
    at++;
  }
  let namespace = '';
  if (parts[at] === 'namespaces' && parts.length > at + 1) {
    namespace = parts[at + 1]!;
    const next = parts[at + 2];
    if (next !== undefined && next !== 'status' && next !== 'finalize') at += 2;
  }
  const own = parts.slice(at);
  let name = own[1] ?? '';
  if (name === '' && verb === 'get') {
    verb = booleanParameter(query, 'watch') === true ? 'watch' : 'list';
    name = selectedName(query);
  } else if (name === '' && verb === 'delete') verb = 'deletecollection';
  return {
    isResource: true,
    verb,
    apiPrefix: prefix,
    group,
    version,
    namespace,
    resource: own[0]!,
    subresource: verb === 'proxy' ? '' : (own[2] ?? ''),
    name,
    path,
    parts: own,
    verbByPath,
  };
}

/** Requests that last as long as the client likes: no deadline, and no place among those in flight. */
export function isLongRunning(info: RequestInfo): boolean {
  if (!info.isResource) return info.path.startsWith('/debug/pprof/');
  if (info.verb === 'watch' || info.verb === 'proxy') return true;
  switch (info.subresource) {
    case 'attach':
    case 'exec':
    case 'log':
    case 'portforward':
    case 'proxy':
      return true;
    default:
      return false;
  }
}

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResource: false,
    verb: method === 'GET' ? 'get' : method.toLowerCase(),
    apiPrefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    path,
    parts: NO_PARTS,
    verbByPath: false,
  };
}

function verbOf(method: string): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    default:
      return '';
  }
}

/** The whole path is decoded before it is split, as upstream: an escaped slash divides too. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`invalid URL escape in path ${JSON.stringify(path)}`);
  }
}

/** Segments between slashes; those at both ends do not count. */
function splitPath(path: string): string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path.charCodeAt(start) === 0x2f) start++;
  while (end > start && path.charCodeAt(end - 1) === 0x2f) end--;
  return start === end ? [] : path.slice(start, end).split('/');
}

/** A selector that does not parse names nothing here; the verb refuses it. */
function selectedName(query: Query): string {
  const text = query.get('fieldSelector');
  if (text === null || !text.includes('metadata.name')) return '';
  try {
    const name = requiredFieldValue(parseFieldSelector(text), 'metadata.name') ?? '';
    return name === '.' || name === '..' || name.includes('/') || name.includes('%') ? '' : name;
  } catch {
    return '';
  }
}

function undetermined(path: string): StatusError {
  return new StatusError(
    500,
    'InternalError',
    `failed to create RequestInfo: unable to determine kind and namespace from url, ${path}`,
  );
}
