/** `/healthz`, `/livez` and `/readyz`: named checks, together or one by one. */

import type { Logger } from '../base/logger.ts';
import type { Counter, Family, Gauge, Metrics } from '../base/metrics.ts';
import type { RequestContext, RouteHandler } from './context.ts';
import { sendErrorText, sendPageNotFound, sendText } from './respond.ts';

export interface HealthCheck {
  readonly name: string;
  /** Null: well; else why not, for the log. A throw is a failure too. */
  check(): string | null | Promise<string | null>;
}

export interface HealthOptions {
  /** Checks in the order they are told; asked anew at each request. */
  readonly healthz: () => readonly HealthCheck[];
  readonly livez: () => readonly HealthCheck[];
  readonly readyz: () => readonly HealthCheck[];
  readonly logger: Logger;
  /** Of `/metrics/slis`. */
  readonly metrics: Metrics;
}

export interface HealthRoutes {
  readonly paths: readonly (readonly [path: string, handler: RouteHandler])[];
  /** Single checks: `/readyz/etcd`. */
  readonly prefixes: readonly { readonly prefix: string; readonly handler: RouteHandler }[];
  /** Paths of all checks, as `/` lists them. */
  list(): string[];
}

type Endpoint = 'healthz' | 'livez' | 'readyz';
const ENDPOINTS: readonly Endpoint[] = ['healthz', 'livez', 'readyz'];

export function createHealthRoutes(options: HealthOptions): HealthRoutes {
  const record = createRecorder(options.metrics);

  async function reasonOf(endpoint: Endpoint, check: HealthCheck): Promise<string | null> {
    let reason: string | null;
    try {
      reason = await check.check();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    record(endpoint, check.name, reason === null);
    return reason;
  }

  async function all(endpoint: Endpoint, ctx: RequestContext): Promise<void> {
    const excluded = new Set(ctx.query.getAll('exclude').map((name) => name.replaceAll('"', '')));
    const failed: string[] = [];
    let lines = '';
    for (const check of options[endpoint]()) {
      if (excluded.delete(check.name)) {
        lines += `[+]${check.name} excluded: ok\n`;
        continue;
      }
      const reason = await reasonOf(endpoint, check);
      if (reason === null) lines += `[+]${check.name} ok\n`;
      else {
        lines += `[-]${check.name} failed: reason withheld\n`;
        failed.push(`[-]${check.name} failed: ${reason}`);
      }
    }
    if (excluded.size > 0) {
      const names = [...excluded].map((name) => JSON.stringify(name)).join(',');
      lines += `warn: some health checks cannot be excluded: no matches for ${names}\n`;
    }
    answer(endpoint, ctx, lines, failed);
  }

  function answer(endpoint: Endpoint, ctx: RequestContext, lines: string, failed: readonly string[]): void {
    if (failed.length > 0) {
      options.logger.info(2, `${endpoint} check failed`, { checks: failed.join('; ') });
      sendErrorText(ctx, 500, `${lines}${endpoint} check failed`);
      return;
    }
    ctx.addHeader('x-content-type-options', 'nosniff');
    sendText(ctx, 200, ctx.query.get('verbose') === null ? 'ok' : `${lines}${endpoint} check passed\n`);
  }

  async function one(endpoint: Endpoint, ctx: RequestContext): Promise<void> {
    const name = ctx.info.path.slice(endpoint.length + 2);
    const check = options[endpoint]().find((candidate) => candidate.name === name);
    if (check === undefined) return sendPageNotFound(ctx);
    const reason = await reasonOf(endpoint, check);
    if (reason === null) sendText(ctx, 200, 'ok');
    else sendErrorText(ctx, 500, `internal server error: ${reason}`);
  }

  return {
    paths: ENDPOINTS.map((endpoint) => [`/${endpoint}`, (ctx) => all(endpoint, ctx)] as const),
    prefixes: ENDPOINTS.map((endpoint) => ({ prefix: `/${endpoint}/`, handler: (ctx) => one(endpoint, ctx) })),
    list: () =>
      ENDPOINTS.flatMap((endpoint) => [
        `/${endpoint}`,
        ...options[endpoint]().map((check) => `/${endpoint}/${check.name}`),
      ]),
  };
}

function createRecorder(metrics: Metrics): (endpoint: Endpoint, name: string, well: boolean) => void {
  const state: Family<Gauge> = metrics.gauge({
    name: 'kubernetes_healthcheck',
    help: 'Result of the last run of a health check: 1 for success.',
    labels: ['name', 'type'],
  });
  const runs: Family<Counter> = metrics.counter({
    name: 'kubernetes_healthchecks_total',
    help: 'Runs of health checks, by result.',
    labels: ['name', 'type', 'status'],
  });
  return (endpoint, name, well) => {
    state.with(name, endpoint).set(well ? 1 : 0);
    runs.with(name, endpoint, well ? 'success' : 'error').inc();
  };
}
