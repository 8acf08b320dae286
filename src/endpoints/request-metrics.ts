/** What is counted of every request, under upstream's names. */
import type { Counter, Gauge, Histogram, Metrics } from '../base/metrics.ts';
import { USER_APISERVER } from '../meta/well-known-users.ts';
import type { RequestContext } from './context.ts';
import type { FlowControl } from './max-in-flight.ts';

export interface RequestMetrics {
  authenticated(outcome: 'authenticated' | 'unknown' | 'failed'): void;
  authorized(decision: 'allow' | 'deny' | 'no-opinion'): void;
  /** The request is about to be routed: from here on it counts. */
  begin(ctx: RequestContext): void;
  /** The request is over; does nothing for one that did not begin. */
  end(ctx: RequestContext, seconds: number): void;
  /** Ended by the server's own decision: 429 or 504. */
  terminated(ctx: RequestContext, code: number): void;
  panicked(): void;
}

export interface RequestMetricsOptions {
  readonly metrics: Metrics;
  readonly flowControl: FlowControl;
  /** Whether there is such a resource (with that subresource, '' for none): labels must not grow with what clients make up. */
  readonly serves: (group: string, version: string, resource: string, subresource: string) => boolean;
  /** Whether there is such a path outside of resources. */
  readonly servesPath: (path: string) => boolean;
}

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const ROUTE_LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];

/** The series of one route, looked up once. */
interface Route {
  readonly longRunning: Gauge;
  readonly duration: Histogram;
  /** Null for dry runs. */
  readonly sli: Histogram | null;
  /** Null but for reads. */
  readonly size: Histogram | null;
  readonly self: Counter;
  readonly codes: Map<number, Counter>;
  readonly labels: readonly string[];
  readonly dryRun: string;
}

export function createRequestMetrics(options: RequestMetricsOptions): RequestMetrics {
  const families = createFamilies(options);
  const routes = new Map<string, Route>();

  function routeOf(ctx: RequestContext): Route | null {
    const { info } = ctx;
    const verb = verbOf(ctx);
    const dryRun = ctx.exchange.query.includes('dryRun') ? dryRunOf(ctx) : '';
    const scope = scopeOf(ctx);
    const key = info.isResource
      ? `${verb} ${info.group}/${info.version}/${info.resource}/${info.subresource} ${scope} ${dryRun}`
      : `${verb} ${info.path}`;
    const known = routes.get(key);
    if (known !== undefined) return known;
    const served = info.isResource
      ? options.serves(info.group, info.version, info.resource, info.subresource)
      : options.servesPath(info.path);
    if (!served) return null;
    const subresource = info.isResource ? info.subresource : info.path;
    const labels = [verb, info.group, info.version, info.resource, subresource, scope, 'apiserver'];
    const route: Route = {
      longRunning: families.longRunning.with(...labels),
      duration: families.duration.with(verb, dryRun, ...labels.slice(1)),
      sli: dryRun === '' ? families.sli.with(...labels) : null,
      size: verb === 'GET' || verb === 'LIST' ? families.size.with(...labels) : null,
      self: families.self.with(verb, info.group, info.resource, subresource),
      codes: new Map(),
      labels,
      dryRun,
    };
    routes.set(key, route);
    return route;
  }

  function codeOf(route: Route, code: number): Counter {
    let counter = route.codes.get(code);
    if (counter === undefined) {
      const [verb = '', ...rest] = route.labels;
      counter = families.requests.with(verb, route.dryRun, ...rest, String(code));
      route.codes.set(code, counter);
    }
    return counter;
  }

  return {
    authenticated: (outcome) => families.authentication[outcome].inc(),
    authorized: (decision) => families.authorization[decision].inc(),
    begin(ctx) {
      const route = routeOf(ctx);
      ctx.metricsRoute = route;
      if (ctx.longRunning) route?.longRunning.add(1);
    },
    end(ctx, seconds) {
      // Set by `begin` alone, and to nothing else.
      const route = ctx.metricsRoute as Route | null;
      if (route === null) return;
      if (ctx.longRunning) route.longRunning.add(-1);
      codeOf(route, ctx.exchange.status).inc();
      route.duration.observe(seconds);
      route.sli?.observe(seconds);
      route.size?.observe(ctx.exchange.bytesWritten);
      if (ctx.user.name === USER_APISERVER) route.self.inc();
    },
    terminated(ctx, code) {
      const route = routeOf(ctx);
      if (route !== null) families.terminations.with(...route.labels, String(code)).inc();
    },
    panicked: () => families.panics.inc(),
  };
}

function createFamilies({ metrics, flowControl }: RequestMetricsOptions) {
  const authentication = metrics.counter({
    name: 'authentication_attempts',
    help: 'Attempts to authenticate, by result.',
    labels: ['result'],
  });
  const authorization = metrics.counter({
    name: 'authorization_attempts_total',
    help: 'Attempts to authorize, by result.',
    labels: ['result'],
  });
  const inFlight = metrics.gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests being served, without long-running ones.',
    labels: ['request_kind'],
  });
  const [readOnly, mutating] = [inFlight.with('readOnly'), inFlight.with('mutating')];
  metrics.onCollect(() => {
    readOnly.set(flowControl.inFlight.readOnly);
    mutating.set(flowControl.inFlight.mutating);
  });
  return {
    authentication: {
      authenticated: authentication.with('success'),
      unknown: authentication.with('failure'),
      failed: authentication.with('error'),
    },
    authorization: {
      allow: authorization.with('allowed'),
      deny: authorization.with('denied'),
      'no-opinion': authorization.with('no-opinion'),
    },
    requests: metrics.counter({
      name: 'apiserver_request_total',
      help: 'Requests, by verb, dry run, group, version, resource, scope and code.',
      labels: ['verb', 'dry_run', ...ROUTE_LABELS.slice(1), 'code'],
    }),
    duration: metrics.histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'Time to answer requests, in seconds.',
      labels: ['verb', 'dry_run', ...ROUTE_LABELS.slice(1)],
      buckets: DURATIONS,
    }),
    sli: metrics.histogram({
      name: 'apiserver_request_sli_duration_seconds',
      help: 'Time to answer requests, in seconds, without what others took: webhooks and queues.',
      labels: ROUTE_LABELS,
      buckets: DURATIONS,
    }),
    size: metrics.histogram({
      name: 'apiserver_response_sizes',
      help: 'Sizes of answers to reads, in bytes.',
      labels: ROUTE_LABELS,
      buckets: SIZES,
    }),
    longRunning: metrics.gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Long-running requests that are open.',
      labels: ROUTE_LABELS,
    }),
    self: metrics.counter({
      name: 'apiserver_selfrequest_total',
      help: 'Requests of the server to itself.',
      labels: ['verb', 'group', 'resource', 'subresource'],
    }),
    terminations: metrics.counter({
      name: 'apiserver_request_terminations_total',
      help: 'Requests that the server ended to protect itself.',
      labels: [...ROUTE_LABELS, 'code'],
    }),
    panics: metrics.counter({ name: 'keelson_request_bugs_total', help: 'Requests that ended in a bug.' }).with(),
  };
}

/** Upstream's label: the method's, but LIST, WATCH, APPLY and CONNECT by what they are. */
function verbOf({ info, exchange }: RequestContext): string {
  if (!info.isResource) return METHODS.has(exchange.method) ? exchange.method : 'other';
  switch (info.subresource) {
    case 'attach':
    case 'exec':
    case 'log':
    case 'portforward':
    case 'proxy':
      return 'CONNECT';
  }
  switch (info.verb) {
    case 'get':
      return 'GET';
    case 'list':
      return 'LIST';
    case 'watch':
      return 'WATCH';
    case 'create':
      return 'POST';
    case 'update':
      return 'PUT';
    case 'patch':
      return exchange.header('content-type')?.startsWith('application/apply-patch+') === true ? 'APPLY' : 'PATCH';
    case 'delete':
    case 'deletecollection':
      return 'DELETE';
    default:
      return 'other';
  }
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']);

function scopeOf({ info }: RequestContext): string {
  if (!info.isResource) return '';
  if (info.parts.length > 1 || info.verb === 'create') return 'resource';
  return info.namespace === '' ? 'cluster' : 'namespace';
}

function dryRunOf(ctx: RequestContext): string {
  const values = ctx.query.getAll('dryRun');
  if (values.length === 0) return '';
  return values.every((value) => value === 'All') ? 'All' : 'invalid';
}
