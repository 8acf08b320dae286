import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import type { Behavior } from '../../registry/definition.ts';
import { CONTEXT, createErrors, objectOf, updateErrors } from '../test-support.ts';
import { coreBehaviors } from './index.ts';

type Json = Record<string, unknown>;

function kind(name: string): Behavior {
  const found = coreBehaviors[`/${name}`];
  assert.ok(found !== undefined, name);
  return found;
}

function defaulted(behavior: Behavior, fields: Json, metadata: KubeObject['metadata'] = {}): KubeObject {
  const object = objectOf(fields, metadata);
  behavior.setDefaults?.(object);
  const again = structuredClone(object);
  behavior.setDefaults?.(again);
  assert.deepEqual(again, object, 'defaults are idempotent');
  return object;
}

test('every kind has one cell per column', () => {
  for (const [name, { printer }] of Object.entries(coreBehaviors)) {
    const object = objectOf({});
    const cells = printer.cells(object, CONTEXT.nowMs);
    assert.equal(cells.length, printer.columns.length, name);
    for (const cell of cells) assert.notEqual(cell, undefined, name);
  }
});

test('no behaviour fails on an object that has nothing', () => {
  for (const [name, behavior] of Object.entries(coreBehaviors)) {
    const object = objectOf({});
    const old = objectOf({});
    behavior.setDefaults?.(object);
    behavior.prepareForCreate?.(object, CONTEXT);
    assert.ok(Array.isArray(createErrors(behavior, object)), name);
    behavior.prepareForUpdate?.(object, old, CONTEXT);
    assert.ok(Array.isArray(updateErrors(behavior, object, old)), name);
    behavior.warnings?.(object, null);
    for (const label of Object.values(behavior.fieldLabels ?? {})) assert.equal(typeof label(object), 'string', name);
    for (const sub of Object.values(behavior.subresources)) {
      sub.prepareForUpdate(object, old, CONTEXT);
      sub.validateUpdate?.(object, old, CONTEXT);
    }
  }
});

const refused: [string, Json, KubeObject['metadata'], string][] = [
  ['configmaps', { data: { 'a b': '1' } }, {}, 'data[a b]: Invalid value: "a b": a valid config key must consist of'],
  [
    'configmaps',
    { data: { a: '1' }, binaryData: { a: 'YQ==' } },
    {},
    'data[a]: Invalid value: "a": duplicate of key present in binaryData',
  ],
  ['configmaps', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }, {}, '[]: Too long: may not be more than 1048576 bytes'],
  ['secrets', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, {}, 'data[tls.key]: Required value'],
  [
    'secrets',
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'W10=' } },
    {},
    'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
  [
    'secrets',
    { type: 'kubernetes.io/service-account-token' },
    {},
    'metadata.annotations[kubernetes.io/service-account.name]: Required value',
  ],
  ['services', {}, {}, 'spec.ports: Required value'],
  ['services', { spec: { ports: [{ port: 80 }, { port: 80 }] } }, {}, 'spec.ports[0].name: Required value'],
  [
    'services',
    { spec: { type: 'Nope', ports: [{ port: 80 }] } },
    {},
    'spec.type: Unsupported value: "Nope": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  ['services', { spec: { type: 'ExternalName' } }, {}, 'spec.externalName: Required value'],
  [
    'services',
    { spec: { ports: [{ port: 80, nodePort: 30000 }] } },
    {},
    "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  ],
  [
    'services',
    { spec: { ports: [{ port: 80 }], externalIPs: ['127.0.0.1'] } },
    {},
    'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  ],
  [
    'services',
    { spec: { ports: [{ port: 80 }], clusterIP: '1.2.3' } },
    {},
    'spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'services',
    { spec: { clusterIP: 'None', type: 'NodePort' } },
    {},
    'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
  ],
  [
    'nodes',
    { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    {},
    'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [
    'events',
    { involvedObject: { namespace: 'b' } },
    { namespace: 'a' },
    'involvedObject.namespace: Invalid value: "b": does not match event.namespace',
  ],
  [
    'events',
    { eventTime: '2024-01-01T00:00:00.000000Z', involvedObject: { namespace: 'a' } },
    { namespace: 'a' },
    'reportingComponent: Required value',
  ],
  ['endpoints', { subsets: [{}] }, {}, 'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
  [
    'limitranges',
    { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } },
    {},
    'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
  ],
  [
    'resourcequotas',
    { spec: { hard: { pods: '1.5' } } },
    {},
    'spec.hard[pods]: Invalid value: "1.5": must be an integer',
  ],
  [
    'resourcequotas',
    { spec: { hard: { services: '1' }, scopes: ['BestEffort'] } },
    {},
    'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  ],
  [
    'persistentvolumes',
    { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } } },
    {},
    'spec: Required value: must specify a volume type',
  ],
  [
    'persistentvolumeclaims',
    { spec: { accessModes: ['ReadWriteOnce'] } },
    {},
    'spec.resources[storage]: Required value',
  ],
  [
    'replicationcontrollers',
    { spec: { selector: { a: 'b' }, template: { metadata: { labels: { a: 'c' } } } } },
    {},
    'spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`',
  ],
  ['podtemplates', {}, {}, 'template.spec.containers: Required value'],
];

test('mistakes are refused in upstream words', () => {
  for (const [name, fields, metadata, expected] of refused) {
    const behavior = kind(name);
    const object = defaulted(behavior, fields, metadata);
    behavior.prepareForCreate?.(object, CONTEXT);
    const found = createErrors(behavior, object);
    assert.ok(
      found.some((text) => text.startsWith(expected)),
      `${name}: ${expected}\n  in ${found.join('\n     ')}`,
    );
  }
});

test('a namespace lives until its finalizers are gone', () => {
  const behavior = kind('namespaces');
  const object = defaulted(behavior, {}, { name: 'team' });
  behavior.prepareForCreate?.(object, CONTEXT);
  assert.deepEqual(object['spec'], { finalizers: ['kubernetes'] });
  assert.deepEqual(object.metadata.labels, { 'kubernetes.io/metadata.name': 'team' });
  assert.equal(behavior.holdsDeletion?.(object), true);
  behavior.beginDeletion?.(object);
  assert.deepEqual(object['status'], { phase: 'Terminating' });
  const update = objectOf({ spec: {} }, { name: 'team' });
  behavior.prepareForUpdate?.(update, object, CONTEXT);
  assert.deepEqual(update['spec'], { finalizers: ['kubernetes'] });
  const final = objectOf({ spec: {} }, { name: 'team' });
  behavior.subresources['finalize']?.prepareForUpdate(final, object, CONTEXT);
  assert.equal(behavior.holdsDeletion?.(final), false);
  assert.deepEqual(behavior.validateName('a.b', false).length, 1);
});

test('stringData becomes data, whatever its keys', () => {
  const fields = JSON.parse('{"data":{"a":"eA=="},"stringData":{"a":"y","__proto__":"z"}}') as Json;
  const object = defaulted(kind('secrets'), fields);
  assert.equal(JSON.stringify(object['data']), '{"a":"eQ==","__proto__":"eg=="}');
  assert.equal(object['stringData'], undefined);
  assert.equal(object['type'], 'Opaque');
});

test('immutable data stays', () => {
  for (const name of ['secrets', 'configmaps']) {
    const old = objectOf({ immutable: true, data: { a: 'YQ==' } });
    assert.deepEqual(updateErrors(kind(name), objectOf({ data: { a: 'Yg==' } }), old), [
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
    assert.deepEqual(updateErrors(kind(name), structuredClone(old), old), []);
  }
});

test('a service keeps what was allocated to it', () => {
  const behavior = kind('services');
  const ports = [{ port: 80, protocol: 'TCP', nodePort: 30080 }];
  const old = defaulted(behavior, {
    spec: {
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports,
    },
  });
  const apply = (spec: Json): [Json, string[]] => {
    const object = defaulted(behavior, { spec });
    behavior.prepareForUpdate?.(object, old, CONTEXT);
    return [object['spec'] as Json, updateErrors(behavior, object, old)];
  };
  const [same] = apply({ type: 'NodePort', ports: [{ port: 80 }, { name: 'b', port: 81 }] });
  assert.equal(same['clusterIP'], '10.0.0.1');
  assert.deepEqual(same['clusterIPs'], ['10.0.0.1']);
  assert.equal((same['ports'] as Json[])[0]?.['nodePort'], 30080);
  assert.equal((same['ports'] as Json[])[1]?.['nodePort'], undefined);
  const [internal, none] = apply({ ...(old['spec'] as Json), type: 'ClusterIP' });
  assert.equal((internal['ports'] as Json[])[0]?.['nodePort'], undefined);
  assert.equal(internal['externalTrafficPolicy'], undefined);
  assert.deepEqual(none, []);
  const [, moved] = apply({ ...(old['spec'] as Json), clusterIP: '10.0.0.2' });
  assert.deepEqual(moved, ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set']);
  const [external] = apply({ ...(old['spec'] as Json), type: 'ExternalName', externalName: 'a.b' });
  assert.equal(external['clusterIP'], undefined);
  assert.equal(external['ipFamilies'], undefined);
});

test('claims grow and volumes keep their source', () => {
  const claims = kind('persistentvolumeclaims');
  const spec = {
    accessModes: ['ReadWriteOnce'],
    volumeMode: 'Filesystem',
    volumeName: 'v',
    resources: { requests: { storage: '2Gi' } },
  };
  const old = objectOf({ spec, status: { phase: 'Bound', capacity: { storage: '2Gi' } } });
  const sized = (storage: string): string[] =>
    updateErrors(
      claims,
      objectOf({ spec: { ...spec, resources: { requests: { storage } } }, status: old['status'] }),
      old,
    );
  assert.deepEqual(sized('3Gi'), []);
  assert.deepEqual(sized('1Gi'), [
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
  ]);
  const moved = updateErrors(claims, objectOf({ spec: { ...spec, volumeName: 'w' }, status: old['status'] }), old);
  assert.match(
    moved[0] ?? '',
    /^spec: Forbidden: spec is immutable after creation except .*\n@@ .*\n- "VolumeName": "v",\n\+ "VolumeName": "w",\n/s,
  );
  const volumes = kind('persistentvolumes');
  const volume = defaulted(volumes, {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/a' } },
  });
  const other = structuredClone(volume) as KubeObject & { spec: { hostPath: Json } };
  other.spec.hostPath['path'] = '/b';
  assert.match(
    updateErrors(volumes, other, volume)[0] ?? '',
    /^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable/,
  );
});

test('rows of the other kinds', () => {
  const cases: [string, Json, KubeObject['metadata'], unknown[]][] = [
    [
      'services',
      {
        spec: {
          type: 'LoadBalancer',
          clusterIPs: ['10.0.0.1'],
          ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
        },
      },
      {},
      ['a', 'LoadBalancer', '10.0.0.1', '<pending>', '80:30080/TCP', '60m', '<none>'],
    ],
    [
      'services',
      { spec: { type: 'ExternalName', externalName: 'x.y' } },
      {},
      ['a', 'ExternalName', '<none>', 'x.y', '<none>', '60m', '<none>'],
    ],
    [
      'nodes',
      {
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [{ type: 'InternalIP', address: '1.1.1.1' }],
        },
      },
      { labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'a' } },
      [
        'a',
        'Ready,SchedulingDisabled',
        'a,worker',
        '60m',
        '',
        '1.1.1.1',
        '<none>',
        '<unknown>',
        '<unknown>',
        '<unknown>',
      ],
    ],
    [
      'events',
      {
        type: 'Normal',
        reason: 'R',
        message: ' m\n',
        involvedObject: { kind: 'Pod', name: 'p' },
        source: { component: 'k', host: 'h' },
        count: 3,
        lastTimestamp: '2024-01-02T03:03:05Z',
        firstTimestamp: '2024-01-02T02:04:05Z',
      },
      {},
      ['60s', 'Normal', 'R', 'pod/p', '', 'k, h', 'm', '60m', 3, 'a'],
    ],
    [
      'endpoints',
      { subsets: [{ addresses: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }], ports: [{ port: 1 }, { port: 2 }] }] },
      {},
      ['a', '1.1.1.1:1,1.1.1.2:1,1.1.1.1:2 + 1 more...', '60m'],
    ],
    [
      'persistentvolumes',
      {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          claimRef: { namespace: 'n', name: 'c' },
        },
        status: { phase: 'Bound' },
      },
      {},
      ['a', '1Gi', 'RWO,RWX', 'Retain', 'Bound', 'n/c', '', '<unset>', '', '60m', '<unset>'],
    ],
    [
      'resourcequotas',
      { status: { hard: { pods: '2', 'limits.cpu': '1' }, used: { pods: '1' } } },
      {},
      ['a', 'pods: 1/2', 'limits.cpu: 0/1', '60m'],
    ],
    ['limitranges', {}, {}, ['a', '2024-01-02T02:04:05Z']],
  ];
  for (const [name, fields, metadata, expected] of cases) {
    assert.deepEqual(kind(name).printer.cells(objectOf(fields, metadata), CONTEXT.nowMs), expected, name);
  }
});
