import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { Service, ServiceSpec } from '../../generated/interfaces.ts';
import type { KubeObject } from '../../meta/object.ts';
import { createTestRegistry, type TestClient, type TestRegistry } from '../../registry/test-registry.ts';
import { kubernetesService, serviceIpAddress } from '../bootstrap/kubernetes-service.ts';
import { type Cidr, parseCidr, parsePortRange } from '../networking/cidr.ts';
import { networkingBehaviors, networkingConversions } from '../networking/index.ts';
import { createServiceAllocation } from './service-allocation.ts';
import { serviceAllocationStore } from './service-allocation-store.ts';
import { services as behavior } from './services.ts';

let kit: TestRegistry;
let services: TestClient;
let addresses: TestClient;

async function start(ranges: readonly string[], nodePorts = '30000-30099'): Promise<void> {
  await kit?.close();
  kit = createTestRegistry({
    behaviors: { '/services': behavior, ...networkingBehaviors },
    conversions: networkingConversions,
    hooks: (registry, table) =>
      new Map([
        [
          '/services',
          createServiceAllocation({
            store: serviceAllocationStore(registry, table),
            ranges: ranges.map(cidr),
            nodePortRange: parsePortRange(nodePorts) ?? assert.fail(nodePorts),
            random: { bytes: () => Buffer.alloc(0), uuid: () => '', below: () => 0 },
          }),
        ],
      ]),
  });
  services = kit.on('/v1/services', 'default');
  addresses = kit.on('networking.k8s.io/v1/ipaddresses');
}

beforeEach(() => start(['10.0.0.0/24']));
after(() => kit.close());

function cidr(text: string): Cidr {
  return parseCidr(text) ?? assert.fail(text);
}

function specOf(object: KubeObject): ServiceSpec {
  return (object as unknown as Service).spec ?? {};
}

async function create(name: string, spec: object = {}, options = {}): Promise<ServiceSpec> {
  return specOf(await services.create({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } }, options));
}

async function change(name: string, spec: object, options = {}): Promise<ServiceSpec> {
  return specOf(await services.patch(name, 'merge', { spec }, options));
}

async function isTaken(ip: string): Promise<boolean> {
  return (await addresses.find(ip)) !== null;
}

function invalid(message: string | RegExp) {
  return { code: 422, message: typeof message === 'string' ? `Service "x" is invalid: ${message}` : message };
}

test('a service gets an address above the band of chosen ones, recorded until it is deleted', async () => {
  const spec = await create('a');
  assert.deepEqual([spec.clusterIP, spec.clusterIPs], ['10.0.0.17', ['10.0.0.17']]);
  assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
  const record = await addresses.get('10.0.0.17');
  assert.deepEqual(record['spec'], { parentRef: { resource: 'services', namespace: 'default', name: 'a' } });
  assert.deepEqual(record.metadata.labels, {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  });
  assert.equal((await create('b')).clusterIP, '10.0.0.18');
  await services.delete('a');
  assert.equal(await isTaken('10.0.0.17'), false);
  assert.equal((await create('c')).clusterIP, '10.0.0.17');
});

test('services made at once get different addresses and node ports', async () => {
  const specs = await Promise.all(Array.from({ length: 20 }, (_, i) => create(`s${i}`, { type: 'NodePort' })));
  assert.equal(new Set(specs.map((spec) => spec.clusterIP)).size, 20);
  assert.equal(new Set(specs.map((spec) => spec.ports?.[0]?.nodePort)).size, 20);
});

test('an address that is asked for must be free and of a range', async () => {
  assert.equal((await create('a', { clusterIP: '10.0.0.5' })).clusterIPs?.[0], '10.0.0.5');
  await assert.rejects(
    create('x', { clusterIP: '10.0.0.5' }),
    invalid(
      'spec.clusterIPs: Invalid value: ["10.0.0.5"]: failed to allocate IP 10.0.0.5: provided IP is already allocated',
    ),
  );
  for (const ip of ['10.0.0.0', '10.0.0.255', '192.168.0.1']) {
    const text = `spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: the provided network does not match the current range`;
    await assert.rejects(create('x', { clusterIP: ip }), invalid(text));
  }
  await assert.rejects(create('x', { clusterIP: 'nonsense' }), invalid(/must be a valid IP address/));
});

test('what fails or is rehearsed leaves nothing', async () => {
  await assert.rejects(create('x', { sessionAffinity: 'Nobody' }), { code: 422 });
  await assert.rejects(create('x', { type: 'NodePort', ports: [{ port: 80, nodePort: 1 }] }), { code: 422 });
  const dry = await create('x', { type: 'NodePort' }, { dryRun: true });
  assert.equal(dry.clusterIP, '10.0.0.17');
  assert.equal(dry.ports?.[0]?.nodePort, 30016);
  assert.equal(await isTaken('10.0.0.17'), false);
  assert.equal((await create('a', { type: 'NodePort' })).clusterIP, '10.0.0.17');
  await assert.rejects(create('a', { type: 'NodePort' }), { code: 409 });
  assert.equal(await isTaken('10.0.0.18'), false);
});

test('headless services and external names have no address', async () => {
  const headless = await create('h', { clusterIP: 'None', selector: { a: 'b' } });
  assert.deepEqual(
    [headless.clusterIPs, headless.ipFamilies, headless.ipFamilyPolicy],
    [['None'], ['IPv4'], 'SingleStack'],
  );
  const byHand = await create('m', { clusterIP: 'None' });
  assert.deepEqual([byHand.ipFamilies, byHand.ipFamilyPolicy], [['IPv4', 'IPv6'], 'RequireDualStack']);
  const external = await create('e', { type: 'ExternalName', externalName: 'example.com' });
  assert.deepEqual([external.clusterIP, external.ipFamilies], [undefined, undefined]);
  assert.equal(
    kit
      .resource('networking.k8s.io/v1/ipaddresses')
      .storage?.cache.count({ prefix: '/registry/ipaddresses/', exact: false, index: null }),
    0,
  );
});

test('a full range is an internal error', async () => {
  await start(['10.0.0.0/30']);
  await create('a');
  await create('b');
  await assert.rejects(create('x'), {
    code: 500,
    message: 'Internal error occurred: failed to allocate a serviceIP: range is full',
  });
});

test('a change of type takes and gives back', async () => {
  await create('a', { type: 'NodePort' });
  const external = await change('a', { type: 'ExternalName', externalName: 'example.com' });
  assert.deepEqual(
    [external.clusterIP, external.clusterIPs, external.ports?.[0]?.nodePort],
    [undefined, undefined, undefined],
  );
  assert.equal(await isTaken('10.0.0.17'), false);
  await create('b', { clusterIP: '10.0.0.17' });
  const back = await change('a', { type: 'ClusterIP', externalName: null });
  assert.equal(back.clusterIP, '10.0.0.18');
  assert.equal((await change('a', { type: 'NodePort' })).ports?.[0]?.nodePort, 30016);
});

test('who leaves out what was allocated keeps it', async () => {
  const before = await create('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
  assert.equal(before.healthCheckNodePort, 30017);
  const object = {
    metadata: { name: 'a' },
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
  };
  assert.deepEqual(specOf(await services.update(object)), before);
  await assert.rejects(change('a', { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] }), /may not change once set/);
});

test('node ports are unique across services, shared by the protocols of one port', async () => {
  const dns = await create('a', {
    type: 'NodePort',
    ports: [
      { name: 'tcp', port: 53 },
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'web', port: 80, nodePort: 30005 },
    ],
  });
  assert.deepEqual(
    dns.ports?.map((port) => port.nodePort),
    [30016, 30016, 30005],
  );
  await assert.rejects(
    create('x', { type: 'NodePort', ports: [{ port: 80, nodePort: 30005 }] }),
    invalid('spec.ports[0].nodePort: Invalid value: 30005: provided port is already allocated'),
  );
  await assert.rejects(
    create('x', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    invalid(
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30099',
    ),
  );
  await change('a', { ports: [{ name: 'tcp', port: 53 }] });
  const freed = await create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30005 }] });
  assert.equal(freed.ports?.[0]?.nodePort, 30005);
  const without = await create('c', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false });
  assert.equal(without.ports?.[0]?.nodePort, undefined);
});

test('two stacks come and go with the policy', async () => {
  await start(['10.0.0.0/24', 'fd00::/112']);
  const dual = await create('a', { ipFamilyPolicy: 'PreferDualStack' });
  assert.deepEqual(dual.ipFamilies, ['IPv4', 'IPv6']);
  assert.deepEqual(dual.clusterIPs?.length, 2);
  const second = dual.clusterIPs?.[1] ?? '';
  assert.equal(await isTaken(second), true);
  const single = await change('a', { ipFamilyPolicy: 'SingleStack' });
  assert.deepEqual([single.clusterIPs, single.ipFamilies], [[dual.clusterIP], ['IPv4']]);
  assert.equal(await isTaken(second), false);
  const again = await change('a', { ipFamilyPolicy: 'RequireDualStack' });
  assert.deepEqual(again.clusterIPs, dual.clusterIPs);
  await services.delete('a');
  assert.equal(await isTaken(second), false);
  const six = await create('b', { ipFamilies: ['IPv6'] });
  assert.deepEqual([six.clusterIPs?.length, six.ipFamilies], [1, ['IPv6']]);
});

test('a cluster of one family refuses the other', async () => {
  await assert.rejects(
    create('x', { ipFamilyPolicy: 'RequireDualStack' }),
    invalid(
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ),
  );
  await assert.rejects(
    create('x', { ipFamilies: ['IPv6'] }),
    invalid('spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
  );
  await assert.rejects(
    create('x', { clusterIP: 'fd00::1' }),
    invalid('spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'),
  );
});

test('ServiceCIDRs add ranges and take them away', async () => {
  const cidrs = kit.on('networking.k8s.io/v1/servicecidrs');
  const make = (name: string, range: string) => cidrs.create({ metadata: { name }, spec: { cidrs: [range] } });
  await make('kubernetes', '10.0.0.0/24');
  await make('more', '10.1.0.0/24');
  assert.equal((await create('a', { clusterIP: '10.1.0.9' })).clusterIP, '10.1.0.9');
  const unready = { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Terminating', message: '' }] } };
  await cidrs.patch('kubernetes', 'merge', unready, { subresource: 'status' });
  assert.equal((await create('b')).clusterIP, '10.1.0.17');
  await assert.rejects(create('x', { clusterIP: '10.0.0.9' }), invalid(/does not match the current range/));
});

test('the kubernetes service gets its fixed address, also where a server stopped half-way', async () => {
  const service = kubernetesService({ range: cidr('10.0.0.0/24'), servicePort: 443, securePort: 6443, nodePort: null });
  await addresses.create(serviceIpAddress('10.0.0.1', 'default', 'kubernetes'));
  await services.create(service);
  await assert.rejects(services.create(service), /provided IP is already allocated/);
  await services.delete('kubernetes');
  assert.equal(await isTaken('10.0.0.1'), false);
  await services.create(service);
  assert.equal(await isTaken('10.0.0.1'), true);
});

test('the last finalizer of a deleted service gives its address back', async () => {
  await services.create({ metadata: { name: 'a', finalizers: ['example.com/f'] }, spec: { ports: [{ port: 80 }] } });
  await services.delete('a');
  assert.equal(await isTaken('10.0.0.17'), true);
  await services.patch('a', 'merge', { metadata: { finalizers: null } });
  assert.equal(await isTaken('10.0.0.17'), false);
});
