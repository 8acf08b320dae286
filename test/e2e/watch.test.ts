/** Watches over HTTP/1.1, HTTP/2 and WebSocket. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi, createEventQueue, describe as describeEvent, type Json } from '../support/api.ts';
import { connectH2 } from '../support/h2-client.ts';

let keelson: Keelson;
let api: Api;
let count = 0;
let maps: string;

before(async () => {
  keelson = await startKeelson();
  api = createApi(keelson);
});
beforeEach(async () => {
  const name = `watch-${++count}`;
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name } });
  maps = `/api/v1/namespaces/${name}/configmaps`;
});
after(async () => {
  api.close();
  await keelson.stop();
});

const make = (name: string, labels: Record<string, string> = {}): Promise<Json> =>
  api.ok('POST', maps, { metadata: { name, labels } });
const revisionOf = async (): Promise<string> => (await api.ok('GET', maps)).metadata.resourceVersion;

describe('where it starts', () => {
  it('after a revision', async () => {
    const first = await make('a');
    await make('b');
    const watch = await api.watch(`${maps}?watch=1&resourceVersion=${first.metadata.resourceVersion}`);
    assert.equal(watch.status, 200);
    assert.equal(watch.headers['content-type'], 'application/json');
    assert.equal(watch.headers['transfer-encoding'], 'chunked');
    assert.deepEqual(await watch.take(1), ['ADDED b']);
    await api.ok('DELETE', `${maps}/a`);
    const removed = await watch.next();
    assert.equal(removed?.type, 'DELETED');
    assert.ok(Number(removed?.object.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
    watch.close();
  });

  for (const start of ['', '&resourceVersion=0']) {
    it(`with what is there (${start === '' ? 'no revision' : '0'})`, async () => {
      await make('a');
      await make('b');
      const watch = await api.watch(`${maps}?watch=1${start}`);
      assert.deepEqual(await watch.take(2), ['ADDED a', 'ADDED b']);
      await api.ok(
        'PATCH',
        `${maps}/a`,
        { data: { x: '1' } },
        { headers: { 'content-type': 'application/merge-patch+json' } },
      );
      assert.deepEqual(await watch.take(1), ['MODIFIED a']);
      watch.close();
    });
  }

  it('with a list that ends in a bookmark', async () => {
    await make('a');
    await make('b');
    const watch = await api.watch(
      `${maps}?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
    );
    assert.deepEqual(await watch.take(2), ['ADDED a', 'ADDED b']);
    const bookmark = await watch.next();
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.deepEqual(bookmark?.object, {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: bookmark?.object.metadata.resourceVersion,
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
    });
    await make('c');
    assert.deepEqual(await watch.take(1), ['ADDED c']);
    watch.close();
  });

  it('with what is there, asked without initial events', async () => {
    await make('a');
    const watch = await api.watch(
      `${maps}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    await make('b');
    assert.deepEqual(await watch.take(1), ['ADDED b']);
    watch.close();
  });

  for (const [query, message] of [
    ['resourceVersion=x', 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
    ['labelSelector=a%20in', "unable to parse requirement: found '' expected: '('"],
    ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
  ] as const) {
    it(`nowhere with ${query}`, async () => {
      const answer = await api.get(`${maps}?watch=1&${query}`);
      assert.ok(answer.status === 400 || answer.status === 422, answer.text);
      assert.ok(answer.json.message.includes(message), answer.json.message);
    });
  }
});

describe('what it sees', () => {
  it('objects that come to match and cease to', async () => {
    const revision = await revisionOf();
    const watch = await api.watch(`${maps}?watch=1&resourceVersion=${revision}&labelSelector=on%3Dyes`);
    await make('a', { on: 'no' });
    await api.patch('merge', `${maps}/a`, { metadata: { labels: { on: 'yes' } } });
    await api.patch('merge', `${maps}/a`, { data: { x: '1' } });
    await api.patch('merge', `${maps}/a`, { metadata: { labels: { on: 'no' } } });
    await api.patch('merge', `${maps}/a`, { data: { x: '2' } });
    await api.ok('DELETE', `${maps}/a`);
    await make('end', { on: 'yes' });
    assert.deepEqual(await watch.take(4), ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED end']);
    watch.close();
  });

  it('one object by its name, and pods by their node', async () => {
    const revision = await revisionOf();
    const one = await api.watch(`${maps}?watch=1&resourceVersion=${revision}&fieldSelector=metadata.name%3Dmine`);
    await make('other');
    await make('mine');
    assert.deepEqual(await one.take(1), ['ADDED mine']);
    one.close();

    const pods = maps.replace('configmaps', 'pods');
    const here = await api.watch(`/api/v1/pods?watch=1&resourceVersion=${revision}&fieldSelector=spec.nodeName%3Dn1`);
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    await api.ok('POST', pods, { metadata: { name: 'p1' }, spec: { ...spec, nodeName: 'n1' } });
    await api.ok('POST', pods, { metadata: { name: 'p2' }, spec: { ...spec, nodeName: 'n2' } });
    await api.ok('POST', pods, { metadata: { name: 'p3' }, spec: { ...spec, nodeName: 'n1' } });
    assert.deepEqual(await here.take(2), ['ADDED p1', 'ADDED p3']);
    here.close();
  });

  it('namespaces that it is about, and no other', async () => {
    const revision = await revisionOf();
    const all = await api.watch(`/api/v1/configmaps?watch=1&resourceVersion=${revision}&labelSelector=t%3Dall`);
    const other = maps;
    await make('a', { t: 'all' });
    const name = `watch-${++count}`;
    await api.ok('POST', '/api/v1/namespaces', { metadata: { name } });
    maps = `/api/v1/namespaces/${name}/configmaps`;
    const own = await api.watch(`${maps}?watch=1&resourceVersion=${revision}`);
    await make('b', { t: 'all' });
    assert.deepEqual(await all.take(2), ['ADDED a', 'ADDED b']);
    assert.deepEqual(await own.take(1), ['ADDED b']);
    assert.notEqual(other, maps);
    all.close();
    own.close();
  });

  it('bytes that a get gives', async () => {
    const revision = await revisionOf();
    const watch = await api.watch(`${maps}?watch=1&resourceVersion=${revision}`);
    const made = await make('a');
    assert.deepEqual((await watch.next())?.object, made);
    watch.close();
  });

  it('tables and metadata', async () => {
    await make('a');
    const table = await api.watch(`${maps}?watch=1`, {
      headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' },
    });
    const first = await table.next();
    assert.equal(first?.object.kind, 'Table');
    assert.equal(first?.object.columnDefinitions.length, 3);
    await make('b');
    const second = await table.next();
    assert.equal(second?.object.columnDefinitions, null);
    assert.equal(second?.object.rows[0].cells[0], 'b');
    table.close();

    const partial = await api.watch(`${maps}?watch=1`, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
    });
    const event = await partial.next();
    assert.equal(event?.object.kind, 'PartialObjectMetadata');
    assert.equal(event?.object.data, undefined);
    partial.close();
  });
});

describe('how it ends', () => {
  it('after its time', async () => {
    const startedMs = performance.now();
    const watch = await api.watch(`${maps}?watch=1&timeoutSeconds=1`);
    assert.deepEqual(await watch.rest(), []);
    assert.ok(performance.now() - startedMs > 900);
  });

  it('with a bookmark before, and nothing after', async () => {
    const revision = await revisionOf();
    await make('a');
    const watch = await api.watch(
      `${maps}?watch=1&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=${revision}`,
    );
    const events = await watch.rest();
    assert.deepEqual(events.map(describeEvent), ['ADDED a', 'BOOKMARK']);
    assert.deepEqual(events[1]?.object, {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: events[1]?.object.metadata.resourceVersion },
    });
    assert.ok(Number(events[1]?.object.metadata.resourceVersion) > Number(revision));
    // The connection goes on to serve.
    for (let i = 0; i < 5; i++) assert.equal((await api.get(maps)).status, 200);
  });
});

describe('legacy paths', () => {
  it('watch collections and single objects', async () => {
    await make('a');
    const [, namespace] = /namespaces\/([^/]+)/.exec(maps)!;
    const all = await api.watch(`/api/v1/watch/namespaces/${namespace}/configmaps`);
    assert.deepEqual(await all.take(1), ['ADDED a']);
    all.close();
    const one = await api.watch(`/api/v1/watch/namespaces/${namespace}/configmaps/a`);
    assert.deepEqual(await one.take(1), ['ADDED a']);
    one.close();
  });
});

describe('HTTP/2', () => {
  it('carries many watches on one connection', async () => {
    const revision = await revisionOf();
    const client = connectH2(keelson.port, keelson.token);
    const queues = Array.from({ length: 50 }, () => createEventQueue());
    const streams = queues.map((queue) =>
      client.lines(`${maps}?watch=1&resourceVersion=${revision}`, (line) => queue.push(JSON.parse(line))),
    );
    await make('a');
    await make('b');
    for (const queue of queues) assert.deepEqual(await queue.reader.take(2), ['ADDED a', 'ADDED b']);
    for (const stream of streams) stream.abort();
    client.destroy();
  });
});

describe('WebSocket', () => {
  it('carries an event in each message', async () => {
    const revision = await revisionOf();
    const socket = new WebSocket(`wss://127.0.0.1:${keelson.port}${maps}?watch=1&resourceVersion=${revision}`, {
      ca: keelson.caPem,
      headers: { authorization: `Bearer ${keelson.token}` },
    });
    const { push, reader } = createEventQueue();
    socket.on('message', (data) => push(JSON.parse(String(data))));
    socket.on('close', () => push(null));
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    await make('a');
    await api.ok('DELETE', `${maps}/a`);
    assert.deepEqual(await reader.take(2), ['ADDED a', 'DELETED a']);
    socket.close();
  });

  it('takes its token from a subprotocol', async () => {
    await make('a');
    const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(keelson.token).toString('base64url')}`;
    const socket = new WebSocket(`wss://127.0.0.1:${keelson.port}${maps}?watch=1`, [bearer, 'v4.channel.k8s.io'], {
      ca: keelson.caPem,
    });
    const event = await new Promise<Json>((resolve, reject) => {
      socket.on('message', (data) => resolve(JSON.parse(String(data)))).on('error', reject);
    });
    assert.equal(describeEvent(event), 'ADDED a');
    socket.close();
  });
});
