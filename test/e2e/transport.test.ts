/** What is around the bytes: compression, caching, negotiation of documents, limits. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi, type Json } from '../support/api.ts';
import { connectH2 } from '../support/h2-client.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let keelson: Keelson;
let api: Api;

before(async () => {
  keelson = await startKeelson();
  api = createApi(keelson);
});
after(async () => {
  api.close();
  await keelson.stop();
});

describe('compression', () => {
  const GZIP = { headers: { 'accept-encoding': 'gzip' } };

  it('is for long answers alone', async () => {
    const long = { metadata: { name: 'long' }, data: { text: 'x'.repeat(200_000) } };
    const plain = await api.post(CONFIG_MAPS, long);
    assert.equal(plain.headers['content-encoding'], undefined);
    const zipped = await api.get(`${CONFIG_MAPS}/long`, GZIP);
    assert.equal(zipped.headers['content-encoding'], 'gzip');
    assert.match(String(zipped.headers['vary']), /Accept-Encoding/);
    assert.deepEqual(JSON.parse(gunzipSync(zipped.bytes).toString()), plain.json);
    const list = await api.get(CONFIG_MAPS, GZIP);
    assert.equal(list.headers['content-encoding'], 'gzip');
    assert.equal(JSON.parse(gunzipSync(list.bytes).toString()).items.length, 1);
    const short = await api.get('/api/v1/namespaces/default', GZIP);
    assert.equal(short.headers['content-encoding'], undefined);
    await api.ok('DELETE', `${CONFIG_MAPS}/long`);
  });
});

describe('discovery', () => {
  it('comes as one document, and not again', async () => {
    for (const path of ['/api', '/apis']) {
      const first = await api.get(path, { headers: { accept: AGGREGATED } });
      assert.equal(first.headers['content-type'], AGGREGATED);
      assert.equal(first.headers['vary'], 'Accept');
      assert.equal(first.headers['cache-control'], 'public');
      const etag = String(first.headers['etag']);
      assert.match(etag, /^"[0-9A-F]{128}"$/);
      const second = await api.get(path, { headers: { accept: AGGREGATED, 'if-none-match': etag } });
      assert.equal(second.status, 304);
      assert.equal(second.text, '');
    }
    const { items } = (await api.get('/apis', { headers: { accept: AGGREGATED } })).json;
    const apps = items.find((item: Json) => item.metadata.name === 'apps');
    const deployments = apps.versions[0].resources.find((resource: Json) => resource.resource === 'deployments');
    assert.deepEqual(deployments, {
      resource: 'deployments',
      responseKind: { group: '', version: '', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          acceptedTypes: [{ group: '', version: '', kind: '' }],
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: '', version: '', kind: 'Deployment' },
          acceptedTypes: [],
          verbs: ['get', 'patch', 'update'],
        },
      ].map((each) => deployments.subresources.find((found: Json) => found.subresource === each.subresource)),
    });
  });

  it('agrees with itself', async () => {
    const groups = (await api.ok('GET', '/apis')).groups as Json[];
    const { items } = (await api.get('/apis', { headers: { accept: AGGREGATED } })).json;
    assert.deepEqual(
      groups.map((group) => [group.name, group.versions.map((version: Json) => version.version)]),
      items.map((item: Json) => [item.metadata.name, item.versions.map((version: Json) => version.version)]),
    );
    for (const item of items) {
      for (const version of item.versions) {
        const list = await api.ok('GET', `/apis/${item.metadata.name}/${version.version}`);
        const names = version.resources.flatMap((resource: Json) => [
          resource.resource,
          ...(resource.subresources ?? []).map((sub: Json) => `${resource.resource}/${sub.subresource}`),
        ]);
        assert.deepEqual(names.sort(), list.resources.map((resource: Json) => resource.name).sort());
      }
    }
  });
});

describe('OpenAPI', () => {
  it('v2 comes once', async () => {
    const first = await api.get('/openapi/v2');
    assert.equal(first.status, 200);
    assert.equal(first.json.swagger, '2.0');
    assert.ok(first.json.definitions['io.k8s.api.core.v1.Pod']);
    const etag = String(first.headers['etag']);
    assert.equal((await api.get('/openapi/v2', { headers: { 'if-none-match': etag } })).status, 304);
    assert.equal((await api.get('/openapi/v2', { headers: { accept: 'text/html' } })).status, 406);
  });

  it('v3 comes by group and version, for good under its hash', async () => {
    const { paths } = await api.ok('GET', '/openapi/v3');
    const url: string = paths['apis/apps/v1'].serverRelativeURL;
    const answer = await api.get(url);
    assert.equal(answer.headers['cache-control'], 'public, immutable');
    assert.equal(answer.json.openapi, '3.0.0');
    assert.ok(answer.json.components.schemas['io.k8s.api.apps.v1.Deployment']);
    const stale = await api.get('/openapi/v3/apis/apps/v1?hash=OLD');
    assert.equal(stale.status, 301);
    assert.equal(stale.headers['location'], url);
  });

  it('v3 answers for every group and version that it names', async () => {
    const { paths } = await api.ok('GET', '/openapi/v3');
    const versions = Object.keys(paths).filter((path) => /v\d/.test(path));
    assert.ok(versions.length > 20);
    for (const version of versions) {
      const document = await api.ok('GET', paths[version].serverRelativeURL);
      assert.ok(Object.keys(document.paths).length > 0, version);
    }
  });
});

describe('limits', () => {
  it('refuses bodies of more than 3 MiB', async () => {
    const answer = await api.post(CONFIG_MAPS, {
      metadata: { name: 'x' },
      data: { text: 'x'.repeat(3 * 1024 * 1024) },
    });
    assert.equal(answer.status, 413);
    assert.deepEqual(answer.json, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Request entity too large: limit is 3145728',
      reason: 'RequestEntityTooLarge',
      code: 413,
    });
  });

  it('refuses objects that its kind finds too large', async () => {
    const answer = await api.post(CONFIG_MAPS, {
      metadata: { name: 'x' },
      data: { text: 'x'.repeat(1024 * 1024 + 1) },
    });
    assert.equal(answer.status, 422);
    assert.equal(answer.json.message, 'ConfigMap "x" is invalid: []: Too long: may not be more than 1048576 bytes');
  });

  it('refuses JSON patches of more than 10000 operations', async () => {
    const operation = { op: 'test', path: '/kind', value: 'Namespace' };
    const answer = await api.patch('json', '/api/v1/namespaces/default', Array(10_001).fill(operation));
    assert.equal(answer.status, 413);
    assert.equal(
      answer.json.message,
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    );
  });

  it('survives depth', async () => {
    const depth = '['.repeat(100_000) + ']'.repeat(100_000);
    const answer = await api.post(CONFIG_MAPS, `{"metadata":{"name":"x"},"data":${depth}}`);
    assert.equal(answer.status, 400);
    const yaml = await api.ask('POST', CONFIG_MAPS, `data: ${'['.repeat(20_000)}`, {
      headers: { 'content-type': 'application/yaml' },
    });
    assert.equal(yaml.status, 400);
  });

  it('keeps prototypes out of reach', async () => {
    const object =
      '{"metadata":{"name":"proto","labels":{"__proto__":"a","constructor":"b"}},"data":{"__proto__":"c"}}';
    const refused = await api.post(CONFIG_MAPS, object);
    assert.equal(refused.status, 422, refused.text);
    const taken = await api.post(
      CONFIG_MAPS,
      '{"metadata":{"name":"proto"},"data":{"__proto__":"c","constructor":"d"}}',
    );
    assert.equal(taken.status, 201, taken.text);
    assert.match(taken.text, /"data":\{"__proto__":"c","constructor":"d"\}/);
    assert.equal(({} as Json).c, undefined);
    await api.ok('DELETE', `${CONFIG_MAPS}/proto`);
  });
});

describe('connections', () => {
  it('speak HTTP/2', async () => {
    const client = connectH2(keelson.port, keelson.token);
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => client.request('GET', '/api/v1/namespaces/default')),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    client.destroy();
  });

  it('carry the audit id of the client, or one of their own', async () => {
    const own = await api.get('/version', { headers: { 'audit-id': 'mine' } });
    assert.equal(own.headers['audit-id'], 'mine');
    const given = await api.get('/version');
    assert.match(String(given.headers['audit-id']), /^[0-9a-f-]{36}$/);
  });
});
