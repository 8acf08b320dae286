import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { decodeContinue } from '../meta/continue-token.ts';
import { defaultListOptions, type ListOptions } from '../meta/list-options.ts';
import { StatusError } from '../meta/status.ts';
import { get } from './get.ts';
import { type ListResult, list } from './list.ts';
import { createTestRegistry, type TestClient, type TestRegistry, testBehavior } from './test-registry.ts';

let kit: TestRegistry;
let maps: TestClient;

const podFields = {
  'spec.nodeName': (pod: object) => (pod as { spec?: { nodeName?: string } }).spec?.nodeName ?? '',
};

beforeEach(async () => {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: {
      '/configmaps': testBehavior(),
      '/pods': testBehavior({
        fieldLabels: podFields,
        fieldLabelAliases: { 'spec.host': 'spec.nodeName' },
        indexLabel: 'spec.nodeName',
        unknownFieldLabel: (label) => `field label not supported: ${label}`,
      }),
    },
  });
  maps = kit.on('/v1/configmaps', 'default');
});
after(() => kit.close());

async function listed(options: Partial<ListOptions> = {}, key = '/v1/configmaps', namespace = 'default') {
  return list(kit.registry, kit.resource(key), namespace, { ...defaultListOptions, ...options });
}

function names({ entries }: ListResult): string {
  return entries.map((entry) => entry.name).join('');
}

async function make(...all: readonly string[]): Promise<void> {
  for (const name of all) await maps.create({ metadata: { name } });
}

test('a list has its namespace in key order, at the newest revision', async () => {
  await make('b', 'a');
  await kit.on('/v1/configmaps', 'other').create({ metadata: { name: 'z' } });
  const result = await listed();
  assert.equal(names(result), 'ab');
  assert.equal(result.revision, kit.registry.store.currentRevision());
  assert.equal(names(await listed({}, '/v1/configmaps', '')), 'abz');
  assert.equal(names(await listed({ resourceVersion: '0', limit: 1 })), 'ab');
});

test('pages show one state: that of the first page', async () => {
  await make('a', 'b', 'c', 'd', 'e');
  const first = await listed({ limit: 2 });
  assert.equal(names(first), 'ab');
  assert.equal(first.remaining, 3);
  await make('bb');
  await maps.delete('c');
  await maps.patch('d', 'merge', { data: { k: 'v' } });
  const second = await listed({ limit: 2, continue: first.continueToken });
  assert.equal(names(second), 'cd');
  assert.equal(second.revision, first.revision);
  assert.equal(second.remaining, 1);
  assert.ok(second.entries.every((entry) => entry.revision <= first.revision));
  const third = await listed({ limit: 2, continue: second.continueToken });
  assert.equal(names(third), 'e');
  assert.equal(third.continueToken, '');
  assert.equal(third.remaining, null);
});

test('pages of a selector are full ones, of unknown rest', async () => {
  for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries())
    await maps.create({ metadata: { name, labels: { odd: String(i % 2) } } });
  const first = await listed({ limit: 2, labelSelector: 'odd=0' });
  assert.equal(names(first), 'ac');
  assert.equal(first.remaining, null);
  await maps.patch('e', 'merge', { metadata: { labels: { odd: '1' } } });
  const second = await listed({ limit: 2, labelSelector: 'odd=0', continue: first.continueToken });
  assert.equal(names(second), 'e');
  assert.equal(second.continueToken, '');
});

test('a token whose state is compacted is told to go on in the present one', async () => {
  await make('a', 'b', 'c', 'd');
  const first = await listed({ limit: 2 });
  await maps.delete('c');
  await make('e');
  await kit.engine.compact(Number(kit.registry.store.currentRevision()));
  const error = await listed({ limit: 2, continue: first.continueToken }).then(
    () => assert.fail('the state is gone'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError);
  assert.equal(error.code, 410);
  assert.equal(error.reason, 'Expired');
  assert.match(error.message, /^The provided continue parameter is too old to display a consistent list result\./);
  assert.deepEqual(decodeContinue(error.continueToken ?? ''), { revision: -1, start: 'default/b\0' });
  const rest = await listed({ limit: 1, continue: error.continueToken ?? '' });
  assert.equal(names(rest), 'd');
  assert.equal(rest.revision, kit.registry.store.currentRevision());
  assert.equal(names(await listed({ continue: rest.continueToken })), 'e');
});

test('an exact revision is listed as it was, and refused once it is gone or not there yet', async () => {
  await make('a', 'b');
  const before = String(kit.registry.store.currentRevision());
  await maps.delete('a');
  assert.equal(names(await listed({ resourceVersion: before, resourceVersionMatch: 'Exact' })), 'ab');
  assert.equal(names(await listed({ resourceVersion: before, limit: 5 })), 'ab');
  assert.equal(names(await listed({ resourceVersion: before })), 'b');
  await assert.rejects(listed({ resourceVersion: '999', resourceVersionMatch: 'Exact' }), {
    code: 504,
    message: /Too large resource version: 999, current: 3/,
  });
  await kit.engine.compact(Number(kit.registry.store.currentRevision()));
  await assert.rejects(listed({ resourceVersion: before, resourceVersionMatch: 'Exact' }), {
    code: 410,
    message: 'The resourceVersion for the provided list is too old.',
  });
});

test('selectors choose by labels, names and the fields of the kind', async () => {
  const pods = kit.on('/v1/pods', 'default');
  await pods.create({ metadata: { name: 'p', labels: { app: 'a' } }, spec: { nodeName: 'n1', containers: [] } });
  await pods.create({ metadata: { name: 'q', labels: { app: 'b' } }, spec: { nodeName: 'n2', containers: [] } });
  await pods.create({ metadata: { name: 'r' }, spec: { containers: [] } });
  const chosen = async (options: Partial<ListOptions>, namespace = 'default') =>
    names(await listed(options, '/v1/pods', namespace));
  assert.equal(await chosen({ labelSelector: 'app in (a,b)' }), 'pq');
  assert.equal(await chosen({ labelSelector: '!app' }), 'r');
  assert.equal(await chosen({ fieldSelector: 'spec.nodeName=n1' }), 'p');
  assert.equal(await chosen({ fieldSelector: 'spec.host=n2' }, ''), 'q');
  assert.equal(await chosen({ fieldSelector: 'spec.nodeName=' }), 'r');
  assert.equal(await chosen({ fieldSelector: 'spec.nodeName!=n1', labelSelector: 'app' }), 'q');
  assert.equal(await chosen({ fieldSelector: 'metadata.name=q' }, ''), 'q');
  assert.equal(await chosen({ fieldSelector: 'metadata.name=q,metadata.namespace=default' }, ''), 'q');
  assert.equal(await chosen({ fieldSelector: 'metadata.namespace=other' }), '');
  await assert.rejects(chosen({ fieldSelector: 'spec.x=1' }), {
    code: 400,
    message: 'field label not supported: spec.x',
  });
});

test('a get is as new as it is asked to be', async () => {
  await make('a');
  const resource = kit.resource('/v1/configmaps');
  const current = Number(kit.registry.store.currentRevision());
  for (const resourceVersion of ['', '0', String(current)])
    assert.equal((await get(kit.registry, resource, 'default', 'a', resourceVersion)).revision, current);
  const waiting = Promise.resolve(get(kit.registry, resource, 'default', 'a', String(current + 1)));
  await maps.patch('a', 'merge', { data: { k: 'v' } });
  assert.equal((await waiting).revision, current + 1);
  const never = Promise.resolve(get(kit.registry, resource, 'default', 'a', '999'));
  kit.clock.advance(3000);
  await assert.rejects(never, { code: 504, reason: 'Timeout', message: /Too large resource version: 999/ });
  assert.throws(() => get(kit.registry, resource, 'default', 'a', 'new'), { code: 400 });
});
