import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSilentLogger } from '../base/logger.ts';
import { createManualClock } from '../base/manual-clock.ts';
import type { KubeObject } from '../meta/object.ts';
import type { ApiClient } from './client.ts';
import { startClaimProtection, startVolumeProtection } from './volume-protection.ts';

const DELETED = '2024-01-02T03:04:05Z';

/** A server of these lists; what is updated is in `updated`, by path. */
function serving(lists: Readonly<Record<string, KubeObject[]>>) {
  const updated = new Map<string, readonly string[]>();
  const refuse = (): never => assert.fail('not asked for');
  const client: ApiClient = {
    get: refuse,
    create: refuse,
    mergePatch: refuse,
    apply: refuse,
    delete: refuse,
    list: async (path) => ({ items: lists[path] ?? [], metadata: { resourceVersion: '1' } }),
    async update(path, object) {
      updated.set(path, (object as KubeObject).metadata.finalizers ?? []);
      return object as KubeObject;
    },
    transport: { request: refuse, watch: () => ({ cancel: () => undefined }) },
  };
  return { client, updated };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('a deleted claim goes once no scheduled pod mounts it', async () => {
  const claim = (name: string, more: object = { deletionTimestamp: DELETED }): KubeObject => ({
    metadata: { name, namespace: 'a', finalizers: ['kubernetes.io/pvc-protection', 'x/y'], ...more },
  });
  const pod = (name: string, volume: object, nodeName = 'n'): KubeObject => ({
    metadata: { name, namespace: 'a' },
    spec: { nodeName, volumes: [volume] },
  });
  const mount = (claimName: string) => ({ name: 'v', persistentVolumeClaim: { claimName } });
  const pods = [
    pod('p', mount('used')),
    pod('q', mount('waiting'), ''),
    pod('r', { name: 'v', ephemeral: { volumeClaimTemplate: {} } }),
  ];
  const { client, updated } = serving({
    '/api/v1/persistentvolumeclaims': [claim('used'), claim('waiting'), claim('r-v'), claim('free'), claim('kept', {})],
    '/api/v1/namespaces/a/pods': pods,
  });
  const clock = createManualClock();
  const loop = startClaimProtection({ client, clock, logger: createSilentLogger() });
  await loop.synced;
  await settled();
  const path = '/api/v1/namespaces/a/persistentvolumeclaims';
  assert.deepEqual(Object.fromEntries(updated), { [`${path}/waiting`]: ['x/y'], [`${path}/free`]: ['x/y'] });
  pods.length = 0;
  clock.advance(1000);
  await settled();
  assert.ok(updated.has(`${path}/used`) && updated.has(`${path}/r-v`) && !updated.has(`${path}/kept`));
  await loop.stop();
});

test('a deleted volume goes once it is not bound', async () => {
  const volume = (name: string, phase: string): KubeObject => ({
    metadata: { name, finalizers: ['kubernetes.io/pv-protection'], deletionTimestamp: DELETED },
    status: { phase },
  });
  const { client, updated } = serving({
    '/api/v1/persistentvolumes': [volume('bound', 'Bound'), volume('free', 'Available')],
  });
  const loop = startVolumeProtection({ client, clock: createManualClock(), logger: createSilentLogger() });
  await loop.synced;
  await settled();
  assert.deepEqual(Object.fromEntries(updated), { '/api/v1/persistentvolumes/free': [] });
  await loop.stop();
});
