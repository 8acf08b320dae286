/** `/metrics` and `/metrics/slis`, in the Prometheus text format. */
import type { Counter, Histogram, Metrics } from '../base/metrics.ts';
import { methodNotAllowed } from '../meta/status.ts';
import type { RequestContext, RouteHandler } from './context.ts';
import { sendBytes, sendText } from './respond.ts';

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `slis`: the metrics of health checks alone, which are scraped more often. */
export function createMetricsRoutes(metrics: Metrics, slis: Metrics): readonly (readonly [string, RouteHandler])[] {
  return [
    ['/metrics', (ctx) => serve(ctx, metrics)],
    ['/metrics/slis', (ctx) => serve(ctx, slis)],
  ];
}

function serve(ctx: RequestContext, metrics: Metrics): void | Promise<void> {
  switch (ctx.exchange.method) {
    case 'GET':
    case 'HEAD':
      return sendBytes(ctx, 200, PROMETHEUS_TYPE, Buffer.from(metrics.text()));
    case 'DELETE':
      metrics.reset();
      return sendText(ctx, 200, 'metrics reset\n');
    default:
      throw methodNotAllowed();
  }
}

/** Counts the events that watches send. */
export interface WatchEventMetrics {
  sent(group: string, version: string, resource: string, bytes: number): void;
  /** A watch was ended since its client took nothing. */
  abandoned(group: string, resource: string): void;
}

/** Groups, versions and resources must be such as are served. */
export function createWatchEventMetrics(metrics: Metrics): WatchEventMetrics {
  const labels = ['group', 'version', 'resource'];
  const events = metrics.counter({ name: 'apiserver_watch_events_total', help: 'Events sent to watches.', labels });
  const sizes = metrics.histogram({
    name: 'apiserver_watch_events_sizes',
    help: 'Sizes of events sent to watches, in bytes.',
    labels,
    buckets: [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072],
  });
  const terminated = metrics.counter({
    name: 'apiserver_terminated_watchers_total',
    help: 'Watches ended since their clients took nothing for too long.',
    labels: ['group', 'resource'],
  });
  /** By resource, then version, then group: a look-up must not build a key for each event. */
  const known = new Map<string, Map<string, Map<string, EventSeries>>>();
  return {
    abandoned: (group, resource) => terminated.with(group, resource).inc(),
    sent(group, version, resource, bytes) {
      let of = known.get(resource)?.get(version)?.get(group);
      if (of === undefined) {
        of = { count: events.with(group, version, resource), size: sizes.with(group, version, resource) };
        const versions = known.get(resource) ?? new Map<string, Map<string, EventSeries>>();
        known.set(resource, versions);
        const groups = versions.get(version) ?? new Map<string, EventSeries>();
        versions.set(version, groups);
        groups.set(group, of);
      }
      of.count.inc();
      of.size.observe(bytes);
    },
  };
}

interface EventSeries {
  readonly count: Counter;
  readonly size: Histogram;
}
