import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSilentLogger } from '../base/logger.ts';
import { createManualClock } from '../base/manual-clock.ts';
import type { KubeObject } from '../meta/object.ts';
import type { PolicyRule } from '../meta/rbac-types.ts';
import type { ApiClient } from './client.ts';
import { startClusterRoleAggregation } from './clusterrole-aggregation.ts';

const READ: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const WRITE: PolicyRule = { verbs: ['create'], apiGroups: [''], resources: ['pods'] };

function role(name: string, label: string, rules: readonly PolicyRule[]): KubeObject {
  return { metadata: { name, labels: { [label]: 'true' } }, rules };
}

function aggregate(name: string, label: string, ...chosen: readonly string[]): KubeObject {
  const clusterRoleSelectors = chosen.map((key) => ({ matchLabels: { [key]: 'true' } }));
  return { ...role(name, label, []), aggregationRule: { clusterRoleSelectors } };
}

/** Cluster roles as a server keeps them, in memory. */
function createRoles(first: readonly KubeObject[]) {
  const roles = new Map(first.map((object) => [object.metadata.name ?? '', object]));
  const applied: string[] = [];
  let line: ((text: string) => void) | null = null;
  const refuse = (): never => assert.fail('not asked for');
  const put = (object: KubeObject): void => {
    roles.set(object.metadata.name ?? '', object);
    line?.(JSON.stringify({ type: 'MODIFIED', object }));
  };
  const client: ApiClient = {
    get: refuse,
    create: refuse,
    update: refuse,
    mergePatch: refuse,
    delete: refuse,
    list: async () => ({ items: [...roles.values()], metadata: { resourceVersion: '1' } }),
    async apply(path, object, fieldManager) {
      const { metadata, rules } = object as KubeObject & { rules: PolicyRule[] };
      const { name = '' } = metadata;
      assert.equal(path, `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`);
      assert.equal(fieldManager, 'clusterrole-aggregation-controller');
      applied.push(name);
      const changed = { ...roles.get(name), rules } as KubeObject;
      put(changed);
      return changed;
    },
    transport: {
      request: refuse,
      watch(_path, _query, handlers) {
        line = handlers.line;
        return { cancel: () => undefined };
      },
    },
  };
  return {
    client,
    applied,
    put,
    remove(name: string): void {
      const object = roles.get(name);
      roles.delete(name);
      line?.(JSON.stringify({ type: 'DELETED', object }));
    },
    rulesOf: (name: string) => roles.get(name)?.['rules'],
  };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('aggregated roles follow what they choose, through others that are aggregated', async () => {
  const roles = createRoles([
    aggregate('admin', 'x', 'to-admin'),
    aggregate('edit', 'to-admin', 'to-edit'),
    role('reader', 'to-edit', [READ]),
  ]);
  const controller = startClusterRoleAggregation({
    client: roles.client,
    clock: createManualClock(),
    logger: createSilentLogger(),
  });
  await controller.synced;
  await settled();
  assert.deepEqual([roles.rulesOf('edit'), roles.rulesOf('admin')], [[READ], [READ]]);
  roles.put(role('writer', 'to-edit', [WRITE, READ]));
  await settled();
  assert.deepEqual(
    [roles.rulesOf('edit'), roles.rulesOf('admin')],
    [
      [READ, WRITE],
      [READ, WRITE],
    ],
  );
  roles.remove('reader');
  await settled();
  assert.deepEqual(roles.rulesOf('admin'), [WRITE, READ]);
  const writes = roles.applied.length;
  roles.put(role('other', 'elsewhere', [WRITE]));
  await settled();
  assert.equal(roles.applied.length, writes);
  await controller.stop();
});
