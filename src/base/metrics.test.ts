import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('counters, gauges and histograms are written in the Prometheus text format', () => {
  const metrics = createMetrics();
  const requests = metrics.counter({ name: 'requests_total', help: 'Requests.', labels: ['verb', 'path'] });
  requests.with('GET', '/a"b\\c\n').inc();
  requests.with('GET', '/a"b\\c\n').inc(2);
  const size = metrics.gauge({ name: 'a_size', help: 'Size.' });
  metrics.onCollect(() => size.with().set(7));
  const seconds = metrics.histogram({ name: 'seconds', help: 'S.', labels: ['verb'], buckets: [0.1, 1] });
  const child = seconds.with('GET');
  for (const value of [0.1, 0.5, 4]) child.observe(value);
  metrics.counter({ name: 'never', help: 'Never.', labels: ['x'] });
  assert.equal(
    metrics.text(),
    `# HELP a_size Size.
# TYPE a_size gauge
a_size 7
# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{verb="GET",path="/a\\"b\\\\c\\n"} 3
# HELP seconds S.
# TYPE seconds histogram
seconds_bucket{verb="GET",le="0.1"} 1
seconds_bucket{verb="GET",le="1"} 2
seconds_bucket{verb="GET",le="+Inf"} 3
seconds_sum{verb="GET"} 4.6
seconds_count{verb="GET"} 3
`,
  );
  metrics.reset();
  assert.match(metrics.text(), /seconds_count\{verb="GET"\} 0\n/);
  assert.throws(() => metrics.gauge({ name: 'seconds', help: '' }), /twice/);
});
