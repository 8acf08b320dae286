import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEHAVIORS, CONVERSIONS } from '../../apis/list.ts';
import { parseQuery } from '../../meta/query.ts';
import { compileResources } from '../../registry/table.ts';
import { resourceList } from '../../schema/resources.ts';
import { typeTable } from '../../schema/types.ts';
import type { ResourceCache } from '../../store/cache.ts';
import { parseRequestInfo, type RequestInfo } from '../request-info.ts';
import { type Target, targetOf } from './target.ts';

const list = resourceList();
const resources = compileResources({
  rows: list.resources,
  allRows: list.resources,
  types: typeTable(),
  behaviors: BEHAVIORS,
  conversions: CONVERSIONS,
  openCache: () => ({}) as ResourceCache<never>,
  eventTtlSeconds: 3600,
});

function read(method: string, target: string): { info: RequestInfo; target: Target | null } | null {
  const [path = '', query = ''] = target.split('?');
  try {
    const info = parseRequestInfo(method, path, parseQuery(query));
    return info.isResource ? { info, target: targetOf(info, resources) } : null;
  } catch {
    return null;
  }
}

test('what is inside a namespace that cannot be there is not found', () => {
  for (const path of [
    '/api/v1/namespaces/mine/namespaces',
    '/api/v1/namespaces/mine/namespaces/other',
    '/api/v1/namespaces/mine/namespaces/other/status',
    '/api/v1/namespaces/mine/namespaces/other/finalize',
    '/api/v1/namespaces/mine/namespaces/mine',
    '/api/v1/watch/namespaces/mine/namespaces',
    '/api/v1/watch/namespaces/mine/namespaces/other',
    '/api/v1/namespaces/mine/nodes/n',
    '/api/v1/namespaces//pods/p',
    '/api/v1/namespaces/mine/pods//log',
    '/api/v1/namespaces/mine/pods/p/status/more',
    '/api/v1/namespaces/mine/status/more',
    '/api/v1/pods/p',
    '/api/v1/watch/pods/p',
    '/api/v1/watch/namespaces/mine/pods/p/log',
    '/api/v1/proxy/namespaces/mine/pods/p',
    '/apis//v1/pods',
    '//api/v1/pods',
    '/api//v1/pods',
    '/api/v1//pods',
    '/API/v1/pods',
    '/api/v1/Pods',
    '/api/v1/pods;x',
    '/api/v1/namespaces/mine/pods/%2e%2e%2f%2e%2e%2fother/pods/p',
  ]) {
    assert.equal(read('GET', path)?.target ?? null, null, path);
  }
  for (const path of ['/api/v1/namespaces', '/api/v1/namespaces/mine/', '/api/v1/namespaces/mine/pods/p/proxy/a//b']) {
    assert.notEqual(read('GET', path)?.target ?? null, null, path);
  }
});

/** Numbers from a seed (a linear congruence, enough to choose words by). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS =
  'api apis v1 apps rbac.authorization.k8s.io batch watch proxy namespaces pods nodes deployments roles clusterroles mine other p log status finalize scale exec .. . %2e%2e %2F ;x PODS'.split(
    ' ',
  );
const QUERIES = [
  '',
  '?watch=1',
  '?fieldSelector=metadata.name%3Dp',
  '?watch=1&fieldSelector=metadata.name%3Dp',
  '?watch=',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get'];
/** The paths that upstream routes, written down apart from the code that reads them. */
const ROUTES =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?<watch>\/watch)?(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[^/]+)(?<rest>\/.*[^/].*)?)?)?\/*$/;

test('what is served is what authorization is asked about, whatever the path', () => {
  const below = numbers(20261127);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  let served = 0;
  for (let round = 0; round < 200_000; round++) {
    const start = below(4) === 0 ? '' : pick(['/api/v1', '/apis/apps/v1', '/apis/rbac.authorization.k8s.io/v1']);
    let path = start;
    for (let left = 1 + below(7); left > 0; left--) path += `/${below(12) === 0 ? '' : pick(WORDS)}`;
    const request = `${path}${pick(QUERIES)}`;
    const found = read(pick(METHODS), request);
    if (found === null || found.target === null) continue;
    const { info, target } = found;
    served++;
    assert.equal(target.resource.group, info.group, request);
    assert.equal(target.resource.version, info.version, request);
    assert.equal(target.resource.name, info.resource, request);
    assert.equal(target.subresource?.name ?? '', info.subresource, request);
    const itself = target.resource.name === 'namespaces' ? target.name : '';
    assert.equal(info.namespace, target.resource.namespaced ? target.namespace : itself, request);
    if (target.name !== '') assert.equal(info.name, target.name, request);
    else if (info.name !== '') assert.ok(['list', 'watch'].includes(info.verb) && info.name === 'p', request);
    const said = decodeURIComponent(path);
    if (itself !== '') {
      const sub = info.subresource === '' ? '' : `/${info.subresource}`;
      const watch = info.verbByPath ? '/watch' : '';
      assert.equal(said.replace(/\/*$/, ''), `/api/v1${watch}/namespaces/${itself}${sub}`);
      continue;
    }
    const parts = ROUTES.exec(said)?.groups;
    assert.ok(parts !== undefined, request);
    assert.equal(parts['core'] ?? parts['version'], info.version, request);
    assert.equal(parts['namespace'] ?? '', target.namespace, request);
    assert.equal(parts['resource'], info.resource, request);
    assert.equal(parts['name'] ?? '', target.name, request);
    assert.equal(parts['sub'] ?? '', info.subresource, request);
    assert.ok(parts['rest'] === undefined || info.subresource === 'proxy', request);
  }
  assert.ok(served > 1_000, `only ${served} of the paths were served`);
});
