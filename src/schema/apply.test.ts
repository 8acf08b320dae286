import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { StatusError } from '../meta/status.ts';
import { compileType } from './compile.ts';
import { serverSideApply, updateManagedFields } from './managed-fields.ts';
import { typeTable } from './types.ts';

const deployment = compileType(typeTable(), 'io.k8s.api.apps.v1.Deployment');
const T1 = '2024-01-01T00:00:01Z';
const T2 = '2024-01-01T00:00:02Z';

interface Who {
  manager?: string;
  force?: boolean;
  now?: string;
}

function container(name: string, rest: object = {}): Record<string, unknown> {
  return { name, image: 'i', ...rest };
}

function web(spec: object, metadata: object = {}): KubeObject {
  return { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web', namespace: 'd', ...metadata }, spec };
}

function pods(containers: unknown[], spec: object = {}): object {
  return { template: { spec: { containers } }, ...spec };
}

/** Applies and returns the object as it is stored. */
function apply(live: KubeObject | null, config: KubeObject, who: Who = {}): KubeObject {
  const { manager = 'a', force = false, now = T1 } = who;
  const before = structuredClone([live, config]);
  const { object, managedFields } = serverSideApply({
    type: deployment,
    live,
    config,
    manager,
    force,
    apiVersion: 'apps/v1',
    subresource: '',
    now,
  });
  assert.deepEqual([live, config], before, 'inputs stay as they were');
  return { ...object, metadata: { ...object.metadata, uid: 'u', managedFields } };
}

function update(live: KubeObject | null, next: KubeObject, manager: string, now = T1): KubeObject {
  const managedFields = updateManagedFields({
    type: deployment,
    live,
    next,
    manager,
    operation: 'Update',
    apiVersion: 'apps/v1',
    subresource: '',
    now,
    resetFields: [],
  });
  return { ...next, metadata: { ...next.metadata, uid: 'u', managedFields } };
}

function conflictOf(action: () => unknown): StatusError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return error;
  }
  throw new assert.AssertionError({ message: 'no conflict' });
}

function names(object: KubeObject): string[] {
  const spec = object['spec'] as { template: { spec: { containers: { name: string }[] } } };
  return spec.template.spec.containers.map((item) => item.name);
}

test('the first apply creates, and owns what it says', () => {
  const object = apply(null, web(pods([container('c', { ports: [{ containerPort: 80 }] })]), { labels: { a: 'b' } }));
  assert.deepEqual(object.metadata.managedFields, [
    {
      manager: 'a',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      time: T1,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:a': {} } },
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"c"}': {
                  '.': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                },
              },
            },
          },
        },
      },
    },
  ]);
});

test('applying the same again keeps the time', () => {
  const live = apply(null, web({ replicas: 1 }));
  const again = apply(live, web({ replicas: 1 }), { now: T2 });
  assert.deepEqual(again.metadata.managedFields, live.metadata.managedFields);
});

test('what a manager applies no longer goes, unless another owns it', () => {
  const first = apply(null, web(pods([container('x'), container('y')], { replicas: 1, paused: true })));
  const shared = apply(first, web({ paused: true }), { manager: 'b' });
  const second = apply(shared, web(pods([container('x')])), { now: T2 });
  assert.deepEqual(names(second), ['x']);
  assert.deepEqual(second['spec'], { ...pods([container('x')]), paused: true });
});

test('an empty configuration takes everything back', () => {
  const first = apply(
    null,
    web(pods([container('x')], { replicas: 1 }), { labels: { a: '1' }, annotations: { b: '2' } }),
  );
  const second = apply(first, { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web', namespace: 'd' } });
  assert.deepEqual(second, {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'web', namespace: 'd', uid: 'u', managedFields: [] },
  });
});

test('fields that updaters own stay in items that an applier drops only in part', () => {
  const first = apply(null, web(pods([container('x', { env: [{ name: 'A', value: '1' }] })])));
  const edited = update(
    first,
    web(pods([container('x', { env: [{ name: 'A', value: '1' }], tty: true })]), first.metadata),
    'editor',
    T2,
  );
  const second = apply(edited, web(pods([container('x')])));
  assert.deepEqual(second['spec'], pods([container('x', { tty: true })]));
});

test('one conflict is said in one line, several in a list by manager', () => {
  const live = update(
    null,
    web(pods([container('x')], { replicas: 1 }), { labels: { a: '1' } }),
    'kubectl-client-side-apply',
  );
  const one = conflictOf(() => apply(live, web({ replicas: 2 })));
  assert.equal(
    one.message,
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
  );
  assert.equal(one.code, 409);
  assert.equal(one.reason, 'Conflict');
  assert.deepEqual(one.details?.causes, [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-client-side-apply" using apps/v1',
      field: '.spec.replicas',
    },
  ]);
  const applied = apply(live, web({ paused: true }), { manager: 'b' });
  const several = conflictOf(() =>
    apply(applied, web(pods([container('x', { image: 'j' })], { replicas: 2, paused: false }))),
  );
  assert.equal(
    several.message,
    [
      'Apply failed with 3 conflicts: conflicts with "b":',
      '- .spec.paused',
      'conflicts with "kubectl-client-side-apply" using apps/v1:',
      '- .spec.replicas',
      '- .spec.template.spec.containers[name="x"].image',
    ].join('\n'),
  );
});

test('force takes the fields; agreeing shares them', () => {
  const live = apply(null, web({ replicas: 1, paused: true }), { manager: 'b' });
  const agreed = apply(live, web({ replicas: 1 }), { now: T2 });
  assert.deepEqual(
    agreed.metadata.managedFields?.map((entry) => [entry.manager, entry.time, entry.fieldsV1]),
    [
      ['a', undefined, { 'f:spec': { 'f:replicas': {} } }],
      ['b', T1, { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }],
    ],
  );
  const forced = apply(live, web({ replicas: 2 }), { force: true, now: T2 });
  assert.deepEqual(
    forced.metadata.managedFields?.map((entry) => [entry.manager, entry.time, entry.fieldsV1]),
    [
      ['b', T1, { 'f:spec': { 'f:paused': {} } }],
      ['a', T2, { 'f:spec': { 'f:replicas': {} } }],
    ],
  );
});

test('untracked objects belong to before-first-apply', () => {
  const live = web({ replicas: 1 }, { uid: 'u', labels: { a: '1' } });
  const object = apply(live, web({ paused: true }));
  assert.deepEqual(
    object.metadata.managedFields?.map((entry) => [entry.manager, entry.operation, entry.fieldsV1]),
    [
      ['a', 'Apply', { 'f:spec': { 'f:paused': {} } }],
      [
        'before-first-apply',
        'Update',
        { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } }, 'f:spec': { 'f:replicas': {} } },
      ],
    ],
  );
});

test('kubectl takes over what it applied on the client’s side', () => {
  const key = 'kubectl.kubernetes.io/last-applied-configuration';
  const config = web({ replicas: 1 });
  const annotations = { [key]: `${JSON.stringify(config)}\n` };
  const live = update(null, web({ replicas: 1 }, { annotations }), 'kubectl-client-side-apply');
  const moved = apply(live, web({ replicas: 2 }), { manager: 'kubectl' });
  assert.equal(
    moved.metadata.annotations?.[key],
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"d"},"spec":{"replicas":2}}\n',
  );
  const changed = update(live, web({ replicas: 5 }, live.metadata), 'scaler', T2);
  assert.equal(
    conflictOf(() => apply(changed, web({ replicas: 2 }), { manager: 'kubectl' })).message,
    'Apply failed with 1 conflict: conflict with "scaler" using apps/v1: .spec.replicas',
  );
  conflictOf(() => apply(live, web({ replicas: 2 }), { manager: 'helm' }));
});

test('applied items stand in their order, others keep their places among them', () => {
  const live = update(null, web(pods(['a', 'b', 'c', 'd'].map((name) => container(name)))), 'u');
  const merged = (applied: string[]) => names(apply(live, web(pods(applied.map((name) => container(name))))));
  assert.deepEqual(merged(['c', 'x', 'b']), ['a', 'c', 'd', 'x', 'b']);
  assert.deepEqual(merged(['x']), ['a', 'b', 'c', 'd', 'x']);
  assert.deepEqual(merged(['d', 'a']), ['b', 'c', 'd', 'a']);
  assert.deepEqual(merged(['x', 'a']), ['x', 'a', 'b', 'c', 'd']);
});

test('atomic lists and maps are replaced, map members merged', () => {
  const affinity = (weight: number) => ({
    nodeSelectorTerms: [{ matchFields: [{ key: 'a', operator: 'Exists', values: [`${weight}`] }] }],
  });
  const spec = (weight: number, selector: object) => ({
    template: {
      spec: {
        containers: [],
        nodeSelector: selector,
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: affinity(weight) } },
      },
    },
  });
  const live = apply(null, web(spec(1, { a: '1' })));
  const object = apply(live, web(spec(2, { b: '1' })), { manager: 'b', force: true });
  assert.deepEqual(object['spec'], spec(2, { b: '1' }));
});

test('configurations that break their keys or bring entries are refused', () => {
  assert.equal(
    conflictOf(() => apply(null, web(pods([container('x'), container('x')])))).message,
    'failed to create typed patch object (d/web; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="x"]',
  );
  assert.equal(
    conflictOf(() => apply(null, web({}, { managedFields: [] }))).message,
    'metadata.managedFields must be nil',
  );
});
