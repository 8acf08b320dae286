import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/object.ts';
import { StatusError } from '../meta/status.ts';
import type { AdmissionAttributes, Operation } from '../registry/admission.ts';
import type { AdmissionPlugin } from './chain.ts';
import { type ClassObject, type ClassSource, createClassTable, type DefaultRule } from './classes.ts';
import { createDefaultIngressClass, ingressClassDefault } from './default-ingress-class.ts';
import { createDefaultStorageClass, storageClassDefault } from './default-storage-class.ts';
import { createDefaultTolerationSeconds } from './default-toleration-seconds.ts';
import { createPriority, type PriorityClassObject, priorityDefault } from './priority.ts';
import { createRuntimeClass, type RuntimeClassObject } from './runtime-class.ts';
import { createStorageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { createTaintNodesByCondition } from './taint-nodes-by-condition.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Write {
  readonly resource?: string;
  readonly group?: string;
  readonly operation?: Operation;
  readonly old?: KubeObject;
}

const PODS: Write = { resource: 'pods' };

/** The object as the plugin leaves it, or the reason of its refusal. */
async function run(plugin: AdmissionPlugin, object: Fields, write: Write = PODS): Promise<Fields | string> {
  const { resource = 'pods', group = '', operation = 'CREATE', old = null } = write;
  const copy = structuredClone({ metadata: { name: 'x' }, ...object });
  const attributes: AdmissionAttributes = {
    operation,
    group,
    version: 'v1',
    resource,
    subresource: '',
    kind: { group, version: 'v1', kind: '' },
    namespace: '',
    name: 'x',
    user: { name: 'alice', uid: '', groups: [], extra: {} },
    dryRun: false,
    object: copy,
    oldObject: old,
    warn: () => {},
  };
  try {
    await plugin.mutate?.(attributes);
    await plugin.validate?.(attributes);
    return copy;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.message.slice(error.message.indexOf(': ') + 2);
  }
}

function source<T extends ClassObject>(rule: DefaultRule<T> | null, ...objects: T[]): ClassSource<T> {
  const table = createClassTable(rule);
  for (const object of objects) table.put(object);
  return () => table;
}

const priorityClass = (name: string, value: number, globalDefault: boolean, preemptionPolicy: string) =>
  ({ metadata: { name }, value, globalDefault, preemptionPolicy }) satisfies PriorityClassObject;

test('a pod gets the priority of its class, of the default class, or 0', async () => {
  const high = priorityClass('high', 7, false, 'Never');
  const usual = priorityClass('usual', 3, true, 'PreemptLowerPriority');
  const lower = priorityClass('lower', 2, true, 'PreemptLowerPriority');
  const bare = createPriority({ priorityClasses: source(priorityDefault, high) });
  const full = createPriority({ priorityClasses: source(priorityDefault, high, usual, lower) });
  const ofHigh = { priorityClassName: 'high', priority: 7, preemptionPolicy: 'Never' };
  const [integer, text] = ['integer value of priority', 'string value of PreemptionPolicy'];
  const refused = (what: string, given: string | number, computed: string | number) =>
    `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
  const cases: [AdmissionPlugin, Fields, Fields | string][] = [
    [bare, {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
    [full, {}, { priorityClassName: 'lower', priority: 2, preemptionPolicy: 'PreemptLowerPriority' }],
    [full, { priorityClassName: 'high' }, ofHigh],
    [full, ofHigh, ofHigh],
    [full, { priorityClassName: 'none' }, 'no PriorityClass with name none was found'],
    [bare, { priority: 1 }, refused(integer, 1, 0)],
    [bare, { preemptionPolicy: '' }, refused(text, '', 'PreemptLowerPriority')],
    [full, { priorityClassName: 'high', preemptionPolicy: 'x' }, refused(text, 'x', 'Never')],
  ];
  for (const [plugin, spec, wanted] of cases) {
    const given = await run(plugin, { spec });
    assert.deepEqual(typeof given === 'string' ? given : given['spec'], wanted);
  }
  const old = { metadata: {}, spec: ofHigh };
  const updated = await run(bare, { spec: { priorityClassName: 'high' } }, { operation: 'UPDATE', old });
  assert.deepEqual((updated as Fields)['spec'], ofHigh);
});

test('one priority class at most is the default', async () => {
  const usual = priorityClass('x', 3, true, 'Never');
  const plugin = createPriority({ priorityClasses: source(priorityDefault, usual) });
  const write = { group: 'scheduling.k8s.io', resource: 'priorityclasses' };
  const why = 'PriorityClass x is already marked as default. Only one default can exist';
  assert.equal(await run(plugin, { globalDefault: true }, write), why);
  assert.equal(typeof (await run(plugin, { globalDefault: true }, { ...write, operation: 'UPDATE' })), 'object');
  assert.equal(typeof (await run(plugin, { globalDefault: false }, write)), 'object');
});

test('pods tolerate for five minutes that their node is away, unless they say otherwise', async () => {
  const added = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  const both = [added('node.kubernetes.io/not-ready'), added('node.kubernetes.io/unreachable')];
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists' };
  const other = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' };
  const cases: [Fields[] | undefined, Fields[]][] = [
    [undefined, both],
    [[own], [own, ...both.slice(1)]],
    [[other], [other, ...both]],
    [[{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  ];
  for (const operation of ['CREATE', 'UPDATE'] as const) {
    for (const [tolerations, wanted] of cases) {
      const spec = tolerations === undefined ? {} : { tolerations };
      const pod = await run(createDefaultTolerationSeconds(), { spec }, { operation });
      assert.deepEqual((pod as { spec: Fields }).spec['tolerations'], wanted);
    }
  }
});

test('marks that new objects get', async () => {
  const protection = createStorageObjectInUseProtection();
  const rows: [AdmissionPlugin, Write, Fields, Fields][] = [
    [protection, { resource: 'persistentvolumes' }, {}, { finalizers: ['kubernetes.io/pv-protection'] }],
    [
      protection,
      { resource: 'persistentvolumeclaims' },
      { finalizers: ['a/b'] },
      { finalizers: ['a/b', 'kubernetes.io/pvc-protection'] },
    ],
    [
      protection,
      { group: 'storage.k8s.io', resource: 'volumeattributesclasses' },
      {},
      { finalizers: ['kubernetes.io/vac-protection'] },
    ],
    [protection, { resource: 'persistentvolumes', operation: 'UPDATE' }, {}, {}],
  ];
  for (const [plugin, write, metadata, wanted] of rows) {
    assert.deepEqual(await run(plugin, { metadata }, write), { metadata: wanted });
  }
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  for (const taints of [[], [taint], [{ key: 'a', effect: 'NoExecute' }]]) {
    const node = await run(createTaintNodesByCondition(), { spec: { taints } }, { resource: 'nodes' });
    const rest = taints.filter(({ key }) => key === 'a');
    assert.deepEqual((node as Fields)['spec'], { taints: [...rest, taint] });
  }
});

test('claims and ingresses without a class get the default one', async () => {
  const marked = (name: string, annotation: string, creationTimestamp: string): ClassObject => ({
    metadata: { name, creationTimestamp, annotations: { [annotation]: 'true' } },
  });
  const [storage, beta, ingress] = [
    'storageclass.kubernetes.io/is-default-class',
    'storageclass.beta.kubernetes.io/is-default-class',
    'ingressclass.kubernetes.io/is-default-class',
  ] as const;
  const claims = { resource: 'persistentvolumeclaims' };
  const storageClasses = source(
    storageClassDefault,
    marked('old', storage, '2024-01-01T00:00:00Z'),
    marked('young-b', beta, '2025-01-01T00:00:00Z'),
    marked('young-a', storage, '2025-01-01T00:00:00Z'),
    { metadata: { name: 'unmarked', creationTimestamp: '2026-01-01T00:00:00Z' } },
  );
  const ofClaims = createDefaultStorageClass({ storageClasses });
  assert.deepEqual(await run(ofClaims, { spec: {} }, claims), {
    metadata: { name: 'x' },
    spec: { storageClassName: 'young-a' },
  });
  const annotated = { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': '' } }, spec: {} };
  for (const object of [annotated, { metadata: {}, spec: { storageClassName: '' } }]) {
    assert.deepEqual(await run(ofClaims, object, claims), object);
  }
  const ofIngresses = createDefaultIngressClass({
    ingressClasses: source(ingressClassDefault, marked('web', ingress, '')),
  });
  const ingresses = { group: 'networking.k8s.io', resource: 'ingresses' };
  const made = await run(ofIngresses, { spec: {} }, ingresses);
  assert.deepEqual((made as Fields)['spec'], { ingressClassName: 'web' });
  const old = { metadata: { annotations: { 'kubernetes.io/ingress.class': 'x' } }, spec: {} };
  assert.deepEqual(await run(ofIngresses, old, ingresses), old);
});

test('a pod gets overhead, node selector and tolerations of its runtime class', async () => {
  const heavy: RuntimeClassObject = {
    metadata: { name: 'heavy' },
    overhead: { podFixed: { cpu: '100m' } },
    scheduling: {
      nodeSelector: { vm: 'yes' },
      tolerations: [
        { key: 'vm', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 },
        { key: 'a', operator: 'Exists' },
      ],
    },
  };
  const plugin = createRuntimeClass({ runtimeClasses: source(null, heavy) });
  const [inner, wider] = [
    { key: 'vm', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
    { key: 'a', operator: 'Exists' },
  ];
  const equal = { key: 'a', operator: 'Equal', value: 'b' };
  const given = { runtimeClassName: 'heavy', overhead: { cpu: '0.1' }, tolerations: [inner, wider, equal] };
  const pod = await run(plugin, { spec: given });
  assert.deepEqual((pod as Fields)['spec'], {
    runtimeClassName: 'heavy',
    overhead: { cpu: '100m' },
    nodeSelector: { vm: 'yes' },
    tolerations: [wider, { ...inner, tolerationSeconds: 10 }],
  });
  const refusals: [Fields, string][] = [
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: 'heavy', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [
      { runtimeClassName: 'heavy', nodeSelector: { vm: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[vm] = yes; pod.spec.nodeSelector[vm] = no',
    ],
  ];
  for (const [spec, why] of refusals) assert.equal(await run(plugin, { spec }), why);
});
