import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { OperatorError } from '../server/config.ts';
import { startKeelson } from './keelson.ts';

const coreOf = (kubeconfig: string): CoreV1Api => {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config.makeApiClient(CoreV1Api);
};

test('several servers stand side by side and leave nothing behind', async () => {
  const servers = await Promise.all([startKeelson(), startKeelson()]);
  const [one, two] = servers;
  assert.notEqual(one.port, two.port);
  assert.equal(readFileSync(one.kubeconfigPath, 'utf8'), one.kubeconfig);
  await coreOf(one.kubeconfig).createNamespace({ body: { metadata: { name: 'mine' } } });
  const names = async (kubeconfig: string) =>
    (await coreOf(kubeconfig).listNamespace()).items.map(({ metadata }) => metadata?.name);
  assert.ok((await names(one.kubeconfig)).includes('mine'));
  assert.ok(!(await names(two.kubeconfig)).includes('mine'));
  await Promise.all(servers.map((server) => server.stop()));
  for (const server of servers) assert.ok(!existsSync(server.kubeconfigPath));
  await one.stop();
});

test('others may be let in, with the rights that they are given', async () => {
  await using keelson = await startKeelson({ tokens: { secret: { user: 'jane', groups: ['system:masters'] } } });
  const jane = await coreOf(await keelson.kubeconfigFor('jane'))
    .listNamespace()
    .catch((error: { code: number }) => error);
  assert.equal('code' in jane && jane.code, 403);
  const masters = await coreOf(await keelson.kubeconfigFor('jane', ['system:masters'])).listNamespace();
  assert.ok(masters.items.length > 0);
});

test('a directory keeps the state', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keelson-kit-'));
  {
    await using first = await startKeelson({ dataDir });
    await coreOf(first.kubeconfig).createNamespace({ body: { metadata: { name: 'kept' } } });
  }
  await using second = await startKeelson({ dataDir });
  await coreOf(second.kubeconfig).readNamespace({ name: 'kept' });
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

test('what cannot work is told', async () => {
  await assert.rejects(startKeelson({ dataDir: '/dev/null/x' }), OperatorError);
  await assert.rejects(startKeelson({ runtimeConfig: { 'nothing/v1': true } }), OperatorError);
});

test('without control loops a namespace stays', async () => {
  await using keelson = await startKeelson({ controllers: false });
  const core = coreOf(keelson.kubeconfig);
  await core.createNamespace({ body: { metadata: { name: 'stays' } } });
  await core.deleteNamespace({ name: 'stays' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await core.readNamespace({ name: 'stays' })).status?.phase, 'Terminating');
});
