import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSilentLogger } from '../base/logger.ts';
import { createMetrics } from '../base/metrics.ts';
import { resourceList } from '../schema/resources.ts';
import { typeTable } from '../schema/types.ts';
import { createHealthRoutes, type HealthCheck } from './health.ts';
import { createMetricsRoutes, createWatchEventMetrics } from './metrics.ts';
import { encodeOpenApiV2 } from './openapi/gnostic.ts';
import { createOpenApiRoutes } from './openapi-routes.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { createRootRoutes } from './root.ts';
import { createTestPipeline } from './testing.ts';
import { createVersionRoute } from './version.ts';

const metrics = createMetrics();
const slis = createMetrics();
addProcessMetrics(metrics);
createWatchEventMetrics(metrics).sent('', 'v1', 'pods', 2000);

let etcd: string | null = null;
const checks: HealthCheck[] = [
  { name: 'ping', check: () => null },
  { name: 'etcd', check: async () => etcd },
  {
    name: 'poststarthook/a',
    check: () => null,
  },
];
const health = createHealthRoutes({
  healthz: () => checks,
  livez: () => checks.slice(0, 1),
  readyz: () => checks,
  logger: createSilentLogger(),
  metrics: slis,
});
const pods = resourceList().resources.filter((row) => row.group === '' && row.plural === 'pods');
const apps = resourceList().resources.filter((row) => row.group === 'apps');
const shared = { types: typeTable(), descriptions: {}, schemas: {}, cbor: false };
let input = { resources: pods, ...shared };
const openapi = createOpenApiRoutes({ input: () => input, encodeV2: encodeOpenApiV2, encodeV3: null });
const { ask } = createTestPipeline({
  resource: () => {},
  paths: new Map([
    ...health.paths,
    ...openapi.paths,
    ...createRootRoutes(() => ['/version', ...health.list(), '/api']),
    ...createMetricsRoutes(metrics, slis),
    ['/version', createVersionRoute()],
  ]),
  prefixes: [...health.prefixes, ...openapi.prefixes],
});
const get = (path: string, headers = {}) => ask(`GET ${path}`, { authorization: 'Bearer jane', ...headers });

test('/version and / are indented JSON', async () => {
  const version = JSON.parse((await get('/version')).body);
  assert.deepEqual([version.major, version.minor], ['1', '36']);
  assert.match(version.gitVersion, /^v1\.36\.\d+/);
  const root = await get('/');
  assert.equal(root.headers['content-type'], 'application/json');
  assert.match(root.body, /^\{\n {2}"paths": \[\n {4}"\/api",\n {4}"\/healthz",\n {4}"\/healthz\/etcd",/);
});

test('health checks: together, verbose, excluded, one by one', async () => {
  etcd = null;
  assert.equal((await get('/healthz')).body, 'ok');
  assert.equal((await get('/livez?verbose')).body, '[+]ping ok\nlivez check passed\n');
  assert.equal((await get('/readyz/etcd')).body, 'ok');
  assert.equal((await get('/readyz/poststarthook/a')).body, 'ok');
  assert.equal((await get('/readyz/none')).status, 404);
  etcd = 'connection refused';
  const failed = await get('/readyz');
  assert.equal(failed.status, 500);
  assert.equal(
    failed.body,
    '[+]ping ok\n[-]etcd failed: reason withheld\n[+]poststarthook/a ok\nreadyz check failed\n',
  );
  const excluded = await get('/readyz?exclude=etcd&verbose&exclude=nope');
  assert.equal(
    excluded.body,
    '[+]ping ok\n[+]etcd excluded: ok\n[+]poststarthook/a ok\nwarn: some health checks cannot be excluded: no matches for "nope"\nreadyz check passed\n',
  );
  assert.equal((await get('/readyz/etcd')).body, 'internal server error: connection refused\n');
  assert.match((await get('/metrics/slis')).body, /kubernetes_healthcheck\{name="etcd",type="readyz"\} 0\n/);
});

test('/metrics tells of the process and of watches', async () => {
  const answer = await get('/metrics');
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(answer.body, /^process_resident_memory_bytes [1-9]\d+$/m);
  assert.match(
    answer.body,
    /^apiserver_watch_events_sizes_bucket\{group="",version="v1",resource="pods",le="2048"\} 1$/m,
  );
  assert.match(answer.body, /^kubernetes_build_info\{major="1",minor="36"/m);
  assert.equal((await ask('DELETE /metrics', { authorization: 'Bearer jane' })).body, 'metrics reset\n');
  assert.match((await get('/metrics')).body, /^apiserver_watch_events_total\{.*\} 0$/m);
});

test('/openapi/v2 is JSON or protobuf, with an ETag', async () => {
  const answer = await get('/openapi/v2');
  assert.equal(JSON.parse(answer.body).swagger, '2.0');
  const etag = String(answer.headers['etag']);
  assert.equal((await get('/openapi/v2', { 'if-none-match': etag })).status, 304);
  const protobuf = await get('/openapi/v2', {
    accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  });
  assert.equal(protobuf.headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  assert.ok(protobuf.body.length > 1000 && protobuf.body.length < answer.body.length);
  assert.equal((await get('/openapi/v2', { accept: 'text/html' })).status, 406);
});

test('/openapi/v3: an index of documents by hash, which may be kept for ever', async () => {
  const index = JSON.parse((await get('/openapi/v3')).body).paths;
  const url = String(index['api/v1'].serverRelativeURL);
  assert.match(url, /^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{128}$/);
  const document = await get(url);
  assert.equal(document.headers['cache-control'], 'public, immutable');
  assert.equal(JSON.parse(document.body).openapi, '3.0.0');
  const plain = await get('/openapi/v3/api/v1');
  assert.equal(plain.headers['cache-control'], 'no-cache, private');
  assert.equal(plain.body, document.body);
  const old = await get('/openapi/v3/api/v1?hash=ABC');
  assert.deepEqual([old.status, old.headers['location']], [301, url]);
  assert.equal((await get('/openapi/v3/apis/none')).status, 404);
  assert.equal((await get('/openapi/v3/__proto__')).status, 404);
  input = { resources: [...pods, ...apps], ...shared };
  const later = JSON.parse((await get('/openapi/v3')).body).paths;
  assert.equal(later['api/v1'].serverRelativeURL, url);
  assert.ok(later['apis/apps/v1']);
});
