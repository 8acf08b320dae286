import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldErrorText } from '../../meta/field-error.ts';
import type { KubeObject } from '../../meta/object.ts';
import type { WriteContext } from '../../registry/definition.ts';
import { pods } from './pods.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const context: WriteContext = {
  apiVersion: 'v1',
  user: { name: 'a', uid: '', groups: [], extra: {} },
  now: '2026-01-01T12:00:00Z',
  nowMs: NOW,
  dryRun: false,
  uuid: () => '00000000-0000-4000-8000-000000000000',
};

type Json = Record<string, unknown>;

function pod(spec: Json, metadata: Json = {}, status?: Json): KubeObject {
  const object: KubeObject = { metadata: { name: 'a', namespace: 'default', ...metadata }, spec };
  if (status !== undefined) object['status'] = status;
  return object;
}

function defaulted(spec: Json, metadata: Json = {}): KubeObject {
  const object = pod(structuredClone(spec), metadata);
  pods.setDefaults?.(object);
  return object;
}

function messages(object: KubeObject): string[] {
  return (pods.validate?.(object, context) ?? []).map(fieldErrorText);
}

const plain = { containers: [{ name: 'c', image: 'nginx' }] };

test('defaults are those of the versioned API', () => {
  const object = defaulted({
    hostNetwork: true,
    containers: [
      {
        name: 'c',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80 }],
        resources: { limits: { cpu: '1' } },
        readinessProbe: { httpGet: { port: 80 } },
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      },
    ],
    volumes: [{ name: 'v' }, { name: 's', secret: { secretName: 'x' } }],
  });
  assert.deepEqual(object['spec'], {
    hostNetwork: true,
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    containers: [
      {
        name: 'c',
        image: 'nginx:1.27',
        imagePullPolicy: 'IfNotPresent',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }],
        resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
        readinessProbe: {
          httpGet: { port: 80, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
      },
    ],
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 's', secret: { secretName: 'x', defaultMode: 420 } },
    ],
  });
  const again = structuredClone(object);
  pods.setDefaults?.(again);
  assert.deepEqual(again, object);
});

test('an image without a tag is always pulled', () => {
  const cases: [string, string][] = [
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:0', 'IfNotPresent'],
    ['Nginx', 'IfNotPresent'],
    ['', 'IfNotPresent'],
  ];
  for (const [image, policy] of cases) {
    const object = defaulted({ containers: [{ name: 'c', image }] }) as unknown as {
      spec: { containers: [{ imagePullPolicy: string }] };
    };
    assert.equal(object.spec.containers[0].imagePullPolicy, policy, image);
  }
});

test('a valid pod passes', () => {
  assert.deepEqual(messages(defaulted(plain)), []);
});

test('mistakes are refused in upstream words', () => {
  const cases: [Json, string][] = [
    [{ containers: [] }, 'spec.containers: Required value'],
    [{}, 'spec.containers: Required value'],
    [{ containers: [{ name: 'c' }] }, 'spec.containers[0].image: Required value'],
    [
      { ...plain, restartPolicy: 'Maybe' },
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
    ],
    [{ containers: [plain.containers[0], plain.containers[0]] }, 'spec.containers[1].name: Duplicate value: "c"'],
    [
      { containers: [{ name: 'c', image: 'a', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] },
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      { containers: [{ name: 'c', image: 'a', resources: { requests: { constructor: '1' } } }] },
      'spec.containers[0].resources.requests[constructor]: Invalid value: "constructor": must be a standard resource for containers',
    ],
    [
      { containers: [{ name: 'c', image: 'a', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      { containers: [{ name: 'c', image: 'a', ports: [{ containerPort: 70000 }] }] },
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      { ...plain, volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] },
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [
      { ...plain, activeDeadlineSeconds: 0 },
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    [
      { containers: [{ name: 'c', image: 'a', livenessProbe: {} }] },
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      { ...plain, ephemeralContainers: [{ name: 'e', image: 'a' }] },
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ];
  for (const [spec, expected] of cases) {
    const found = messages(defaulted(spec));
    assert.ok(found.includes(expected), `${expected}\n  in ${found.join('\n     ')}`);
  }
});

test('status and quality of service are the server’s', () => {
  const cases: [Json, string][] = [
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '0.5', memory: '1Gi' } }, 'Guaranteed'],
  ];
  for (const [resources, qosClass] of cases) {
    const object = defaulted({ containers: [{ name: 'c', image: 'a', resources }] });
    object['status'] = { phase: 'Running' };
    pods.prepareForCreate?.(object, context);
    assert.deepEqual(object['status'], { phase: 'Pending', qosClass });
  }
});

test('label keys become part of the selectors', () => {
  const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'a' } }, matchLabelKeys: ['hash', 'none'] };
  const object = defaulted(
    { ...plain, affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
    { labels: { hash: '1' } },
  );
  pods.prepareForCreate?.(object, context);
  assert.match(
    JSON.stringify(object['spec']),
    /"matchExpressions":\[\{"key":"hash","operator":"In","values":\["1"\]\}\]/,
  );
});

test('an update may change images and little else', () => {
  const old = defaulted(plain);
  const image = structuredClone(old) as unknown as { spec: { containers: [{ image: string; resources?: Json }] } };
  image.spec.containers[0].image = 'nginx:2';
  image.spec.containers[0].resources = {};
  assert.deepEqual(pods.validateUpdate?.(image as unknown as KubeObject, old, context), []);
  const policy = structuredClone(old) as unknown as { spec: Json };
  policy.spec['dnsPolicy'] = 'Default';
  const [error, ...others] = pods.validateUpdate?.(policy as unknown as KubeObject, old, context) ?? [];
  assert.deepEqual(others, []);
  assert.match(
    fieldErrorText(error!),
    /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/,
  );
  assert.match(fieldErrorText(error!), /\n- "DNSPolicy": "ClusterFirst",\n\+ "DNSPolicy": "Default",\n/);
});

test('tolerations may be added, gates removed, gated pods narrowed', () => {
  const old = defaulted({
    ...plain,
    schedulingGates: [{ name: 'a' }, { name: 'b' }],
    tolerations: [{ key: 'k', operator: 'Exists' }],
  });
  const wide = structuredClone(old) as unknown as { spec: Json };
  Object.assign(wide.spec, { schedulingGates: [{ name: 'b' }], nodeSelector: { disk: 'ssd' } });
  wide.spec['tolerations'] = [
    { key: 'k', operator: 'Exists', tolerationSeconds: 1, effect: undefined },
    { operator: 'Exists' },
  ];
  const problems = (pods.validateUpdate?.(wide as unknown as KubeObject, old, context) ?? []).map(fieldErrorText);
  assert.deepEqual(problems, [
    'spec.tolerations[0].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ]);
  const gate = structuredClone(old) as unknown as { spec: Json };
  gate.spec['schedulingGates'] = [{ name: 'c' }];
  const refused = (pods.validateUpdate?.(gate as unknown as KubeObject, old, context) ?? []).map(fieldErrorText);
  assert.deepEqual(refused, [
    "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'",
  ]);
});

test('grace is for pods that run', () => {
  const grace = pods.gracePeriodSeconds!;
  assert.equal(grace(pod({ terminationGracePeriodSeconds: 30 }), null), 0);
  assert.equal(grace(pod({ terminationGracePeriodSeconds: 30, nodeName: 'n' }), null), 30);
  assert.equal(grace(pod({ terminationGracePeriodSeconds: 30, nodeName: 'n' }), 5), 5);
  assert.equal(grace(pod({ terminationGracePeriodSeconds: -1, nodeName: 'n' }), null), 1);
  assert.equal(grace(pod({ nodeName: 'n' }, {}, { phase: 'Succeeded' }), 30), 0);
});

test('rows say what a pod is doing', () => {
  const created = { creationTimestamp: '2026-01-01T11:00:00Z' };
  const spec = { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n' };
  const ready = { ready: true, restartCount: 0, state: { running: {} } };
  const restarted = { lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T11:58:00Z' } } };
  const done = { name: 'i', restartCount: 0, state: { terminated: { exitCode: 0 } } };
  const cases: [Json, Json, Json, unknown[]][] = [
    [spec, {}, { phase: 'Pending' }, ['0/2', 'Pending', '0']],
    [spec, {}, { phase: 'Running', containerStatuses: [ready, ready] }, ['2/2', 'Running', '0']],
    [
      spec,
      {},
      { phase: 'Running', containerStatuses: [{ ...ready, restartCount: 3, ...restarted }, ready] },
      ['2/2', 'Running', '3 (2m ago)'],
    ],
    [
      spec,
      {},
      {
        phase: 'Running',
        containerStatuses: [
          { ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ready,
        ],
      },
      ['1/2', 'CrashLoopBackOff', '7'],
    ],
    [
      spec,
      { deletionTimestamp: '2026-01-01T12:00:00Z' },
      { phase: 'Running', containerStatuses: [ready] },
      ['1/2', 'Terminating', '0'],
    ],
    [spec, {}, { phase: 'Failed', reason: 'Evicted' }, ['0/2', 'Evicted', '0']],
    [
      { ...spec, initContainers: [{ name: 'i' }, { name: 'j' }] },
      {},
      { phase: 'Pending', initContainerStatuses: [done, { name: 'j', restartCount: 2, state: { running: {} } }] },
      ['0/2', 'Init:1/2', '2'],
    ],
    [
      { ...spec, initContainers: [{ name: 'i' }] },
      {},
      { phase: 'Pending', initContainerStatuses: [{ ...done, state: { terminated: { exitCode: 3 } } }] },
      ['0/2', 'Init:ExitCode:3', '0'],
    ],
    [
      { ...spec, initContainers: [{ name: 's', restartPolicy: 'Always' }] },
      {},
      {
        phase: 'Running',
        initContainerStatuses: [{ name: 's', started: true, ready: true, restartCount: 1 }],
        containerStatuses: [ready, ready],
      },
      ['3/3', 'Running', '1'],
    ],
    [
      spec,
      {},
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      ['0/2', 'SchedulingGated', '0'],
    ],
  ];
  for (const [given, metadata, status, expected] of cases) {
    const cells = pods.printer.cells(pod(given, { ...created, ...metadata }, status), NOW);
    assert.deepEqual(cells, ['a', ...expected, '60m', '<none>', 'n', '<none>', '<none>'], JSON.stringify(status));
    assert.equal(cells.length, pods.printer.columns.length);
  }
});

test('resize changes cpu and memory only', () => {
  const old = defaulted({ containers: [{ name: 'c', image: 'a', resources: { requests: { cpu: '1' } } }] });
  pods.prepareForCreate?.(old, context);
  const { resize } = pods.subresources;
  const resized = (resources: Json, image = 'a'): string[] => {
    const object = structuredClone(old) as unknown as { spec: { containers: Json[] }; metadata: Json };
    Object.assign(object.spec.containers[0]!, { resources, image });
    object.metadata['labels'] = { a: 'b' };
    resize?.prepareForUpdate(object as unknown as KubeObject, old, context);
    assert.equal(object.metadata['labels'], undefined);
    assert.equal(object.spec.containers[0]!['image'], 'a');
    return (resize?.validateUpdate?.(object as unknown as KubeObject, old, context) ?? []).map(fieldErrorText);
  };
  assert.deepEqual(resized({ requests: { cpu: '2', memory: '1Gi' } }, 'b'), []);
  assert.deepEqual(resized({}), [
    'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
  ]);
  assert.deepEqual(resized({ requests: { cpu: '1', 'ephemeral-storage': '1Gi' } }), [
    'spec: Forbidden: only cpu and memory resources are mutable',
  ]);
});

test('an ephemeral container stays as it was added, and the refusal shows its difference', () => {
  const old = pod({ ...plain, ephemeralContainers: [{ name: 'debug', image: 'a' }] });
  pods.setDefaults?.(old);
  const object = structuredClone(old) as unknown as { spec: { ephemeralContainers: Json[] } };
  object.spec.ephemeralContainers[0]!['image'] = 'b';
  const { ephemeralcontainers } = pods.subresources;
  const errors = ephemeralcontainers?.validateUpdate?.(object as unknown as KubeObject, old, context) ?? [];
  assert.deepEqual(errors.map(fieldErrorText), [
    [
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed',
      '@@ -1,6 +1,6 @@',
      ' {',
      '  "Name": "debug",',
      '- "Image": "a",',
      '+ "Image": "b",',
      '  "Command": null,',
      '  "Args": null,',
      '  "WorkingDir": "",',
      '',
    ].join('\n'),
  ]);
});

test('a status write keeps the spec and what old kubelets forget', () => {
  const old = defaulted(plain);
  pods.prepareForCreate?.(old, context);
  const object = pod(
    {},
    { ownerReferences: [] },
    { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
  );
  const { status } = pods.subresources;
  status?.prepareForUpdate(object, old, context);
  assert.deepEqual(object['spec'], old['spec']);
  assert.equal((object['status'] as Json)['qosClass'], 'BestEffort');
  assert.deepEqual((status?.validateUpdate?.(object, old, context) ?? []).map(fieldErrorText), [
    'status.podIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family',
  ]);
});

test('probable mistakes warn', () => {
  const object = defaulted(
    {
      containers: [
        {
          name: 'c',
          image: 'a',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
          resources: { limits: { memory: '1m' } },
        },
      ],
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
    },
    { name: 'a.b' },
  );
  const warnings = pods.warnings?.(object, null) ?? [];
  assert.equal(warnings.length, 5);
  assert.match(warnings[0] ?? '', /^metadata\.name: this is used in the Pod's hostname, .* \[must not contain dots\]$/);
  assert.equal(
    warnings[1],
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
  );
  assert.deepEqual(pods.warnings?.(object, object), []);
});
