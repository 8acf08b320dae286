import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { defaultListOptions, type ListOptions } from '../meta/list-options.ts';
import { createTestRegistry, type TestClient, type TestRegistry, testBehavior } from './test-registry.ts';
import { type FrameEncoder, type FrameSink, prepareWatch, startWatch, type Watch } from './watch.ts';

let kit: TestRegistry;
let maps: TestClient;

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({ behaviors: { '/configmaps': testBehavior() } });
  maps = kit.on('/v1/configmaps', 'default');
});
after(() => kit.close());

/** One word for each frame: `ADDED a 3`. */
const encoder: FrameEncoder = {
  id: 'words',
  frame: (type, entry, revision) => Buffer.from(`${type} ${entry.name} ${revision};`),
  bookmark: (revision, initialEventsEnd) => Buffer.from(`${initialEventsEnd ? 'END' : 'BOOKMARK'} ${revision};`),
  error: (status) => Buffer.from(`ERROR ${status.code} ${status.reason} ${status.message};`),
};

interface Watching {
  readonly watch: Watch;
  /** What came since the last call. */
  take(): Promise<string[]>;
  readonly state: { ended: boolean; open: boolean };
}

async function watching(options: Partial<ListOptions>, namespace = 'default'): Promise<Watching> {
  const state = { ended: false, open: true };
  let text = '';
  const sink: FrameSink = {
    write(frames) {
      text += frames.toString();
      return state.open;
    },
    end: () => {
      state.ended = true;
    },
  };
  const start = await prepareWatch(kit.registry, kit.resource('/v1/configmaps'), namespace, {
    ...defaultListOptions,
    watch: true,
    ...options,
  });
  const watch = startWatch(start, encoder, sink);
  await turn();
  return {
    watch,
    state,
    async take() {
      // Events of many watchers may gather for a moment.
      for (let i = 0; i < 3; i++) {
        await turn();
        kit.clock.advance(10);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      const frames = text.split(';').slice(0, -1);
      text = '';
      return frames;
    },
  };
}

function now(): string {
  return String(kit.registry.store.currentRevision());
}

test('a watch from a revision sees every later event once, in order', async () => {
  await maps.create({ metadata: { name: 'a' } });
  const from = now();
  await maps.patch('a', 'merge', { data: { k: '1' } });
  await kit.on('/v1/configmaps', 'other').create({ metadata: { name: 'x' } });
  const all = await watching({ resourceVersion: from }, '');
  const one = await watching({ resourceVersion: from });
  await maps.create({ metadata: { name: 'b' } });
  await maps.delete('a');
  assert.deepEqual(await all.take(), ['MODIFIED a 2', 'ADDED x 3', 'ADDED b 4', 'DELETED a 5']);
  assert.deepEqual(await one.take(), ['MODIFIED a 2', 'ADDED b 4', 'DELETED a 5']);
  one.watch.cancel();
  await maps.delete('b');
  assert.deepEqual(await one.take(), []);
  assert.deepEqual(await all.take(), ['DELETED b 6']);
});

test('a selector makes objects come and go as they begin and cease to match', async () => {
  const { take } = await watching({ resourceVersion: now(), labelSelector: 'x=1' });
  await maps.create({ metadata: { name: 'a' } });
  await maps.patch('a', 'merge', { metadata: { labels: { x: '1' } } });
  await maps.patch('a', 'merge', { data: { k: '1' } });
  await maps.patch('a', 'merge', { metadata: { labels: { x: '2' } } });
  await maps.patch('a', 'merge', { metadata: { labels: { x: '1' } } });
  await maps.delete('a');
  assert.deepEqual(await take(), ['ADDED a 2', 'MODIFIED a 3', 'DELETED a 4', 'ADDED a 5', 'DELETED a 6']);
});

test('a watch of one name sees that object alone', async () => {
  const { take } = await watching({ resourceVersion: now(), fieldSelector: 'metadata.name=a' });
  await maps.create({ metadata: { name: 'aa' } });
  await maps.create({ metadata: { name: 'a' } });
  assert.deepEqual(await take(), ['ADDED a 2']);
});

test('without a revision the present state comes first', async () => {
  await maps.create({ metadata: { name: 'a' } });
  await maps.create({ metadata: { name: 'b', labels: { x: '1' } } });
  const plain = await watching({});
  assert.deepEqual(await plain.take(), ['ADDED a 1', 'ADDED b 2']);
  const marked = await watching({
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
    labelSelector: 'x=1',
  });
  assert.deepEqual(await marked.take(), ['ADDED b 2', 'END 2']);
  await maps.delete('b');
  assert.deepEqual(await marked.take(), ['DELETED b 3']);
  assert.deepEqual(await plain.take(), ['DELETED b 3']);
});

test('bookmarks tell how far a watch has come, to those who ask', async () => {
  const asking = await watching({ resourceVersion: now(), allowWatchBookmarks: true, labelSelector: 'x' });
  const other = await watching({ resourceVersion: now() });
  await maps.create({ metadata: { name: 'a' } });
  await asking.take();
  kit.clock.advance(60_000);
  assert.deepEqual(await asking.take(), ['BOOKMARK 1']);
  assert.deepEqual(await other.take(), ['ADDED a 1']);
  asking.watch.bookmark();
  other.watch.bookmark();
  assert.deepEqual(await asking.take(), ['BOOKMARK 1']);
  assert.deepEqual(await other.take(), []);
});

test('a watch from a compacted revision ends with 410', async () => {
  // Written past the cache, which has not been loaded: its own window of events begins later.
  const stored = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', namespace: 'default' } };
  for (const expectedRevision of [0, 1]) {
    const value = Buffer.from(JSON.stringify({ ...stored, data: { k: String(expectedRevision) } }));
    const key = '/registry/configmaps/default/a';
    await kit.engine.write({ type: 'put', key, value, expectedRevision, ttlSeconds: null, attachment: null });
  }
  await kit.engine.compact(2);
  const { take, state } = await watching({ resourceVersion: '1' });
  assert.deepEqual(await take(), ['ERROR 410 Expired too old resource version: 1 (2)']);
  assert.equal(state.ended, true);
  assert.deepEqual(await (await watching({ resourceVersion: '2' })).take(), []);
});

test('one who does not keep up is given the rest when it can take it', async () => {
  const { take, watch, state } = await watching({ resourceVersion: now() });
  state.open = false;
  for (const name of ['a', 'b', 'c']) {
    await maps.create({ metadata: { name } });
    await turn();
  }
  const first = await take();
  assert.ok(first.length < 3);
  state.open = true;
  watch.resume();
  assert.deepEqual([...first, ...(await take())], ['ADDED a 1', 'ADDED b 2', 'ADDED c 3']);
});

test('one who leaves while the present state is written to it is not watched for', async () => {
  await maps.create({ metadata: { name: 'a' } });
  await maps.create({ metadata: { name: 'b' } });
  const start = await prepareWatch(kit.registry, kit.resource('/v1/configmaps'), 'default', defaultListOptions);
  // So large that each is a batch of its own.
  const large: FrameEncoder = { ...encoder, frame: () => Buffer.alloc(300_000) };
  let watch: Watch | null = null;
  const sink: FrameSink = {
    write() {
      watch?.cancel();
      return watch !== null;
    },
    end: () => {},
  };
  watch = startWatch(start, large, sink);
  watch.resume();
  assert.equal(start.storage.cache.watcherCount(), 0);
});
