import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '../meta/query.ts';
import { isLongRunning, parseRequestInfo } from './request-info.ts';

/** `verb group/version namespace resource/subresource name` */
function words(request: string): string {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  const info = parseRequestInfo(method, path, parseQuery(query));
  if (!info.isResource) return `${info.verb} ${info.path}`;
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  return `${info.verb} ${info.group}/${info.version} ns=${info.namespace} ${resource} name=${info.name}`;
}

test('requests are read as upstream reads them', () => {
  for (const [request, expected] of [
    ['GET /', 'get /'],
    ['GET /healthz/etcd', 'get /healthz/etcd'],
    ['PURGE /healthz', 'purge /healthz'],
    ['GET /api', 'get /api'],
    ['GET /api/v1', 'get /api/v1'],
    ['GET /apis/apps/v1/', 'get /apis/apps/v1/'],
    ['GET /api/v1/pods', 'list /v1 ns= pods name='],
    ['GET /api/v1/pods/', 'list /v1 ns= pods name='],
    ['HEAD /api/v1/pods', 'list /v1 ns= pods name='],
    ['GET /api/v1/pods?watch=1', 'watch /v1 ns= pods name='],
    ['GET /api/v1/pods?watch', 'watch /v1 ns= pods name='],
    ['GET /api/v1/pods?%77atch=true', 'watch /v1 ns= pods name='],
    ['GET /api/v1/pods?watch=False', 'list /v1 ns= pods name='],
    ['GET /api/v1/namespaces/a/pods/b', 'get /v1 ns=a pods name=b'],
    ['GET /api/v1/namespaces/a/pods/b?watch=1', 'get /v1 ns=a pods name=b'],
    ['GET /api/v1/namespaces/a/pods/b/log', 'get /v1 ns=a pods/log name=b'],
    ['POST /api/v1/namespaces/a/pods', 'create /v1 ns=a pods name='],
    ['PUT /api/v1/namespaces/a/pods/b/status', 'update /v1 ns=a pods/status name=b'],
    ['PATCH /apis/apps/v1/namespaces/a/deployments/b', 'patch apps/v1 ns=a deployments name=b'],
    ['DELETE /apis/apps/v1/namespaces/a/deployments/b', 'delete apps/v1 ns=a deployments name=b'],
    ['DELETE /apis/apps/v1/namespaces/a/deployments', 'deletecollection apps/v1 ns=a deployments name='],
    ['OPTIONS /api/v1/pods', ' /v1 ns= pods name='],
    ['GET /api/v1/namespaces', 'list /v1 ns= namespaces name='],
    ['GET /api/v1/namespaces/a', 'get /v1 ns=a namespaces name=a'],
    ['PUT /api/v1/namespaces/a/finalize', 'update /v1 ns=a namespaces/finalize name=a'],
    ['PATCH /api/v1/namespaces/a/status', 'patch /v1 ns=a namespaces/status name=a'],
    ['GET /api/v1/watch/pods', 'watch /v1 ns= pods name='],
    ['GET /api/v1/watch/namespaces/a/pods/b', 'watch /v1 ns=a pods name=b'],
    ['GET /api/v1/proxy/namespaces/a/pods/b/c', 'proxy /v1 ns=a pods name=b'],
    ['GET /api/v1/pods?fieldSelector=metadata.name%3Dx', 'list /v1 ns= pods name=x'],
    ['GET /api/v1/pods?fieldSelector=metadata.name!%3Dx', 'list /v1 ns= pods name='],
    ['GET /api/v1/pods?watch=1&fieldSelector=a%3Db,metadata.name%3D%3Dx', 'watch /v1 ns= pods name=x'],
    ['GET /api/v1/pods?fieldSelector=metadata.name%3D..', 'list /v1 ns= pods name='],
    ['GET /api/v1/namespaces/a/pods/b%2Fexec', 'get /v1 ns=a pods/exec name=b'],
    ['GET /apis/g/v1/__proto__/constructor', 'get g/v1 ns= __proto__ name=constructor'],
    ['GET //api//v1/pods', 'get / ns= v1 name=pods'],
  ] as const) {
    assert.equal(words(request), expected, request);
  }
});

test('broken requests are refused', () => {
  assert.throws(() => words('GET /api/v1/pods/%zz'), { code: 400 });
  assert.throws(() => words('GET /api/v1/pods/%ff'), { code: 400 });
  assert.throws(() => words('GET /api/v1/watch'), { code: 500, message: /unable to determine kind and namespace/ });
});

test('watches, logs and connections are long-running', () => {
  const longRunning = (method: string, path: string, query = ''): boolean =>
    isLongRunning(parseRequestInfo(method, path, parseQuery(query)));
  assert.ok(longRunning('GET', '/api/v1/pods', 'watch=1'));
  assert.ok(longRunning('GET', '/api/v1/namespaces/a/pods/b/log'));
  assert.ok(longRunning('POST', '/api/v1/namespaces/a/pods/b/exec'));
  assert.ok(!longRunning('GET', '/api/v1/pods'));
  assert.ok(!longRunning('PUT', '/api/v1/namespaces/a/pods/b/status'));
});
