import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldsV1, KubeObject, ManagedFieldsEntry } from '../meta/object.ts';
import { compileType } from './compile.ts';
import { decode } from './decode.ts';
import { updateManagedFields } from './managed-fields.ts';
import { typeTable } from './types.ts';

const deployment = compileType(typeTable(), 'io.k8s.api.apps.v1.Deployment');
const configMap = compileType(typeTable(), 'io.k8s.api.core.v1.ConfigMap');
const pod = compileType(typeTable(), 'io.k8s.api.core.v1.Pod');
const T1 = '2024-01-01T00:00:01Z';
const T2 = '2024-01-01T00:00:02Z';

interface Write {
  manager?: string;
  now?: string;
  subresource?: string;
  resetFields?: string[];
}

function update(type: typeof pod, live: KubeObject | null, next: KubeObject, write: Write = {}): ManagedFieldsEntry[] {
  const { manager = 'm', now = T1, subresource = '', resetFields = [] } = write;
  const apiVersion = next.apiVersion ?? 'v1';
  return updateManagedFields({
    type,
    live,
    next,
    manager,
    operation: 'Update',
    apiVersion,
    subresource,
    now,
    resetFields,
  });
}

/** The object as it is stored: with the entries of the write. */
function written(type: typeof pod, live: KubeObject | null, next: KubeObject, write: Write = {}): KubeObject {
  const managedFields = update(type, live, next, write);
  return { ...next, metadata: { ...next.metadata, uid: 'u', managedFields } };
}

function sets(entries: readonly ManagedFieldsEntry[]): Record<string, FieldsV1 | undefined> {
  return Object.fromEntries(entries.map((entry) => [entry.manager, entry.fieldsV1]));
}

function map(data: Record<string, string>, metadata: object = {}): KubeObject {
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c', namespace: 'd', ...metadata }, data };
}

const DEPLOYMENT: KubeObject = {
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: { name: 'web', namespace: 'd', labels: { app: 'web' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'nginx',
            image: 'nginx',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            resources: { limits: { cpu: '1' } },
            env: [{ name: 'B', value: 'b' }],
          },
        ],
        restartPolicy: 'Always',
        securityContext: {},
      },
    },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  },
};

test('the creator owns every field, structs that Go always writes are owned by their parts', () => {
  const entries = update(deployment, null, structuredClone(DEPLOYMENT), {
    manager: 'kubectl-create',
    resetFields: ['status'],
  });
  assert.deepEqual(
    { ...entries[0], fieldsV1: undefined },
    {
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: T1,
      fieldsType: 'FieldsV1',
      fieldsV1: undefined,
    },
  );
  assert.equal(
    JSON.stringify(entries[0]?.fieldsV1),
    JSON.stringify({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"nginx"}': {
                '.': {},
                'f:env': { '.': {}, 'k:{"name":"B"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
                'f:image': {},
                'f:name': {},
                'f:ports': {
                  '.': {},
                  'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                },
                'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {} } },
              },
            },
            'f:restartPolicy': {},
            'f:securityContext': {},
          },
        },
      },
    }),
  );
});

test('an update that changes nothing keeps the entries, times included', () => {
  const live = written(deployment, null, structuredClone(DEPLOYMENT));
  const next = structuredClone(live);
  next.metadata.resourceVersion = '7';
  assert.deepEqual(update(deployment, live, next, { manager: 'other', now: T2 }), live.metadata.managedFields);
});

test('who changes a field takes it from its owner, who removes it takes it from all', () => {
  const live = written(configMap, null, map({ a: '1', b: '1', c: '1' }), { manager: 'creator' });
  const changed = written(configMap, live, map({ a: '1', b: '2', d: '1' }), { manager: 'editor', now: T2 });
  assert.deepEqual(sets(changed.metadata.managedFields ?? []), {
    creator: { 'f:data': { '.': {}, 'f:a': {} } },
    editor: { 'f:data': { 'f:b': {}, 'f:d': {} } },
  });
  assert.deepEqual(
    changed.metadata.managedFields?.map((entry) => entry.time),
    [T1, T2],
  );
});

test('a manager that changes more keeps one entry; versions and subresources are entries of their own', () => {
  const live = written(configMap, null, map({ a: '1' }));
  const more = written(configMap, live, map({ a: '1', b: '1' }), { now: T2 });
  assert.equal(more.metadata.managedFields?.length, 1);
  assert.equal(more.metadata.managedFields?.[0]?.time, T2);
  const viaStatus = update(configMap, more, map({ a: '2', b: '1' }), { subresource: 'status' });
  assert.deepEqual(
    viaStatus.map((entry) => [entry.subresource, entry.fieldsV1]),
    [
      ['status', { 'f:data': { 'f:a': {} } }],
      [undefined, { 'f:data': { '.': {}, 'f:b': {} } }],
    ],
  );
});

test('fields that the strategy resets are nobody’s', () => {
  const next = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'p', labels: { a: 'b' } },
    status: { phase: 'Running' },
  };
  const entries = update(pod, null, next, { resetFields: ['status', 'metadata.labels'] });
  assert.deepEqual(entries, []);
});

test('a client can forget the owners, restore them, and cannot break them', () => {
  const live = written(configMap, null, map({ a: '1' }));
  const entries = live.metadata.managedFields ?? [];
  const wish = (managedFields: unknown) => update(configMap, live, map({ a: '1' }, { uid: 'u', managedFields }));
  assert.deepEqual(wish([{}]), []);
  assert.deepEqual(wish([]), []);
  assert.deepEqual(wish(undefined), entries);
  assert.deepEqual(wish([{ manager: 'x', operation: 'Odd' }]), entries);
  assert.deepEqual(wish([{ ...entries[0], fieldsV1: { nonsense: {} } }]), entries);
  const given = { 'f:data': { 'f:b': {}, 'f:a': {} }, 'f:metadata': { 'f:finalizers': { 'v: "x"': {} } }, 'z:new': {} };
  const [mine] = wish([{ ...entries[0], manager: 'x', fieldsV1: given }]);
  assert.equal(
    JSON.stringify(mine?.fieldsV1),
    '{"f:data":{"f:a":{},"f:b":{}},"f:metadata":{"f:finalizers":{"v:\\"x\\"":{}}}}',
  );
});

test('objects without entries are not tracked until they are applied', () => {
  const live = map({ a: '1' }, { uid: 'u' });
  assert.deepEqual(update(configMap, live, map({ a: '2' }, { uid: 'u' })), []);
});

test('decoding keeps the wish to forget the owners', () => {
  const object = { metadata: { managedFields: [] } };
  decode(configMap, object, { unknownFields: 'ignore' });
  assert.deepEqual(object, { metadata: { managedFields: [] } });
});

test('more than ten updaters are put together, oldest first', () => {
  let live = written(configMap, null, map({ k0: '' }), { manager: 'm0', now: '2024-01-01T00:00:00Z' });
  for (let i = 1; i < 13; i++) {
    const data = { ...(live['data'] as Record<string, string>), [`k${i}`]: '' };
    const now = `2024-01-01T00:00:${String(i).padStart(2, '0')}Z`;
    live = written(configMap, live, map(data), { manager: `m${i}`, now });
  }
  const entries = live.metadata.managedFields ?? [];
  assert.equal(entries.length, 10);
  assert.deepEqual(
    { ...entries[0] },
    {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2024-01-01T00:00:03Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} } },
    },
  );
});

test('list items with the same key are owned as one', () => {
  const object = (ports: unknown[]): KubeObject => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', env: ports }] },
  });
  const live = written(
    pod,
    null,
    object([
      { name: 'X', value: '1' },
      { name: 'X', value: '2' },
    ]),
  );
  const env = (entries: readonly ManagedFieldsEntry[]) => {
    let node = entries[0]?.fieldsV1;
    for (const element of ['f:spec', 'f:containers', 'k:{"name":"a"}', 'f:env']) node = node?.[element];
    return node;
  };
  assert.deepEqual(env(live.metadata.managedFields ?? []), { '.': {}, 'k:{"name":"X"}': {} });
  const single = update(pod, live, object([{ name: 'X', value: '2' }]), { now: T2 });
  assert.deepEqual(env(single), { '.': {}, 'k:{"name":"X"}': { '.': {}, 'f:name': {}, 'f:value': {} } });
});

test('hostile keys are keys', () => {
  const data = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
  const entries = update(configMap, null, map(data));
  assert.equal(JSON.stringify(entries[0]?.fieldsV1), '{"f:data":{".":{},"f:__proto__":{},"f:constructor":{}}}');
});
