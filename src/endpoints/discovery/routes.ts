/** `/api`, `/apis` and what is below them but no resource. Each document is made once for each table of resources. */
import { createHash } from 'node:crypto';
import {
  createNegotiator,
  discoveryOffer,
  MEDIA_TYPES,
  type Negotiated,
  offeredMediaTypes,
} from '../../codec/negotiate.ts';
import { methodNotAllowed, notAcceptable } from '../../meta/status.ts';
import type { RequestContext, RouteHandler } from '../context.ts';
import { encodeJson } from '../encode.ts';
import { headersFor, sendObject, sendPageNotFound } from '../respond.ts';
import { groupDiscoveryList } from './aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts';
import type { DiscoveryTable } from './rows.ts';

export interface DiscoveryOptions {
  /** What is served now; another object whenever that changed. */
  readonly table: () => DiscoveryTable;
  /** Host and port under which the client at this address reaches the server. */
  readonly serverAddress: (clientAddress: string) => string;
}

export interface DiscoveryRoutes {
  readonly paths: readonly (readonly [path: string, handler: RouteHandler])[];
  readonly prefixes: readonly { readonly prefix: string; readonly handler: RouteHandler }[];
}

interface Aggregated {
  readonly body: Buffer;
  readonly etag: string;
}

interface Documents {
  readonly table: DiscoveryTable;
  readonly plain: Map<string, unknown>;
  readonly aggregated: Map<string, Aggregated>;
}

const OFFER = { ...discoveryOffer, media: ['json', 'yaml'] as const };
const AGGREGATED_TYPE = `${MEDIA_TYPES.json};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`;

export function createDiscoveryRoutes(options: DiscoveryOptions): DiscoveryRoutes {
  const negotiate = createNegotiator(OFFER);
  let documents: Documents = emptyDocuments(options.table());

  function current(): Documents {
    const table = options.table();
    if (documents.table !== table) documents = emptyDocuments(table);
    return documents;
  }

  function answer(ctx: RequestContext, make: (table: DiscoveryTable) => unknown): void | Promise<void> {
    const { plain, table } = current();
    let value = plain.get(ctx.info.path);
    if (value === undefined) {
      value = make(table);
      // What does not exist is not kept: its paths are the client's to invent.
      if (value === null) return sendPageNotFound(ctx, isServed(table, ctx.info.path));
      plain.set(ctx.info.path, value);
    }
    return sendObject(ctx, 200, value);
  }

  function root(ctx: RequestContext, core: boolean): void | Promise<void> {
    const negotiated = accepted(negotiate, ctx);
    ctx.addHeader('vary', 'Accept');
    if (negotiated.as !== null) return sendAggregated(ctx, aggregatedOf(current(), core));
    if (core) return sendObject(ctx, 200, apiVersions(options.serverAddress(ctx.exchange.remoteAddress)));
    return answer(ctx, apiGroupList);
  }

  const below: RouteHandler = (ctx) => {
    accepted(negotiate, ctx);
    const [prefix, group = '', version, ...rest] = segments(ctx.info.path);
    if (prefix === 'api') {
      return version === undefined
        ? answer(ctx, (table) => apiResourceList(table, '', group))
        : sendPageNotFound(ctx, true);
    }
    if (rest.length > 0) return sendPageNotFound(ctx, isServed(current().table, ctx.info.path));
    if (version === undefined) return answer(ctx, (table) => apiGroup(table, group));
    return answer(ctx, (table) => (group === '' ? null : apiResourceList(table, group, version)));
  };

  const api: RouteHandler = (ctx) => {
    // Upstream's router knows this one for GET alone.
    if (ctx.exchange.method !== 'GET') throw methodNotAllowed();
    return root(ctx, true);
  };
  const apis: RouteHandler = (ctx) => root(ctx, false);
  return {
    paths: [
      ['/api', api],
      ['/api/', api],
      ['/apis', apis],
      ['/apis/', apis],
    ],
    prefixes: [
      { prefix: '/api/', handler: below },
      { prefix: '/apis/', handler: below },
    ],
  };
}

/** Whether the path lies in a group that is served; the legacy group always is. */
function isServed(table: DiscoveryTable, path: string): boolean {
  const [prefix, group = ''] = segments(path);
  return prefix === 'api' || (group !== '' && apiGroup(table, group) !== null);
}

function accepted(negotiate: (accept: string | undefined) => Negotiated | null, ctx: RequestContext): Negotiated {
  if (ctx.exchange.method !== 'GET' && ctx.exchange.method !== 'HEAD') throw methodNotAllowed();
  const negotiated = negotiate(ctx.exchange.header('accept'));
  if (negotiated === null) throw notAcceptable(offeredMediaTypes(discoveryOffer));
  return negotiated;
}

function emptyDocuments(table: DiscoveryTable): Documents {
  return { table, plain: new Map(), aggregated: new Map() };
}

function aggregatedOf({ aggregated, table }: Documents, core: boolean): Aggregated {
  const key = core ? 'api' : 'apis';
  let document = aggregated.get(key);
  if (document === undefined) {
    const body = encodeJson(groupDiscoveryList(table, core));
    document = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` };
    aggregated.set(key, document);
  }
  return document;
}

function sendAggregated(ctx: RequestContext, { body, etag }: Aggregated): void {
  const headers = headersFor(ctx, AGGREGATED_TYPE);
  headers['cache-control'] = 'public';
  headers['etag'] = etag;
  if (ctx.exchange.header('if-none-match') === etag) ctx.exchange.respond(304, headers, null);
  else ctx.exchange.respond(200, headers, body);
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
