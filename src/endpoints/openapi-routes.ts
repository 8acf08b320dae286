/** `/openapi/v2` and `/openapi/v3`: made when first asked for, and again only where what they describe changed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseAccept } from '../codec/accept.ts';
import { methodNotAllowed } from '../meta/status.ts';
import type { RequestContext, RouteHandler } from './context.ts';
import { encodeJson } from './encode.ts';
import type { JsonSchema, OpenApiDocument, OpenApiInput, OpenApiResource } from './openapi/document.ts';
import type { PathItem } from './openapi/operations.ts';
import { allPaths } from './openapi/paths.ts';
import { buildOpenApiV2 } from './openapi/v2.ts';
import { buildOpenApiV3, openApiHash, openApiV3Index, openApiV3Names } from './openapi/v3.ts';
import { headersFor, JSON_TYPE, sendBytes, sendErrorText, sendPageNotFound } from './respond.ts';

export interface OpenApiOptions {
  /** What is served now; another object whenever that changed, with the same rows where they did not. */
  readonly input: () => OpenApiInput;
  /** gnostic's protobuf form; null: not offered. */
  readonly encodeV2: ((document: OpenApiDocument) => Uint8Array) | null;
  readonly encodeV3: ((document: OpenApiDocument) => Uint8Array) | null;
}

export interface OpenApiRoutes {
  readonly paths: readonly (readonly [path: string, handler: RouteHandler])[];
  readonly prefixes: readonly { readonly prefix: string; readonly handler: RouteHandler }[];
}

/** Bodies of version 3 documents that are kept; their hashes are kept for all. */
const BODIES_KEPT = 12;
const V3 = '/openapi/v3/';

interface V2State {
  readonly input: OpenApiInput;
  readonly modified: string;
  readonly etag: string;
  readonly json: Buffer;
  protobuf: Buffer | null;
}

/** What version 3 documents are made of, worked out once for each input. */
interface V3Source {
  readonly input: OpenApiInput;
  readonly items: readonly PathItem[];
  readonly names: readonly string[];
  /** Rows and schemas by document; those that depend on no resource are not in it. */
  readonly parts: ReadonlyMap<string, V3Document['parts']>;
}

interface V3Document {
  /** The rows and schemas that it was made of. */
  readonly parts: readonly (OpenApiResource | JsonSchema)[];
  readonly hash: string;
}

export function createOpenApiRoutes(options: OpenApiOptions): OpenApiRoutes {
  const v2 = createV2(options);
  const v3 = createV3(options);
  return {
    paths: [
      ['/openapi/v2', v2],
      ['/openapi/v3', v3.index],
      ['/openapi/v3/', v3.index],
    ],
    prefixes: [{ prefix: V3, handler: v3.document }],
  };
}

function createV2(options: OpenApiOptions): RouteHandler {
  let state: V2State | null = null;

  function make(input: OpenApiInput): V2State {
    const json = encodeJson(buildOpenApiV2(input));
    return { input, modified: new Date().toUTCString(), etag: `"${openApiHash(json)}"`, json, protobuf: null };
  }

  return (ctx) => {
    const form = formOf(ctx, 'v2', options.encodeV2 !== null);
    if (form === null) return sendErrorText(ctx, 406, 'Not Acceptable');
    const input = options.input();
    if (state?.input !== input) state = make(input);
    ctx.addHeader('last-modified', state.modified);
    if (form === 'json') return sendCached(ctx, JSON_TYPE, state.etag, state.json);
    if (options.encodeV2 !== null) state.protobuf ??= Buffer.from(options.encodeV2(buildOpenApiV2(input)));
    return sendCached(ctx, protobufType('v2'), state.etag, state.protobuf ?? state.json);
  };
}

function createV3(options: OpenApiOptions): { index: RouteHandler; document: RouteHandler } {
  const documents = new Map<string, V3Document>();
  const bodies = new Map<string, Buffer>();
  let source: V3Source | null = null;
  let indexed: { readonly source: V3Source; readonly body: Buffer; readonly etag: string } | null = null;

  function current(): V3Source {
    const input = options.input();
    if (source?.input !== input) source = createSource(input);
    return source;
  }

  /** Null: no such document. */
  function hashOf(from: V3Source, name: string): string | null {
    const parts = from.parts.get(name) ?? [];
    const known = documents.get(name);
    if (known !== undefined && sameParts(known.parts, parts)) return from.names.includes(name) ? known.hash : null;
    const made = buildOpenApiV3(name, from.input, from.items);
    if (made === null) return null;
    const body = encodeJson(made);
    const hash = openApiHash(body);
    documents.set(name, { parts, hash });
    keep(`${hash} json`, body);
    return hash;
  }

  function keep(key: string, body: Buffer): void {
    bodies.delete(key);
    bodies.set(key, body);
    for (const oldest of bodies.keys()) {
      if (bodies.size <= BODIES_KEPT) break;
      bodies.delete(oldest);
    }
  }

  function bodyOf(from: V3Source, name: string, hash: string, form: Form): Buffer | null {
    const key = `${hash} ${form}`;
    let body = bodies.get(key);
    if (body === undefined) {
      const made = buildOpenApiV3(name, from.input, from.items);
      if (made === null) return null;
      body = form === 'protobuf' && options.encodeV3 !== null ? Buffer.from(options.encodeV3(made)) : encodeJson(made);
    }
    keep(key, body);
    return body;
  }

  async function index(ctx: RequestContext): Promise<void> {
    if (!isRead(ctx)) throw methodNotAllowed();
    const from = current();
    let answer = indexed;
    if (answer?.source !== from) {
      const hashes: [string, string][] = [];
      for (const name of from.names) {
        const hash = hashOf(from, name);
        if (hash !== null) hashes.push([name, hash]);
        // Dozens of documents: other requests must not wait for all of them.
        await nextTurn();
      }
      const body = encodeJson(openApiV3Index(hashes));
      answer = { source: from, body, etag: `"${openApiHash(body)}"` };
      indexed = answer;
    }
    return sendCached(ctx, JSON_TYPE, answer.etag, answer.body);
  }

  function document(ctx: RequestContext): void | Promise<void> {
    const form = formOf(ctx, 'v3', options.encodeV3 !== null);
    if (form === null) return sendErrorText(ctx, 406, 'Not Acceptable');
    const name = ctx.info.path.slice(V3.length);
    const from = current();
    const hash = hashOf(from, name);
    if (hash === null) return sendPageNotFound(ctx);
    const asked = ctx.query.get('hash');
    if (asked !== null && asked !== '' && asked !== hash) return redirect(ctx, `${V3}${name}?hash=${hash}`);
    const body = bodyOf(from, name, hash, form);
    if (body === null) return sendPageNotFound(ctx);
    if (asked === hash) {
      ctx.addHeader('cache-control', 'public, immutable');
      ctx.addHeader('expires', new Date(Date.now() + 365 * 86_400_000).toUTCString());
    }
    return sendCached(ctx, form === 'json' ? JSON_TYPE : protobufType('v3'), `"${hash}"`, body);
  }

  return { index, document };
}

function createSource(input: OpenApiInput): V3Source {
  const items = allPaths(input);
  return { input, items, names: openApiV3Names(items), parts: partsByDocument(input) };
}

type Form = 'json' | 'protobuf';

function isRead(ctx: RequestContext): boolean {
  return ctx.exchange.method === 'GET' || ctx.exchange.method === 'HEAD';
}

/** Null: nothing that is accepted is offered. The protobuf type has two spellings, of which `@` came later. */
function formOf(ctx: RequestContext, version: 'v2' | 'v3', protobuf: boolean): Form | null {
  if (!isRead(ctx)) throw methodNotAllowed();
  const accept = ctx.exchange.header('accept');
  if (accept === undefined || accept === '') return 'json';
  for (const { type, subtype } of parseAccept(accept)) {
    if (type === '*' && subtype === '*') return 'json';
    if (type !== 'application') continue;
    if (subtype === 'json' || subtype === '*') return 'json';
    const spec = `com.github.proto-openapi.spec.${version}`;
    if (protobuf && (subtype === `${spec}.v1.0+protobuf` || subtype === `${spec}@v1.0+protobuf`)) return 'protobuf';
  }
  return null;
}

function protobufType(version: 'v2' | 'v3'): string {
  return `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
}

function sendCached(ctx: RequestContext, contentType: string, etag: string, body: Buffer): void | Promise<void> {
  ctx.addHeader('etag', etag);
  ctx.addHeader('vary', 'Accept');
  if (ctx.exchange.header('if-none-match') !== etag) return sendBytes(ctx, 200, contentType, body);
  ctx.exchange.respond(304, headersFor(ctx, contentType), null);
}

function redirect(ctx: RequestContext, location: string): void {
  const headers = headersFor(ctx, 'text/html; charset=utf-8');
  headers['location'] = location;
  ctx.exchange.respond(301, headers, '');
}

function partsByDocument(input: OpenApiInput): Map<string, (OpenApiResource | JsonSchema)[]> {
  const parts = new Map<string, (OpenApiResource | JsonSchema)[]>();
  for (const resource of input.resources) {
    const { group, version } = resource;
    const name = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    let list = parts.get(name);
    if (list === undefined) {
      list = [];
      parts.set(name, list);
    }
    list.push(resource);
    const schema = Object.hasOwn(input.schemas, resource.type) ? input.schemas[resource.type] : undefined;
    if (schema !== undefined) list.push(schema);
  }
  return parts;
}

function sameParts(a: V3Document['parts'], b: V3Document['parts']): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}
