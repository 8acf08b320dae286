import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceRow } from '../../schema/resource-table.ts';
import { resourceList } from '../../schema/resources.ts';
import { createTestPipeline } from '../testing.ts';
import { createDiscoveryRoutes } from './routes.ts';
import { type DiscoveryRow, type DiscoveryTable, discoveryTable } from './rows.ts';

const { groups, resources } = resourceList();
const builtin = discoveryTable(
  groups,
  resources.filter((row) => row.default),
);
let table: DiscoveryTable = builtin;
const routes = createDiscoveryRoutes({ table: () => table, serverAddress: () => '10.0.0.1:6443' });
const { ask } = createTestPipeline({
  resource: () => {
    throw new Error('no resource here');
  },
  paths: new Map(routes.paths),
  prefixes: routes.prefixes,
});
const jane = { authorization: 'Bearer jane' };
const get = async (path: string, headers = {}) => ask(`GET ${path}`, { ...jane, ...headers });
const json = async (path: string) => JSON.parse((await get(path)).body);
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

test('/api and /api/v1', async () => {
  const api = await get('/api');
  assert.equal(
    api.body,
    '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.1:6443"}]}\n',
  );
  assert.equal(api.headers['vary'], 'Accept');
  const list = await json('/api/v1');
  assert.deepEqual(Object.keys(list), ['kind', 'groupVersion', 'resources']);
  const byName = new Map(list.resources.map((r: { name: string }) => [r.name, r]));
  assert.deepEqual(byName.get('pods'), {
    name: 'pods',
    singularName: 'pod',
    namespaced: true,
    kind: 'Pod',
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    shortNames: ['po'],
    categories: ['all'],
    storageVersionHash: 'xPOwRZ+Yhw8=',
  });
  assert.deepEqual(byName.get('pods/eviction'), {
    name: 'pods/eviction',
    singularName: '',
    namespaced: true,
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    verbs: ['create'],
  });
  assert.deepEqual(await json('/api/v1/'), list);
});

test('/apis, /apis/<group>, /apis/<group>/<version>', async () => {
  const list = await json('/apis');
  const names = list.groups.map((group: { name: string }) => group.name);
  assert.deepEqual(names.slice(0, 3), ['apiregistration.k8s.io', 'apps', 'events.k8s.io']);
  assert.deepEqual(await json('/apis/autoscaling'), {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: 'autoscaling',
    versions: [
      { groupVersion: 'autoscaling/v2', version: 'v2' },
      { groupVersion: 'autoscaling/v1', version: 'v1' },
    ],
    preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
  });
  const apps = await json('/apis/apps/v1');
  assert.equal(apps.apiVersion, 'v1');
  assert.deepEqual(apps.resources.map((r: { name: string }) => r.name).slice(0, 4), [
    'controllerrevisions',
    'daemonsets',
    'daemonsets/status',
    'deployments',
  ]);
  for (const path of ['/apis/apps/v9', '/api/v2']) {
    assert.match((await get(path)).body, /the server could not find the requested resource/, path);
  }
  for (const path of ['/apis/none', '/apis/__proto__', '/apis//v1']) {
    assert.equal((await get(path)).body, '404 page not found\n', path);
  }
  assert.equal((await get('/apis', { accept: 'text/html' })).status, 406);
  assert.equal((await ask('POST /apis', jane)).status, 405);
});

test('aggregated discovery is one document with an ETag', async () => {
  const answer = await get('/apis', { accept: AGGREGATED });
  assert.equal(answer.headers['content-type'], 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  assert.equal(answer.headers['cache-control'], 'public');
  const document = JSON.parse(answer.body);
  const [first] = document.items;
  assert.deepEqual(first.metadata, { name: 'apiregistration.k8s.io', creationTimestamp: null });
  assert.equal(first.versions[0].freshness, 'Current');
  const apps = document.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'apps');
  const deployments = apps.versions[0].resources.find((r: { resource: string }) => r.resource === 'deployments');
  assert.deepEqual(deployments.responseKind, { group: '', version: '', kind: 'Deployment' });
  assert.deepEqual(deployments.subresources[0].responseKind, { group: 'autoscaling', version: 'v1', kind: 'Scale' });
  const etag = String(answer.headers['etag']);
  assert.match(etag, /^"[0-9A-F]{128}"$/);
  const again = await get('/apis', { accept: AGGREGATED, 'if-none-match': etag });
  assert.deepEqual([again.status, again.body], [304, '']);
  const core = JSON.parse((await get('/api', { accept: AGGREGATED })).body);
  assert.deepEqual(core.items[0].metadata, { creationTimestamp: null });
});

test('a new table gives new documents, with custom kinds written in full', async () => {
  const before = (await get('/apis', { accept: AGGREGATED })).headers['etag'];
  const pods = builtin.resources.find((row) => row.plural === 'pods' && row.group === '') as ResourceRow;
  const widget: DiscoveryRow = {
    ...pods,
    group: 'acme.io',
    plural: 'widgets',
    kind: 'Widget',
    subresources: [],
    custom: true,
  };
  const acme = { name: 'acme.io', priority: 1000, versions: [{ version: 'v1', priority: 100, default: true }] };
  table = discoveryTable([...groups, acme], [...builtin.resources, widget]);
  const answer = await get('/apis', { accept: AGGREGATED });
  assert.notEqual(answer.headers['etag'], before);
  const item = JSON.parse(answer.body).items.at(-1);
  assert.deepEqual(item.versions[0].resources[0].responseKind, { group: 'acme.io', version: 'v1', kind: 'Widget' });
  assert.equal((await json('/apis/acme.io/v1')).resources[0].kind, 'Widget');
  table = builtin;
  assert.equal((await get('/apis/acme.io')).status, 404);
});
