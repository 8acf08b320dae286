/**
 * An informer of the official JavaScript client follows random writes and ends with exactly what the server has.
 * `KEELSON_LONG_TESTS=1` lets it run for some minutes.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';

/** Of each of the writers. */
const STEPS = process.env['KEELSON_LONG_TESTS'] === undefined ? 150 : 10_000;
const PATH = '/api/v1/namespaces/default/configmaps';
const NAMES = 40;

let keelson: Keelson;
let core: CoreV1Api;
let config: KubeConfig;

before(async () => {
  keelson = await startKeelson();
  config = new KubeConfig();
  config.loadFromString(keelson.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});
after(() => keelson.stop());

it('an informer ends with what the server has', async () => {
  const list = () => core.listNamespacedConfigMap({ namespace: 'default' });
  const informer = makeInformer(config, PATH, list);
  const seen = new Map<string, string>();
  const problems: string[] = [];
  const note = (object: V1ConfigMap): [string, string] => [
    object.metadata?.name ?? '',
    object.metadata?.resourceVersion ?? '',
  ];
  let events = 0;
  informer.on('add', (object) => {
    events++;
    seen.set(...note(object));
  });
  informer.on('update', (object) => {
    events++;
    const [name, revision] = note(object);
    if (Number(seen.get(name) ?? 0) > Number(revision)) problems.push(`${name} went back to ${revision}`);
    seen.set(name, revision);
  });
  informer.on('delete', (object) => {
    events++;
    seen.delete(note(object)[0]);
  });
  informer.on('error', (error: unknown) => {
    problems.push(String(error));
  });
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'before' } } });
  await informer.start();

  await Promise.all(Array.from({ length: 4 }, (_, index) => writeAtRandom(index)));
  const { items } = await list();
  const truth = new Map(items.map(note));
  for (let left = 1000; left > 0 && !same(seen, truth); left--) await new Promise((resolve) => setTimeout(resolve, 20));
  await informer.stop();

  assert.deepEqual([...seen].sort(), [...truth].sort());
  assert.deepEqual(informer.list().map(note).sort(), [...truth].sort());
  assert.deepEqual(problems, []);
  assert.ok(events > 100, `${events} events`);
});

/** Each writer has names of its own, so that it knows what is there. */
async function writeAtRandom(writer: number): Promise<void> {
  const there = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const name = `w${writer}-${(step * 7919) % NAMES}`;
    const body = { metadata: { name }, data: { step: String(step) } };
    if (!there.has(name)) {
      await core.createNamespacedConfigMap({ namespace: 'default', body });
      there.add(name);
    } else if (step % 3 === 0) {
      await core.deleteNamespacedConfigMap({ namespace: 'default', name });
      there.delete(name);
    } else {
      await core.replaceNamespacedConfigMap({ namespace: 'default', name, body });
    }
  }
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, revision]) => b.get(name) === revision);
}
