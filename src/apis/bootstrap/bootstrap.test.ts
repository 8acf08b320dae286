import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { bootstrapPolicy } from '../../meta/rbac-bootstrap.ts';
import { resourceList } from '../../schema/resources.ts';
import { parseCidr } from '../networking/cidr.ts';
import {
  AUTOMANAGED_LABEL,
  builtInGroupVersions,
  localApiService,
  reconcileApiService,
  staleApiServices,
} from './api-services.ts';
import { systemNamespaces, systemPriorityClasses } from './basics.ts';
import {
  authenticationConfigMap,
  legacyTokenTracking,
  reconcileAuthentication,
  reconcileLegacyTokenTracking,
} from './config-maps.ts';
import {
  AUTOUPDATE_ANNOTATION,
  defaultFlowSchemas,
  defaultPriorityLevels,
  obsoleteFlowControl,
  reconcileFlowControl,
} from './flow-control.ts';
import { apiServerId, identityLease } from './identity-lease.ts';
import {
  defaultServiceCidr,
  kubernetesEndpointSlice,
  kubernetesEndpoints,
  kubernetesService,
  reconcileEndpointSlice,
  reconcileEndpoints,
  reconcileServiceCidr,
} from './kubernetes-service.ts';
import { rbacObjects, reconcileRbac } from './rbac.ts';
import { reconcileMissing } from './reconcile.ts';

const copy = <T>(value: T): T => structuredClone(value);

test('namespaces and priority classes are made once', () => {
  assert.deepEqual(
    systemNamespaces().map((o) => o.metadata.name),
    ['kube-system', 'kube-public', 'kube-node-lease', 'default'],
  );
  const [critical] = systemPriorityClasses();
  assert.equal(critical?.['value'], 2_000_001_000);
  assert.equal(reconcileMissing(null, critical!)?.write, 'create');
  assert.equal(reconcileMissing(critical!, critical!), null);
});

test('the shares of the limited priority levels add up to 245', () => {
  let sum = 0;
  for (const { object } of defaultPriorityLevels()) {
    sum +=
      (object['spec'] as { limited?: { nominalConcurrencyShares: number } }).limited?.nominalConcurrencyShares ?? 0;
  }
  assert.equal(sum, 245);
  assert.equal(defaultFlowSchemas().length, 11);
});

test('flow control objects follow the autoupdate annotation', () => {
  const suggested = defaultFlowSchemas().find((d) => d.object.metadata.name === 'probes')!;
  const mandatory = defaultFlowSchemas().find((d) => d.object.metadata.name === 'catch-all')!;
  assert.equal(reconcileFlowControl(null, suggested)?.write, 'create');
  assert.equal(reconcileFlowControl(copy(suggested.object), suggested), null);

  const changed = copy(suggested.object);
  changed['spec'] = { matchingPrecedence: 7 };
  assert.deepEqual(reconcileFlowControl(changed, suggested)?.object['spec'], suggested.object['spec']);

  changed.metadata.annotations = { [AUTOUPDATE_ANNOTATION]: 'false' };
  assert.equal(reconcileFlowControl(changed, suggested), null);

  changed.metadata = { name: 'probes', generation: 2 };
  const left = reconcileFlowControl(changed, suggested)!.object;
  assert.deepEqual(left['spec'], { matchingPrecedence: 7 });
  assert.equal(left.metadata.annotations?.[AUTOUPDATE_ANNOTATION], 'false');

  const forced = copy(mandatory.object);
  forced['spec'] = {};
  forced.metadata.annotations = { [AUTOUPDATE_ANNOTATION]: 'false' };
  assert.deepEqual(reconcileFlowControl(forced, mandatory)?.object, mandatory.object);

  const old: KubeObject = { metadata: { name: 'old', annotations: { [AUTOUPDATE_ANNOTATION]: 'true' } } };
  assert.deepEqual(obsoleteFlowControl([old, suggested.object], defaultFlowSchemas()), ['old']);
});

test('the kubernetes Service takes the first address of the range', () => {
  const options = { range: parseCidr('10.96.0.0/12')!, servicePort: 443, securePort: 6443, nodePort: null };
  const spec = kubernetesService(options)['spec'] as Record<string, unknown>;
  assert.equal(spec['clusterIP'], '10.96.0.1');
  assert.equal(spec['type'], 'ClusterIP');
  assert.throws(() => kubernetesService({ ...options, range: parseCidr('10.0.0.0/32')! }));
});

test('endpoints follow the live servers', () => {
  const desired = kubernetesEndpoints(['10.0.0.2', '10.0.0.1'], 6443);
  assert.equal(reconcileEndpoints(copy(desired), desired), null);
  const other = copy(desired);
  other.metadata.labels = { mine: 'yes' };
  const written = reconcileEndpoints(other, desired)!;
  assert.deepEqual(written.object.metadata.labels, { mine: 'yes', ...desired.metadata.labels });

  const v4 = kubernetesEndpointSlice(['10.0.0.1'], 6443);
  const v6 = kubernetesEndpointSlice(['fd00::1'], 6443);
  assert.equal(reconcileEndpointSlice(v4, v6)?.write, 'replace');
  assert.equal(reconcileEndpointSlice(kubernetesEndpointSlice(['10.0.0.9'], 6443), v4)?.write, 'update');
});

test('the default ServiceCIDR only grows', () => {
  const one = defaultServiceCidr(['10.0.0.0/24']);
  const two = defaultServiceCidr(['10.0.0.0/24', 'fd00::/112']);
  assert.equal(reconcileServiceCidr(one, two)?.write, 'update');
  assert.equal(reconcileServiceCidr(two, one), null);
  assert.equal(reconcileServiceCidr(defaultServiceCidr(['10.1.0.0/24']), one), null);
});

test('APIServices of served versions', () => {
  const served = builtInGroupVersions(
    resourceList(),
    (group, version) => version === 'v1' && (group === '' || group === 'apps'),
  );
  const desired = served.map((s) => localApiService(s, '2024-01-01T00:00:00Z'));
  assert.deepEqual(desired.map((o) => o.metadata.name).sort(), ['v1.', 'v1.apps']);
  const apps = desired.find((o) => o.metadata.name === 'v1.apps')!;
  const core = desired.find((o) => o.metadata.name === 'v1.')!;
  assert.equal(reconcileApiService(copy(apps), apps), null);
  const changed = copy(apps);
  (changed['spec'] as Record<string, unknown>)['versionPriority'] = 1;
  assert.equal(reconcileApiService(changed, apps)?.write, 'update');
  delete changed.metadata.labels;
  assert.equal(reconcileApiService(changed, apps), null);
  assert.deepEqual(staleApiServices([apps, core], [core]), ['v1.apps']);
  assert.equal(core.metadata.labels?.[AUTOMANAGED_LABEL], 'onstart');
});

test('authentication config is merged with what is there', () => {
  const header = {
    clientCa: 'no certificate',
    allowedNames: ['b'],
    usernameHeaders: ['X-Remote-User'],
    uidHeaders: [],
    groupHeaders: ['X-Remote-Group'],
    extraHeaderPrefixes: ['X-Remote-Extra-'],
  };
  const desired = authenticationConfigMap({ clientCa: null, requestHeader: header });
  const existing = copy(desired);
  existing['data'] = { ...(existing['data'] as object), 'requestheader-allowed-names': '["a"]', mine: 'kept' };
  const data = reconcileAuthentication(existing, desired, 0)?.object['data'] as Record<string, string>;
  assert.equal(data['requestheader-allowed-names'], '["a","b"]');
  assert.equal(data['mine'], 'kept');
  assert.equal(data['requestheader-client-ca-file'], '');
  assert.deepEqual(authenticationConfigMap({ clientCa: null, requestHeader: null })['data'], {});
});

test('the first day of token tracking is kept', () => {
  const desired = legacyTokenTracking('2024-05-06');
  assert.equal(reconcileLegacyTokenTracking(legacyTokenTracking('2023-01-01'), desired), null);
  assert.equal(reconcileLegacyTokenTracking(legacyTokenTracking('yesterday'), desired)?.write, 'update');
});

test('an API server has a stable identity', () => {
  const id = apiServerId('host-a');
  assert.match(id, /^apiserver-[a-z2-7]{26}$/);
  assert.equal(id, apiServerId('host-a'));
  assert.notEqual(id, apiServerId('host-b'));
  const lease = identityLease(
    { id, hostname: 'host-a', holderUuid: 'u', peerAddress: null },
    '2024-01-01T00:00:00.000000Z',
  );
  assert.equal((lease['spec'] as { holderIdentity: string }).holderIdentity, `${id}_u`);
});

test('default roles are topped up, never cut', () => {
  const objects = rbacObjects(bootstrapPolicy());
  const find = (kind: string, name: string): KubeObject =>
    objects.find((o) => o.kind === kind && o.metadata.name === name)!;
  const basic = find('ClusterRole', 'system:basic-user');
  for (const object of objects) assert.equal(reconcileRbac(copy(object), object), null, object.metadata.name);

  const cut = copy(basic);
  cut['rules'] = [{ verbs: ['get'], apiGroups: ['mine'], resources: ['things'] }];
  const rules = reconcileRbac(cut, basic)?.object['rules'] as unknown[];
  assert.deepEqual(rules[0], { verbs: ['get'], apiGroups: ['mine'], resources: ['things'] });
  assert.ok(rules.length > 1);
  cut.metadata.annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  assert.equal(reconcileRbac(cut, basic), null);

  const binding = find('ClusterRoleBinding', 'cluster-admin');
  const emptied = copy(binding);
  emptied['subjects'] = [{ kind: 'User', name: 'me' }];
  assert.equal((reconcileRbac(emptied, binding)!.object['subjects'] as unknown[]).length, 2);
  emptied['roleRef'] = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
  assert.equal(reconcileRbac(emptied, binding)?.write, 'replace');

  const admin = find('ClusterRole', 'admin');
  const detached = copy(admin);
  delete detached['aggregationRule'];
  assert.deepEqual(reconcileRbac(detached, admin)?.object['aggregationRule'], admin['aggregationRule']);
});
