/** One minimal valid object of every kind that the server takes, by `group/version/resource` (the core group: `v1/pods`). */
import type { Json } from '../support/api.ts';

export interface Manifest {
  /** Default: sample. */
  readonly name?: string;
  /** Everything but apiVersion, kind and metadata.name. */
  readonly body: Json;
  /** Something to write to the status subresource; needed where there is one. */
  readonly status?: Json;
}

const LABELS = { app: 'sample' };
const POD_SPEC = { containers: [{ name: 'main', image: 'registry.example/main:1' }] };
const POD_TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC };
const SELECTOR = { matchLabels: LABELS };
const ALWAYS = { spec: { ...POD_SPEC, restartPolicy: 'Never' } };
const RULES = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }];
const WEBHOOK = {
  name: 'check.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  clientConfig: { url: 'https://localhost:9/check' },
  // Nothing else in these tests may meet it.
  namespaceSelector: { matchLabels: { never: 'matches' } },
  rules: RULES,
};
const CONDITION = {
  type: 'Sampled',
  status: 'True',
  reason: 'Test',
  message: 'tested',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
const CSR_PEM = `-----BEGIN CERTIFICATE REQUEST-----
MIHKMHMCAQAwETEPMA0GA1UEAwwGc2FtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEHW0ueHtao57CtbAsu53heKPllD1nasPJnxFrHXsLXpRLISwh0OK2Y2wf
AgwWSd+ILpOMlLZkcAuiwsFoTBvHQ6AAMAoGCCqGSM49BAMCA0cAMEQCIATFvTHm
B4DEQ3g9H1cBMBNL91b9ICSyK2nmBRueP2CmAiAp91l0u5zr74sg00E1x5v/FA6o
R264y/XnXM8O7aAxAw==
-----END CERTIFICATE REQUEST-----
`;

const CORE: Readonly<Record<string, Manifest>> = {
  'v1/configmaps': { body: { data: { key: 'value' } } },
  'v1/endpoints': { body: { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'http', port: 80 }] }] } },
  'v1/events': {
    body: {
      involvedObject: { kind: 'Pod', namespace: 'every', name: 'web' },
      reason: 'Tested',
      message: 'it was',
      type: 'Normal',
    },
  },
  'v1/limitranges': { body: { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } } },
  'v1/namespaces': { body: {}, status: { conditions: [{ ...CONDITION, type: 'NamespaceContentRemaining' }] } },
  'v1/nodes': { body: { spec: { podCIDR: '10.9.0.0/24' } }, status: { capacity: { cpu: '4', memory: '8Gi' } } },
  'v1/persistentvolumeclaims': {
    body: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    status: { phase: 'Pending' },
  },
  'v1/persistentvolumes': {
    body: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/sample' } } },
    status: { phase: 'Available' },
  },
  'v1/pods': {
    body: { spec: POD_SPEC },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  },
  'v1/podtemplates': { body: { template: POD_TEMPLATE } },
  'v1/replicationcontrollers': {
    body: { spec: { replicas: 2, selector: LABELS, template: POD_TEMPLATE } },
    status: { replicas: 1 },
  },
  'v1/resourcequotas': {
    body: { spec: { hard: { 'limits.cpu': '10', 'count/widgets.example.com': '5' } } },
    status: { hard: { 'limits.cpu': '10' } },
  },
  'v1/secrets': { body: { data: { key: 'dmFsdWU=' } } },
  'v1/serviceaccounts': { body: {} },
  'v1/services': {
    body: { spec: { selector: LABELS, ports: [{ port: 80 }] } },
    status: { conditions: [CONDITION] },
  },
};

const WORKLOADS: Readonly<Record<string, Manifest>> = {
  'apps/v1/controllerrevisions': { body: { revision: 1, data: { some: 'data' } } },
  'apps/v1/daemonsets': {
    body: { spec: { selector: SELECTOR, template: POD_TEMPLATE } },
    status: { currentNumberScheduled: 1, desiredNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 },
  },
  'apps/v1/deployments': {
    body: { spec: { replicas: 2, selector: SELECTOR, template: POD_TEMPLATE } },
    status: { replicas: 2, updatedReplicas: 2 },
  },
  'apps/v1/replicasets': {
    body: { spec: { replicas: 2, selector: SELECTOR, template: POD_TEMPLATE } },
    status: { replicas: 2 },
  },
  'apps/v1/statefulsets': {
    body: { spec: { replicas: 2, serviceName: 'sample', selector: SELECTOR, template: POD_TEMPLATE } },
    status: { replicas: 2 },
  },
  'autoscaling/v1/horizontalpodautoscalers': {
    body: { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 } },
    status: { currentReplicas: 1, desiredReplicas: 2 },
  },
  'autoscaling/v2/horizontalpodautoscalers': {
    body: { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 } },
    status: { currentReplicas: 1, desiredReplicas: 2 },
  },
  'batch/v1/cronjobs': {
    body: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: ALWAYS } } } },
    status: { lastScheduleTime: '2026-01-01T00:00:00Z' },
  },
  'batch/v1/jobs': { body: { spec: { template: ALWAYS } }, status: { active: 1 } },
  'policy/v1/poddisruptionbudgets': {
    body: { spec: { minAvailable: 1, selector: SELECTOR } },
    status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  },
  'scheduling.k8s.io/v1/priorityclasses': { body: { value: 1000 } },
};

const NETWORK: Readonly<Record<string, Manifest>> = {
  'discovery.k8s.io/v1/endpointslices': {
    body: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }], ports: [{ name: 'http', port: 80 }] },
  },
  'networking.k8s.io/v1/ingressclasses': { body: { spec: { controller: 'example.com/ingress' } } },
  'networking.k8s.io/v1/ingresses': {
    body: { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  },
  'networking.k8s.io/v1/ipaddresses': {
    name: '10.0.0.200',
    body: { spec: { parentRef: { resource: 'services', namespace: 'every', name: 'web' } } },
  },
  'networking.k8s.io/v1/networkpolicies': { body: { spec: { podSelector: {} } } },
  'networking.k8s.io/v1/servicecidrs': {
    body: { spec: { cidrs: ['10.96.0.0/24'] } },
    status: { conditions: [CONDITION] },
  },
};

const ACCESS: Readonly<Record<string, Manifest>> = {
  'certificates.k8s.io/v1/certificatesigningrequests': {
    body: {
      spec: {
        request: Buffer.from(CSR_PEM).toString('base64'),
        signerName: 'example.com/signer',
        usages: ['client auth'],
      },
    },
    status: { conditions: [{ type: 'Failed', status: 'True', reason: 'Test', message: 'tested' }] },
  },
  'rbac.authorization.k8s.io/v1/clusterrolebindings': {
    body: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    },
  },
  'rbac.authorization.k8s.io/v1/clusterroles': {
    body: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  },
  'rbac.authorization.k8s.io/v1/rolebindings': {
    body: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'every', name: 'default' }],
    },
  },
  'rbac.authorization.k8s.io/v1/roles': { body: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] } },
};

const STORAGE: Readonly<Record<string, Manifest>> = {
  'storage.k8s.io/v1/csidrivers': { body: { spec: { attachRequired: false } } },
  'storage.k8s.io/v1/csinodes': { body: { spec: { drivers: [] } } },
  'storage.k8s.io/v1/csistoragecapacities': { body: { storageClassName: 'fast', capacity: '10Gi', nodeTopology: {} } },
  'storage.k8s.io/v1/storageclasses': { body: { provisioner: 'example.com/disks' } },
  'storage.k8s.io/v1/volumeattachments': {
    body: { spec: { attacher: 'example.com', nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } } },
    status: { attached: true },
  },
  'storage.k8s.io/v1/volumeattributesclasses': { body: { driverName: 'example.com', parameters: { iops: '100' } } },
};

const EXTENDING: Readonly<Record<string, Manifest>> = {
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicies': {
    body: {
      spec: {
        matchConstraints: { resourceRules: RULES },
        reinvocationPolicy: 'Never',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
      },
    },
  },
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings': { body: { spec: { policyName: 'sample' } } },
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': { body: { webhooks: [WEBHOOK] } },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': {
    body: { spec: { matchConstraints: { resourceRules: RULES }, validations: [{ expression: 'true' }] } },
    status: { conditions: [CONDITION] },
  },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': {
    body: { spec: { policyName: 'nobody', validationActions: ['Warn'] } },
  },
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': { body: { webhooks: [WEBHOOK] } },
  'apiextensions.k8s.io/v1/customresourcedefinitions': {
    name: 'samples.every.example.com',
    body: {
      spec: {
        group: 'every.example.com',
        scope: 'Namespaced',
        names: { plural: 'samples', singular: 'sample', kind: 'Sample', listKind: 'SampleList' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
    status: { conditions: [{ ...CONDITION, type: 'NonStructuralSchema', status: 'False' }] },
  },
  'apiregistration.k8s.io/v1/apiservices': {
    name: 'v1.nowhere.example.com',
    body: {
      spec: {
        group: 'nowhere.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { namespace: 'every', name: 'nowhere' },
      },
    },
    status: { conditions: [{ ...CONDITION, type: 'Available', status: 'False' }] },
  },
  'flowcontrol.apiserver.k8s.io/v1/flowschemas': {
    body: {
      spec: {
        priorityLevelConfiguration: { name: 'global-default' },
        matchingPrecedence: 9500,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'nobody' } }],
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version'] }],
          },
        ],
      },
    },
    status: { conditions: [{ ...CONDITION, type: 'Dangling' }] },
  },
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations': {
    body: { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } } } },
    status: { conditions: [CONDITION] },
  },
};

const REST: Readonly<Record<string, Manifest>> = {
  'coordination.k8s.io/v1/leases': { body: { spec: { holderIdentity: 'me', leaseDurationSeconds: 10 } } },
  'events.k8s.io/v1/events': {
    name: 'sample.new',
    body: {
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'example.com/tests',
      reportingInstance: 'one',
      action: 'Testing',
      reason: 'Tested',
      type: 'Normal',
      regarding: { kind: 'Pod', namespace: 'every', name: 'web' },
      note: 'it was',
    },
  },
  'node.k8s.io/v1/runtimeclasses': { body: { handler: 'runc' } },
  'resource.k8s.io/v1/deviceclasses': { body: { spec: { selectors: [{ cel: { expression: 'true' } }] } } },
  'resource.k8s.io/v1/resourceclaims': {
    body: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } } },
    status: { reservedFor: [] },
  },
  'resource.k8s.io/v1/resourceclaimtemplates': {
    body: { spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } } } },
  },
  'resource.k8s.io/v1/resourceslices': {
    body: {
      spec: {
        driver: 'gpus.example.com',
        nodeName: 'node-1',
        pool: { name: 'node-1', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'gpu-0' }],
      },
    },
  },
};

export const MANIFESTS: Readonly<Record<string, Manifest>> = {
  ...CORE,
  ...WORKLOADS,
  ...NETWORK,
  ...ACCESS,
  ...STORAGE,
  ...EXTENDING,
  ...REST,
};

/** Kinds that are answered but never stored: what is asked, and a field of the answer. */
export const REVIEWS: Readonly<
  Record<string, { readonly body: Json; readonly path: readonly string[]; readonly value: unknown }>
> = {
  'authentication.k8s.io/v1/selfsubjectreviews': {
    body: {},
    path: ['status', 'userInfo', 'username'],
    value: 'kubernetes-admin',
  },
  'authentication.k8s.io/v1/tokenreviews': {
    body: { spec: { token: 'wrong' } },
    path: ['status', 'authenticated'],
    value: undefined,
  },
  'authorization.k8s.io/v1/localsubjectaccessreviews': {
    body: {
      metadata: { namespace: 'every' },
      spec: { user: 'jane', resourceAttributes: { namespace: 'every', verb: 'get', resource: 'pods' } },
    },
    path: ['status', 'allowed'],
    value: false,
  },
  'authorization.k8s.io/v1/selfsubjectaccessreviews': {
    body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
    path: ['status', 'allowed'],
    value: true,
  },
  'authorization.k8s.io/v1/selfsubjectrulesreviews': {
    body: { spec: { namespace: 'every' } },
    path: ['status', 'incomplete'],
    value: false,
  },
  'authorization.k8s.io/v1/subjectaccessreviews': {
    body: { spec: { user: 'jane', nonResourceAttributes: { path: '/metrics', verb: 'get' } } },
    path: ['status', 'allowed'],
    value: false,
  },
};
