import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createManualClock } from '../base/manual-clock.ts';
import type { CacheEvent, CacheSink, ResourceCache, Scope } from './cache.ts';
import { committed, put, remove, until } from './contract/helpers.ts';
import type { Engine, Revision } from './engine.ts';
import { createMemoryEngine } from './memory.ts';
import { createResourceCache } from './resource-cache.ts';
import { createStore } from './store.ts';

interface Pod {
  readonly key: string;
  readonly text: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly attachment: unknown;
}

const prefix = '/registry/pods/';
const all: Scope = { prefix, exact: false, index: null };
const inNamespace = (namespace: string): Scope => ({ prefix: `${prefix}${namespace}/`, exact: false, index: null });
const onNode = (index: string): Scope => ({ prefix, exact: false, index });

interface Recorder extends CacheSink<Pod> {
  readonly batches: (readonly CacheEvent<Pod>[])[];
  isOpen: boolean;
  end: unknown;
}

function record(): Recorder {
  const recorder: Recorder = {
    batches: [],
    isOpen: true,
    end: null,
    deliver(events) {
      recorder.batches.push(events);
      return recorder.isOpen;
    },
    ended: (reason) => {
      recorder.end = reason;
    },
  };
  return recorder;
}

const lines = (recorder: Recorder): string[] =>
  recorder.batches
    .flat()
    .map((event) => `${event.type} ${event.key.slice(prefix.length)} ${event.previous?.text}>${event.entry?.text}`);

describe('the resource cache', () => {
  let engine: Engine;
  let cache: ResourceCache<Pod>;
  const create = (windowEventsMax = 1000, windowBytesMax = 1_000_000): ResourceCache<Pod> =>
    createResourceCache<Pod>({
      engine,
      prefix,
      toEntry: (key, value, revision, createRevision, attachment) => ({
        key,
        text: value.toString(),
        revision,
        createRevision,
        attachment,
      }),
      // '<node>:<text>'
      indexOf: (pod) => pod.text.slice(0, Math.max(0, pod.text.indexOf(':'))),
      windowEventsMax,
      windowBytesMax,
    });
  const putPod = (name: string, text: string, revision: Revision = 0): Promise<Revision> =>
    committed(put(engine, prefix + name, text, revision));
  beforeEach(() => {
    engine = createMemoryEngine({ clock: createManualClock() });
    cache = create();
  });
  afterEach(async () => {
    cache.close();
    await engine.close();
  });
  const texts = (scope: Scope): string[] => cache.list(scope).entries.map((entry) => entry.text);

  it('loads what is there on first use, in pages, and follows', async () => {
    for (let index = 0; index < 1200; index++) put(engine, `${prefix}ns/${index}`, `${index}`, 0);
    await committed(put(engine, '/registry/podsets/x', 'other', 0));
    const loading = cache.ready();
    assert.ok(loading !== null);
    const late = putPod('ns/late', 'late');
    await loading;
    assert.equal(cache.ready(), null);
    const revision = await late;
    await cache.waitFor(revision);
    assert.equal(cache.count(all), 1201);
    assert.equal(cache.list(all).entries.length, 1201);
    assert.equal(cache.get(`${prefix}ns/late`)?.revision, revision);
    assert.equal(cache.get('/registry/podsets/x'), undefined);
  });

  it('shows a write before it is answered, with what its writer attached', async () => {
    await cache.ready();
    const attachment = { parsed: true };
    const write = { type: 'put', key: `${prefix}a/1`, value: Buffer.from('n:1'), expectedRevision: 0 } as const;
    const first = await committed(engine.write({ ...write, ttlSeconds: null, attachment }));
    const pod = { key: write.key, text: 'n:1', revision: first, createRevision: first, attachment };
    assert.deepEqual(cache.get(write.key), pod);
    const second = await putPod('a/1', 'n:2', first);
    assert.deepEqual(cache.get(write.key), { ...pod, text: 'n:2', revision: second, attachment: null });
    assert.equal(cache.revision(), second);
    const other = await committed(put(engine, '/registry/other', 'x', 0));
    assert.equal(cache.revision(), other);
    assert.equal(cache.waitFor(other), null);
    await committed(remove(engine, write.key, second));
    assert.equal(cache.get(write.key), undefined);
  });

  it('lists and counts by prefix, key and bucket, as of one revision', async () => {
    await cache.ready();
    const moving = await putPod('b/1', 'n1:b1');
    for (const [name, text] of [
      ['a/1', 'n1:a1'],
      ['a/2', 'n2:a2'],
      ['ab/1', ':ab1'],
    ] as const)
      await putPod(name, text);
    assert.deepEqual(texts(all), ['n1:a1', 'n2:a2', ':ab1', 'n1:b1']);
    assert.deepEqual(texts(inNamespace('a')), ['n1:a1', 'n2:a2']);
    assert.deepEqual(texts(onNode('n1')), ['n1:a1', 'n1:b1']);
    assert.deepEqual(texts({ ...inNamespace('a'), index: 'n1' }), ['n1:a1']);
    assert.deepEqual(texts({ prefix: `${prefix}a/2`, exact: true, index: null }), ['n2:a2']);
    assert.deepEqual(texts({ prefix: `${prefix}a/9`, exact: true, index: null }), []);
    assert.deepEqual([all, inNamespace('a'), onNode('n1'), onNode('n9')].map(cache.count), [4, 2, 2, 0]);
    const before = cache.list(all);
    await putPod('b/1', 'n2:b1', moving);
    assert.deepEqual(texts(onNode('n1')), ['n1:a1']);
    assert.deepEqual(texts(onNode('n2')), ['n2:a2', 'n2:b1']);
    assert.equal(before.entries[3]!.text, 'n1:b1');
    assert.ok(before.revision < cache.revision());
  });

  it('gives each watcher the events of its scope, and one array to all who want everything', async () => {
    await cache.ready();
    const scopes = { all, again: all, a: inNamespace('a'), n1: onNode('n1'), n2: onNode('n2') };
    const key: Scope = { prefix: `${prefix}a/1`, exact: true, index: null };
    const narrow: Scope = { ...inNamespace('b'), index: 'n1' };
    const start: Scope = { prefix: `${prefix}a/1`, exact: false, index: null };
    const sinks = Object.fromEntries(
      Object.entries({ ...scopes, key, narrow, start }).map(([name, scope]) => {
        const sink = record();
        cache.watch(scope, cache.revision(), sink);
        return [name, sink];
      }),
    );
    await Promise.resolve();
    const [first] = await Promise.all([putPod('a/1', 'n1:x'), putPod('b/1', 'n1:y'), putPod('a/12', ':z')]);
    const second = await putPod('a/1', 'n2:x', first);
    await committed(remove(engine, `${prefix}a/1`, second));
    const seen = Object.fromEntries(Object.entries(sinks).map(([name, sink]) => [name, lines(sink)]));
    const [create, b, z] = ['put a/1 undefined>n1:x', 'put b/1 undefined>n1:y', 'put a/12 undefined>:z'];
    const [move, gone] = ['put a/1 n1:x>n2:x', 'delete a/1 n2:x>undefined'];
    assert.deepEqual(seen, {
      all: [create, b, z, move, gone],
      again: [create, b, z, move, gone],
      a: [create, z, move, gone],
      n1: [create, b, move],
      n2: [move, gone],
      key: [create, move, gone],
      narrow: [b],
      start: [create, z, move, gone],
    });
    assert.equal(sinks['all']!.batches.length, 3, 'writes of one turn come as one batch');
    assert.equal(sinks['all']!.batches[0], sinks['again']!.batches[0]);
  });

  it('replays the window from any revision it holds', async () => {
    await cache.ready();
    const first = await putPod('a/1', '1');
    const second = await putPod('a/1', '2', first);
    const sink = record();
    const watcher = cache.watch(all, first, sink);
    assert.equal(sink.batches.length, 0, 'nothing is delivered before watch has returned');
    await putPod('a/1', '3', second);
    assert.deepEqual(lines(sink), ['put a/1 1>2', 'put a/1 2>3']);
    assert.equal(watcher.revision(), cache.revision());
  });

  it('keeps only a cursor of a slow watcher, which goes on from the window', async () => {
    await cache.ready();
    const sink = record();
    const watcher = cache.watch(inNamespace('a'), cache.revision(), sink);
    await Promise.resolve();
    sink.isOpen = false;
    const first = await putPod('a/1', '1');
    await putPod('b/1', 'other');
    await putPod('a/2', '2');
    assert.deepEqual(lines(sink), ['put a/1 undefined>1']);
    assert.equal(watcher.revision(), first);
    sink.isOpen = true;
    watcher.resume();
    assert.deepEqual(lines(sink), ['put a/1 undefined>1', 'put a/2 undefined>2']);
    await putPod('a/3', '3');
    assert.deepEqual(lines(sink).slice(2), ['put a/3 undefined>3']);
    assert.equal(watcher.revision(), cache.revision());
  });

  it('reads what the window has lost from the engine, with every event once', async () => {
    cache = create(10);
    await cache.ready();
    const sink = record();
    sink.isOpen = false;
    const watcher = cache.watch(onNode('n1'), cache.revision(), sink);
    await Promise.resolve();
    const expected: string[] = [];
    let [revision, text] = [0, 'undefined'];
    for (let index = 0; index < 2000; index++) {
      const next = `n${index % 3}:${index}`;
      revision = await putPod('a/1', next, revision);
      if (next.startsWith('n1') || text.startsWith('n1')) expected.push(`put a/1 ${text}>${next}`);
      text = next;
    }
    sink.isOpen = true;
    watcher.resume();
    await until(() => watcher.revision() === revision);
    assert.deepEqual(lines(sink), expected);
    await putPod('a/1', 'n1:end', revision);
    assert.equal(lines(sink).at(-1), `put a/1 ${text}>n1:end`);
  });

  it('ends a watcher whose place in history is gone', async () => {
    cache = create(1);
    await cache.ready();
    const first = await putPod('a/1', '1');
    const second = await putPod('a/1', '2', first);
    const third = await putPod('a/1', '3', second);
    await engine.compact(third);
    const sink = record();
    cache.watch(all, first, sink);
    await until(() => sink.end !== null);
    assert.deepEqual(sink.end, { kind: 'compacted', oldest: third });
    assert.equal(cache.watcherCount(), 0);
  });

  it('bounds the window by bytes', async () => {
    cache = create(1000, 5000);
    await cache.ready();
    const start = cache.revision();
    for (let index = 0; index < 10; index++) await putPod(`a/${index}`, 'x'.repeat(1000));
    await engine.compact(cache.revision());
    const [early, late] = [record(), record()];
    cache.watch(all, start, early);
    cache.watch(all, cache.revision() - 3, late);
    await until(() => early.end !== null);
    assert.equal(late.batches.flat().length, 3);
  });

  it('survives watchers that cancel, resume and watch from within a delivery', async () => {
    await cache.ready();
    const [first, second, third] = [record(), record(), record()];
    const watcher = cache.watch(all, cache.revision(), second);
    cache.watch(all, cache.revision(), {
      deliver(events) {
        first.deliver(events);
        if (first.batches.length === 1) cache.watch(all, cache.revision(), third);
        watcher.cancel();
        return true;
      },
      ended: first.ended,
    });
    await Promise.resolve();
    await putPod('a/1', '1');
    await putPod('a/2', '2');
    assert.equal(first.batches.length, 2);
    assert.ok(second.batches.length <= 1);
    assert.deepEqual(lines(third), ['put a/2 undefined>2']);
    assert.equal(cache.watcherCount(), 2);
  });

  it('skips events up to a revision that is still to come', async () => {
    await cache.ready();
    const sink = record();
    cache.watch(all, cache.revision() + 2, sink);
    for (const name of ['a/1', 'a/2', 'a/3']) await putPod(name, name);
    assert.deepEqual(lines(sink), ['put a/3 undefined>a/3']);
  });

  it('ends watchers and waits when it closes', async () => {
    await cache.ready();
    const sink = record();
    cache.watch(all, cache.revision(), sink);
    const waiting = cache.waitFor(cache.revision() + 1);
    await engine.close();
    assert.deepEqual(sink.end, { kind: 'closed' });
    await assert.rejects(async () => waiting, { name: 'StoreClosedError' });
    await assert.rejects(async () => cache.ready(), { name: 'StoreClosedError' });
  });

  it('is made once per prefix by a store', async () => {
    const store = createStore({ engine });
    const toEntry = (key: string): string => key;
    const pods = store.cacheFor(prefix, toEntry, null);
    assert.throws(() => store.cacheFor(prefix, toEntry, null), /there is a cache/);
    await pods.ready();
    await putPod('a/1', '1');
    assert.deepEqual(pods.list(all).entries, [`${prefix}a/1`]);
    pods.close();
    store.cacheFor(prefix, toEntry, null);
    await store.close();
  });
});
