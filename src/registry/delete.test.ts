import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { defaultDeleteOptions } from '../meta/delete-options.ts';
import { defaultListOptions } from '../meta/list-options.ts';
import type { KubeObject } from '../meta/object.ts';
import { deleteCollection } from './delete-collection.ts';
import { entryObject } from './entry.ts';
import { createTestRegistry, TEST_USER, type TestClient, type TestRegistry, testBehavior } from './test-registry.ts';

let kit: TestRegistry;
let maps: TestClient;
let pods: TestClient;
let namespaces: TestClient;

const UNDER_WAY = 'under way';

function finalizersOf(object: KubeObject): string[] {
  return (object['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? [];
}

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: {
      '/configmaps': testBehavior(),
      '/pods': testBehavior({ generation: 'spec', gracePeriodSeconds: (_, requested) => requested ?? 30 }),
      '/namespaces': testBehavior({
        holdsDeletion: (object) => finalizersOf(object).length > 0,
        beginDeletion: (object) => Object.assign(object, { status: { phase: 'Terminating' } }),
        deletionUnderWay: UNDER_WAY,
        subresources: { finalize: { prepareForUpdate: () => {}, validateUpdate: null, resetFields: [] } },
      }),
    },
  });
  maps = kit.on('/v1/configmaps', 'default');
  pods = kit.on('/v1/pods', 'default');
  namespaces = kit.on('/v1/namespaces');
});
after(() => kit.close());

test('what nothing holds is gone at once, and answered at the revision of its end', async () => {
  await maps.create({ metadata: { name: 'a' } });
  const { entry, gone } = await maps.delete('a');
  assert.equal(gone, true);
  assert.equal(entry.revision, kit.registry.store.currentRevision());
  assert.equal(entryObject(entry).metadata.resourceVersion, String(entry.revision));
  await assert.rejects(maps.delete('a'), { code: 404, message: 'configmaps "a" not found' });
});

test('preconditions name the very object and version', async () => {
  const { metadata } = await maps.create({ metadata: { name: 'a' } });
  const { uid = '', resourceVersion = '' } = metadata;
  await assert.rejects(maps.delete('a', { preconditions: { uid: 'x', resourceVersion: null } }), {
    code: 409,
    message: `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (x) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
  });
  await assert.rejects(maps.delete('a', { preconditions: { uid, resourceVersion: '999' } }), {
    code: 409,
    message: new RegExp(`the ResourceVersion in the precondition \\(999\\) does not match .* \\(${resourceVersion}\\)`),
  });
  assert.equal((await maps.delete('a', { preconditions: { uid, resourceVersion } })).gone, true);
});

test('finalizers hold an object until the last is taken off', async () => {
  await maps.create({ metadata: { name: 'a', finalizers: ['example.com/x', 'example.com/y'] } });
  const { entry, gone } = await maps.delete('a');
  assert.equal(gone, false);
  const marked = entryObject(entry);
  assert.equal(marked.metadata.deletionTimestamp, '2024-01-02T03:04:05Z');
  assert.equal(marked.metadata.deletionGracePeriodSeconds, 0);
  // Again: nothing changes.
  assert.deepEqual(entryObject((await maps.delete('a')).entry), marked);
  await assert.rejects(maps.patch('a', 'merge', { metadata: { finalizers: ['example.com/x', 'example.com/z'] } }), {
    code: 422,
    message: /no new finalizers can be added if the object is being deleted/,
  });
  const kept = await maps.patch('a', 'merge', { metadata: { deletionTimestamp: null, finalizers: ['example.com/y'] } });
  assert.equal(kept.metadata.deletionTimestamp, '2024-01-02T03:04:05Z');
  const last = await maps.patch('a', 'merge', { metadata: { finalizers: null } });
  assert.equal(last.metadata.resourceVersion, kept.metadata.resourceVersion);
  assert.equal(await maps.find('a'), null);
});

test('propagation decides over the finalizers of the garbage collector', async () => {
  await maps.create({ metadata: { name: 'a', finalizers: ['orphan'] } });
  const { entry } = await maps.delete('a', { propagationPolicy: 'Foreground' });
  assert.deepEqual(entryObject(entry).metadata.finalizers, ['foregroundDeletion']);
  assert.equal((await maps.delete('a', { propagationPolicy: 'Background' })).gone, true);
});

test('grace is counted from the first delete, and can only become shorter when asked to', async () => {
  await pods.create({ metadata: { name: 'p' }, spec: { containers: [] } });
  const first = entryObject((await pods.delete('p', { gracePeriodSeconds: 60 })).entry);
  assert.equal(first.metadata.deletionTimestamp, '2024-01-02T03:05:05Z');
  assert.equal(first.metadata.deletionGracePeriodSeconds, 60);
  assert.equal(first.metadata.generation, 2);
  kit.clock.advance(5000);
  assert.deepEqual(entryObject((await pods.delete('p')).entry), first);
  assert.deepEqual(entryObject((await pods.delete('p', { gracePeriodSeconds: 90 })).entry), first);
  const shorter = entryObject((await pods.delete('p', { gracePeriodSeconds: 10 })).entry);
  assert.equal(shorter.metadata.deletionTimestamp, '2024-01-02T03:04:15Z');
  assert.equal(shorter.metadata.generation, 2);
  const least = entryObject((await pods.delete('p', { gracePeriodSeconds: -5 })).entry);
  assert.equal(least.metadata.deletionGracePeriodSeconds, 1);
  assert.equal((await pods.delete('p', { gracePeriodSeconds: 0 })).gone, true);
});

test('a namespace goes with the last of its own finalizers', async () => {
  await namespaces.create({ metadata: { name: 'n' }, spec: { finalizers: ['kubernetes'] } });
  const { entry, gone } = await namespaces.delete('n');
  assert.equal(gone, false);
  const marked = entryObject(entry);
  assert.deepEqual(marked['status'], { phase: 'Terminating' });
  assert.equal(marked.metadata.deletionGracePeriodSeconds, undefined);
  await assert.rejects(namespaces.delete('n'), {
    code: 409,
    message: `Operation cannot be fulfilled on namespaces "n": ${UNDER_WAY}`,
  });
  await namespaces.update({ ...marked, spec: {} }, { subresource: 'finalize' });
  assert.equal(await namespaces.find('n'), null);
});

test('a collection is deleted by selector, each object by its own rules', async () => {
  for (const [name, labels] of Object.entries({ a: { x: '1' }, b: { x: '1' }, c: { x: '2' } })) {
    await maps.create({ metadata: { name, labels, finalizers: name === 'b' ? ['example.com/f'] : [] } });
  }
  const request = {
    resource: kit.resource('/v1/configmaps'),
    subresource: '',
    namespace: 'default',
    name: '',
    caller: { user: TEST_USER, defaultFieldManager: 'test', warn: () => {} },
    dryRun: false,
    fieldManager: '',
    bodyBytes: 0,
    options: defaultDeleteOptions,
  };
  const deleted = await deleteCollection(kit.registry, request, { ...defaultListOptions, labelSelector: 'x=1' });
  assert.deepEqual(
    deleted.map((entry) => entry.name),
    ['a', 'b'],
  );
  assert.equal(await maps.find('a'), null);
  assert.ok((await maps.get('b')).metadata.deletionTimestamp);
  assert.ok(await maps.find('c'));
});
