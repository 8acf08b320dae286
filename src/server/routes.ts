/** Every path that the server answers, and by what. */
import type { Logger } from '../base/logger.ts';
import { createMetrics, type Metrics } from '../base/metrics.ts';
import type { RouteHandler } from '../endpoints/context.ts';
import { createDiscoveryRoutes } from '../endpoints/discovery/routes.ts';
import { discoveryTable } from '../endpoints/discovery/rows.ts';
import { createHealthRoutes, type HealthCheck } from '../endpoints/health.ts';
import { createMetricsRoutes } from '../endpoints/metrics.ts';
import { NO_DESCRIPTIONS, readDescriptions } from '../endpoints/openapi/descriptions.ts';
import type { OpenApiInput } from '../endpoints/openapi/document.ts';
import { encodeOpenApiV2 } from '../endpoints/openapi/gnostic.ts';
import { createOpenApiRoutes } from '../endpoints/openapi-routes.ts';
import type { Routes } from '../endpoints/pipeline.ts';
import { createRootRoutes } from '../endpoints/root.ts';
import { createVersionRoute } from '../endpoints/version.ts';
import { methodNotAllowed } from '../meta/status.ts';
import type { GroupRow, ResourceRow } from '../schema/resource-table.ts';
import { typeTable } from '../schema/types.ts';

export interface RouteOptions {
  readonly groups: readonly GroupRow[];
  readonly rows: readonly ResourceRow[];
  readonly resourceHandler: RouteHandler;
  readonly serverAddress: () => string;
  readonly checks: { readonly live: () => readonly HealthCheck[]; readonly ready: () => readonly HealthCheck[] };
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export function createRoutes(options: RouteOptions): Routes {
  const { metrics, logger, rows } = options;
  const slis = createMetrics();
  const discovery = createDiscoveryRoutes({
    table: once(() => discoveryTable(options.groups, rows)),
    serverAddress: options.serverAddress,
  });
  const openApi = createOpenApiRoutes({
    input: once(() => openApiInput(rows)),
    encodeV2: encodeOpenApiV2,
    encodeV3: null,
  });
  const { live, ready } = options.checks;
  const health = createHealthRoutes({ healthz: live, livez: live, readyz: ready, logger, metrics: slis });
  const version = getOnly(createVersionRoute());
  const paths = new Map<string, RouteHandler>([
    ...discovery.paths,
    ...openApi.paths,
    ...health.paths,
    ...createMetricsRoutes(metrics, slis),
    ['/version', version],
    ['/version/', version],
  ]);
  const listed = () => [...paths.keys(), ...health.list(), ...groupPaths(rows)].filter((path) => path !== '/version/');
  for (const [path, handler] of createRootRoutes(listed)) paths.set(path, handler);
  return {
    resource: options.resourceHandler,
    paths,
    prefixes: [...health.prefixes, ...openApi.prefixes, ...discovery.prefixes],
  };
}

/** Upstream's router knows these for GET alone. */
function getOnly(handler: RouteHandler): RouteHandler {
  return (ctx) => {
    if (ctx.exchange.method !== 'GET') throw methodNotAllowed();
    return handler(ctx);
  };
}

function groupPaths(rows: readonly ResourceRow[]): string[] {
  return rows.flatMap(({ group, version }) =>
    group === '' ? [`/api/${version}`] : [`/apis/${group}`, `/apis/${group}/${version}`],
  );
}

function openApiInput(rows: readonly ResourceRow[]): OpenApiInput {
  return { resources: rows, types: typeTable(), descriptions: descriptions(), schemas: {}, cbor: false };
}

/** The build writes them beside the bundle; a server run from its sources finds the last build's. */
function descriptions() {
  for (const place of ['./descriptions.json', '../../dist/descriptions.json']) {
    const found = readDescriptions(new URL(place, import.meta.url));
    if (found !== NO_DESCRIPTIONS) return found;
  }
  return NO_DESCRIPTIONS;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
