import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { badRequest, notFound } from '../meta/status.ts';
import type { RequestContext } from './context.ts';
import type { Routes } from './pipeline.ts';
import { JSON_TYPE, sendBytes, sendChunks, sendObject, sendText, startStream } from './respond.ts';
import { authorizerOf, createTestPipeline } from './testing.ts';

const open: (() => void)[] = [];

const routes: Routes = {
  resource: async (ctx) => {
    switch (ctx.info.name) {
      case 'missing':
        throw notFound({ group: '', resource: 'pods' }, 'missing');
      case 'bug':
        throw new Error('secret detail');
      case 'refused':
        throw Object.assign(badRequest('cannot be judged'), { cause: new Error('secret detail') });
      case 'silent':
        return;
      case 'slow':
        await new Promise<void>((resolve) => open.push(resolve));
        return sendText(ctx, 200, 'late');
      case 'large':
        return sendBytes(ctx, 200, JSON_TYPE, Buffer.alloc(200_000, 'x'));
      case 'list':
        return sendChunks(ctx, 200, JSON_TYPE, [Buffer.alloc(100_000, 'a'), Buffer.alloc(100_000, 'b')], 200_000);
      case 'stream':
        return startStream(ctx, JSON_TYPE).end();
      default:
        ctx.warn('be "careful"');
        ctx.warn('be "careful"');
        return sendObject(ctx, 200, { kind: 'Pod', user: ctx.user.name, list: ['<a>'] });
    }
  },
  paths: new Map([['/healthz', (ctx: RequestContext) => sendText(ctx, 200, 'ok')]]),
  prefixes: [{ prefix: '/healthz/', handler: (ctx) => sendText(ctx, 200, ctx.info.path) }],
};

const jane = { authorization: 'Bearer jane' };
const pod = '/api/v1/namespaces/a/pods/';

test('an answer carries the common headers', async () => {
  const { ask } = createTestPipeline(routes);
  const answer = await ask(`GET ${pod}x`, jane);
  assert.equal(answer.body, '{"kind":"Pod","user":"jane","list":["\\u003ca\\u003e"]}\n');
  assert.match(String(answer.headers['audit-id']), /^[0-9a-f-]{36}$/);
  assert.equal(answer.headers['cache-control'], 'no-cache, private');
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.deepEqual(answer.headers['warning'], ['299 - "be \\"careful\\""']);
  assert.equal(answer.headers['connection'], undefined);
  assert.equal((await ask(`GET ${pod}x`, { ...jane, 'audit-id': 'mine' })).headers['audit-id'], 'mine');
});

test('objects are YAML or pretty where that is asked for', async () => {
  const { ask } = createTestPipeline(routes);
  const yaml = await ask(`GET ${pod}x`, { ...jane, accept: 'application/yaml' });
  assert.equal(yaml.headers['content-type'], 'application/yaml');
  assert.match(yaml.body, /^kind: Pod$/m);
  const expected = '{\n  "kind": "Pod",\n  "user": "jane",\n  "list": [\n    "\\u003ca\\u003e"\n  ]\n}';
  assert.equal((await ask(`GET ${pod}x`, { ...jane, 'user-agent': 'curl/8' })).body, expected);
  assert.equal((await ask(`GET ${pod}x?pretty=1`, jane)).body, expected);
  assert.doesNotMatch((await ask(`GET ${pod}x?pretty=0`, { ...jane, 'user-agent': 'curl/8' })).body, /\n {2}/);
});

test('StatusErrors are answered, bugs are hidden', async () => {
  const { ask, metrics } = createTestPipeline(routes);
  const missing = await ask(`GET ${pod}missing`, jane);
  assert.equal(missing.status, 404);
  assert.equal(
    missing.body,
    '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \\"missing\\" not found","reason":"NotFound","details":{"name":"missing","kind":"pods"},"code":404}\n',
  );
  const bug = await ask(`GET ${pod}bug`, jane);
  assert.equal(bug.status, 500);
  assert.equal(bug.body, 'This request caused apiserver to panic. Look in the logs for details.\n');
  assert.equal((await ask(`GET ${pod}silent`, jane)).status, 500);
  assert.match(metrics.text(), /keelson_request_bugs_total 2\n/);
  const refused = await ask(`GET ${pod}refused`, jane);
  assert.equal(refused.status, 400);
  assert.match(refused.body, /"message":"cannot be judged"/);
  assert.match(metrics.text(), /keelson_request_bugs_total 3\n/);
});

test('who is not known gets 401 and loses the HTTP/2 connection; anonymous loses it too', async () => {
  const { ask } = createTestPipeline(routes);
  const bad = await ask(`GET ${pod}x`, { authorization: 'Bearer bad' });
  assert.equal(bad.status, 401);
  assert.match(bad.body, /"message":"Unauthorized","reason":"Unauthorized","code":401/);
  assert.equal(bad.headers['connection'], 'close');
  const anonymous = await ask(`GET ${pod}x`);
  assert.equal(anonymous.status, 200);
  assert.equal(anonymous.headers['connection'], 'close');
});

test('who may not gets 403 in the words of the request', async () => {
  const { ask } = createTestPipeline(routes, { authorizer: authorizerOf(() => false) });
  const pods = await ask(`GET ${pod}x/log`, jane);
  assert.equal(pods.status, 403);
  assert.equal(pods.headers['x-content-type-options'], 'nosniff');
  assert.equal(
    JSON.parse(pods.body).message,
    'pods "x" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "a"',
  );
  const path = await ask('GET /healthz', jane);
  assert.equal(JSON.parse(path.body).message, 'forbidden: User "jane" cannot get path "/healthz"');
});

test('a request may act as another user where the sender is allowed to', async () => {
  const { ask } = createTestPipeline(routes, {
    authorizer: authorizerOf(({ user, verb }) => user.name !== 'eve' || !verb.startsWith('impersonate')),
  });
  const as = { 'impersonate-user': 'bob' };
  assert.equal(JSON.parse((await ask(`GET ${pod}x`, { ...jane, ...as })).body).user, 'bob');
  assert.equal((await ask(`GET ${pod}x`, { authorization: 'Bearer eve', ...as })).status, 403);
});

test('paths are routed exactly, by prefix, or not at all', async () => {
  const { ask } = createTestPipeline(routes);
  assert.equal((await ask('GET /healthz', jane)).body, 'ok');
  assert.equal((await ask('GET /healthz/etcd', jane)).body, '/healthz/etcd');
  const nothing = await ask('GET /nothing', jane);
  assert.equal(nothing.status, 404);
  assert.equal(nothing.body, '404 page not found\n');
  assert.equal(
    (await ask('GET /api/v1/watch', jane)).body,
    'Internal Server Error: "/api/v1/watch": failed to create RequestInfo: unable to determine kind and namespace from url, /api/v1/watch\n',
  );
  assert.equal((await ask('GET /api/v1/pods/%zz', jane)).status, 400);
});

test('large answers are compressed for clients that take gzip', async () => {
  const { ask } = createTestPipeline(routes);
  for (const name of ['large', 'list']) {
    const answer = await ask(`GET ${pod}${name}`, { ...jane, 'accept-encoding': 'deflate, gzip' });
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.equal(answer.headers['vary'], 'Accept-Encoding');
    assert.equal(gunzipSync(Buffer.from(answer.body, 'latin1')).length, 200_000);
    assert.equal((await ask(`GET ${pod}${name}`, { ...jane, 'accept-encoding': 'gzipped' })).body.length, 200_000);
    // Upstream knows no coding with parameters.
    assert.equal((await ask(`GET ${pod}${name}`, { ...jane, 'accept-encoding': 'gzip;q=0' })).body.length, 200_000);
  }
});

test('above the bound 429, but for the masters; the place is given back', async () => {
  const { ask } = createTestPipeline(routes);
  const first = [ask(`GET ${pod}slow`, jane), ask(`GET ${pod}slow`, jane)];
  await new Promise((resolve) => setImmediate(resolve));
  const refused = await ask(`GET ${pod}x`, jane);
  assert.equal(refused.status, 429);
  assert.equal(refused.body, 'Too many requests, please try again later.\n');
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await ask(`GET ${pod}x`, { authorization: 'Bearer root/system:masters' })).status, 200);
  assert.equal((await ask(`PUT ${pod}x`, jane)).status, 200);
  for (const done of open.splice(0)) done();
  assert.deepEqual(
    (await Promise.all(first)).map((answer) => answer.body),
    ['late', 'late'],
  );
  assert.equal((await ask(`GET ${pod}x`, jane)).status, 200);
});

test('a request past its deadline is answered 504, once', async () => {
  const { ask, pipeline } = createTestPipeline(routes);
  assert.equal((await ask(`GET ${pod}x?timeout=soon`, jane)).status, 400);
  assert.match(
    (await ask(`GET ${pod}x?timeout=soon`, jane)).body,
    /invalid timeout specified in the request URL - time: invalid duration/,
  );
  const asked = ask(`GET ${pod}slow?timeout=1ms`, jane);
  await new Promise((resolve) => setTimeout(resolve, 250));
  for (const done of open.splice(0)) done();
  const answer = await asked;
  assert.equal(answer.status, 504);
  assert.match(
    answer.body,
    /"message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout"/,
  );
  pipeline.close();
});

test('requests are counted under bounded labels; long-running ones when they end', async () => {
  const { ask, metrics } = createTestPipeline(routes);
  await ask(`GET ${pod}x`, jane);
  await ask(`GET ${pod}missing`, jane);
  await ask('GET /api/v1/made-up', jane);
  await ask('GET /made-up', jane);
  await ask('GET /healthz', jane);
  await ask(`PATCH ${pod}x?dryRun=All`, { ...jane, 'content-type': 'application/apply-patch+yaml' });
  await ask(`GET ${pod}stream/log`, jane);
  const text = metrics.text();
  const labels = 'group="",version="v1",resource="pods",subresource="",scope="resource",component="apiserver"';
  assert.ok(text.includes(`apiserver_request_total{verb="GET",dry_run="",${labels},code="200"} 1`));
  assert.ok(text.includes(`apiserver_request_total{verb="GET",dry_run="",${labels},code="404"} 1`));
  assert.ok(text.includes(`apiserver_request_total{verb="APPLY",dry_run="All",${labels},code="200"} 1`));
  assert.ok(text.includes(`apiserver_request_sli_duration_seconds_count{verb="GET",${labels}} 2`));
  assert.ok(text.includes('subresource="/healthz"'));
  assert.ok(!text.includes('made-up'));
  assert.match(text, /apiserver_longrunning_requests\{verb="CONNECT".*\} 1\n/);
});
