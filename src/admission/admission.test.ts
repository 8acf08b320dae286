import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Status, StatusError, statusOf } from '../meta/status.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import { type AdmissionPlugin, createAdmission } from './chain.ts';
import { createNamespaceLifecycle } from './namespace-lifecycle.ts';
import { ADMISSION_ORDER, enabledPlugins } from './order.ts';

function attributes(more: Partial<AdmissionAttributes>): AdmissionAttributes {
  return {
    operation: 'CREATE',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: '',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    namespace: 'dev',
    name: 'p',
    user: { name: 'alice', uid: '', groups: [], extra: {} },
    dryRun: false,
    object: { metadata: { name: 'p' } },
    oldObject: null,
    warn: () => {},
    ...more,
  };
}

test("mutating plugins run in upstream's order, then the storage checks; validating ones likewise", async () => {
  const ran: string[] = [];
  const plugin = (name: string, slow: boolean): AdmissionPlugin => {
    const note = (phase: string) => {
      ran.push(`${phase} ${name}`);
      return slow ? Promise.resolve() : undefined;
    };
    return { name, mutate: () => note('mutate'), validate: () => note('validate') };
  };
  const check = { mutate: () => void ran.push('mutate check'), validate: null };
  for (const slow of [false, true]) {
    ran.length = 0;
    const chain = createAdmission([plugin('ResourceQuota', false), plugin('NamespaceLifecycle', slow)], [check]);
    const pending = chain.mutate?.(attributes({}));
    assert.equal(pending instanceof Promise, slow);
    await pending;
    await chain.validate?.(attributes({}));
    assert.deepEqual(ran, [
      'mutate NamespaceLifecycle',
      'mutate ResourceQuota',
      'mutate check',
      'validate NamespaceLifecycle',
      'validate ResourceQuota',
    ]);
  }
});

test('a phase with nothing to do is null; a plugin without a place is a bug', () => {
  assert.deepEqual(createAdmission([]), { mutate: null, validate: null });
  assert.throws(() => createAdmission([{ name: 'Mine', mutate: null, validate: null }]), /no place in the order/);
});

test('a refusal stops the chain', async () => {
  const refusing: AdmissionPlugin = {
    name: 'AlwaysDeny',
    mutate: async () => {
      throw new StatusError(403, 'Forbidden', 'no');
    },
    validate: null,
  };
  const never = { mutate: () => assert.fail('ran'), validate: null };
  await assert.rejects(async () => createAdmission([refusing], [never]).mutate?.(attributes({})), { message: 'no' });
});

test('the plugins that the flags leave on', () => {
  assert.equal(ADMISSION_ORDER.length, 41);
  assert.equal(enabledPlugins([], []).size, 27);
  const names = enabledPlugins(['AlwaysPullImages', 'Priority'], ['ResourceQuota']);
  assert.ok(names.has('AlwaysPullImages') && names.has('Priority') && !names.has('ResourceQuota'));
  assert.throws(() => enabledPlugins(['A', 'Priority'], ['Priority', 'B']), {
    message:
      'enable-admission-plugins plugin "A" is unknown, disable-admission-plugins plugin "B" is unknown, ' +
      '[Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  });
});

const phases: Record<string, string> = { dev: 'Active', old: 'Terminating' };

async function lifecycle(more: Partial<AdmissionAttributes>): Promise<Status | null> {
  const find = (name: string) => (Object.hasOwn(phases, name) ? { phase: phases[name]! } : null);
  const results: (Status | null)[] = [];
  for (const namespaceOf of [find, async (name: string) => find(name)]) {
    try {
      await createNamespaceLifecycle({ namespaceOf }).mutate?.(attributes(more));
      results.push(null);
    } catch (error) {
      assert.ok(error instanceof StatusError);
      results.push(statusOf(error));
    }
  }
  assert.deepEqual(results[0], results[1]);
  return results[0]!;
}

test('namespaces that are missing', async () => {
  const missing = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'namespaces "gone" not found',
    reason: 'NotFound',
    details: { name: 'gone', kind: 'namespaces' },
    code: 404,
  };
  assert.deepEqual(await lifecycle({ namespace: 'gone' }), missing);
  assert.deepEqual(await lifecycle({ namespace: 'gone', operation: 'UPDATE' }), missing);
  assert.equal((await lifecycle({ namespace: '__proto__' }))?.code, 404);
  assert.equal(await lifecycle({ namespace: 'gone', operation: 'DELETE' }), null);
  assert.equal(await lifecycle({ namespace: 'gone', operation: 'CONNECT' }), null);
  const review = { group: 'authorization.k8s.io', resource: 'localsubjectaccessreviews' };
  assert.equal(await lifecycle({ namespace: 'gone', ...review }), null);
});

test('namespaces on their way out', async () => {
  assert.deepEqual(await lifecycle({ namespace: 'old', group: 'apps', resource: 'deployments' }), {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message:
      'deployments.apps "p" is forbidden: unable to create new content in namespace old because it is being terminated',
    reason: 'Forbidden',
    details: {
      name: 'p',
      group: 'apps',
      kind: 'deployments',
      causes: [
        { reason: 'NamespaceTerminating', message: 'namespace old is being terminated', field: 'metadata.namespace' },
      ],
    },
    code: 403,
  });
  const unnamed = await lifecycle({ namespace: 'old', name: '', object: { metadata: { generateName: 'p-' } } });
  assert.match(unnamed?.message ?? '', /^pods "p-" is forbidden: /);
  assert.equal(await lifecycle({ namespace: 'old', operation: 'UPDATE' }), null);
  assert.equal(await lifecycle({ namespace: 'old', operation: 'DELETE' }), null);
  assert.equal(await lifecycle({ namespace: 'dev' }), null);
  assert.equal(await lifecycle({ namespace: '', resource: 'nodes' }), null);
});

test('namespaces that stay', async () => {
  const kind = { group: '', version: 'v1', kind: 'Namespace' };
  const remove = (name: string) =>
    lifecycle({ operation: 'DELETE', resource: 'namespaces', kind, name, namespace: name, object: null });
  for (const name of ['default', 'kube-system', 'kube-public']) {
    const status = await remove(name);
    assert.equal(status?.code, 403);
    assert.equal(status?.message, `namespaces "${name}" is forbidden: this namespace may not be deleted`);
    assert.deepEqual(status?.details, { name, kind: 'namespaces' });
  }
  assert.equal(await remove('kube-node-lease'), null);
  assert.equal(await lifecycle({ resource: 'namespaces', kind, namespace: 'new', name: 'new' }), null);
});
