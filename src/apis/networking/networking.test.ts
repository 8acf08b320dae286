import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { createErrors as errors, objectOf as object, row, updateErrors } from '../test-support.ts';
import { ingresses } from './ingress.ts';
import { ingressClasses } from './ingress-class.ts';
import { ipAddresses } from './ip-address.ts';
import { networkPolicies } from './network-policy.ts';
import { serviceCidrs } from './service-cidr.ts';

test('NetworkPolicy: policyTypes follow the rules, ports speak TCP', () => {
  const policy = object({ spec: { egress: [{ ports: [{ port: 53 }] }] } });
  networkPolicies.setDefaults?.(policy);
  assert.deepEqual(policy['spec'], {
    egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
    policyTypes: ['Ingress', 'Egress'],
  });
  assert.deepEqual(errors(networkPolicies, policy), []);
});

test('NetworkPolicy: precise errors', () => {
  const cases: [object, string][] = [
    [{ ingress: [{ from: [{}] }] }, 'spec.ingress[0].from[0]: Required value: must specify a peer'],
    [
      { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/9'] } }] }] },
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`',
    ],
    [
      { egress: [{ ports: [{ port: 90, endPort: 80 }] }] },
      'spec.egress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`',
    ],
    [{ policyTypes: ['All'] }, 'spec.policyTypes[0]: Unsupported value: "All": supported values: "Ingress", "Egress"'],
  ];
  for (const [spec, expected] of cases) assert.deepEqual(errors(networkPolicies, object({ spec })), [expected]);
});

test('NetworkPolicy: a range that was stored passes', () => {
  const old = object({ spec: { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] } });
  assert.equal(errors(networkPolicies, old).length, 1);
  assert.deepEqual(updateErrors(networkPolicies, structuredClone(old), old), []);
});

test('Ingress: backends, paths, hosts', () => {
  const path = (fields: object): object => ({ rules: [{ http: { paths: [fields] } }] });
  const backend = { service: { name: 's', port: { number: 80 } } };
  const at = 'spec.rules[0].http.paths[0]';
  const cases: [object, string[]][] = [
    [path({ path: '/', pathType: 'Prefix', backend }), []],
    [{}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [path({ path: '/', backend }), [`${at}.pathType: Required value: pathType must be specified`]],
    [path({ path: 'x', pathType: 'Exact', backend }), [`${at}.path: Invalid value: "x": must be an absolute path`]],
    [
      path({ path: '/', pathType: 'Exact', backend: {} }),
      [`${at}.backend: Invalid value: "": resource or service backend is required`],
    ],
    [
      path({ path: '/', pathType: 'Exact', backend: { service: { name: 's' } } }),
      [`${at}.backend: Required value: port name or number is required`],
    ],
    [
      { rules: [{ host: '10.0.0.1' }] },
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [{ defaultBackend: { resource: { kind: 'K', name: '' } } }, ['spec.defaultBackend.resource.name: Required value']],
  ];
  for (const [spec, expected] of cases) {
    const found = errors(ingresses, object({ spec }));
    assert.deepEqual(found, expected);
  }
});

test('Ingress: class annotation and field must agree', () => {
  const ingress = object({
    spec: { ingressClassName: 'a', defaultBackend: { service: { name: 's', port: { name: 'http' } } } },
  });
  ingress.metadata.annotations = { 'kubernetes.io/ingress.class': 'b' };
  assert.match(errors(ingresses, ingress)[0] ?? '', /must match `ingressClassName` when both are specified/);
  assert.equal(ingresses.warnings?.(ingress, null).length, 1);
  assert.deepEqual(ingresses.warnings?.(ingress, ingress), []);
});

test('Ingress: table row', () => {
  const ingress = object({
    spec: { rules: ['a', 'b', 'c', 'd'].map((host) => ({ host })), tls: [{}] },
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'lb' }] } },
  });
  assert.deepEqual(row(ingresses, ingress), ['a', '<none>', 'a,b,c + 1 more...', '1.2.3.4,lb', '80, 443', '60m']);
});

test('IngressClass: scope and controller', () => {
  const ingressClass = object({ spec: { controller: 'example.com/x', parameters: { kind: 'K', name: 'n' } } });
  ingressClasses.setDefaults?.(ingressClass);
  assert.deepEqual(errors(ingressClasses, ingressClass), []);
  assert.deepEqual(errors(ingressClasses, object({ spec: { controller: 'x' } })), [
    'spec.controller: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")',
  ]);
  const changed = object({ spec: { controller: 'example.com/y' } });
  assert.deepEqual(updateErrors(ingressClasses, changed, ingressClass), [
    'spec.controller: Invalid value: "example.com/y": field is immutable',
  ]);
});

test('IPAddress: canonical names and an immutable parent', () => {
  assert.deepEqual(ipAddresses.validateName('10.0.0.1', false), []);
  assert.deepEqual(ipAddresses.validateName('2001:DB8::1', false), ['must be in canonical form ("2001:db8::1")']);
  assert.deepEqual(ipAddresses.validateName('010.0.0.1', false), ['must not have leading 0s']);
  assert.deepEqual(errors(ipAddresses, object({ spec: {} })), ['spec.parentRef: Required value']);
  const address = object({ spec: { parentRef: { resource: 'services', namespace: 'n', name: 's' } } });
  assert.deepEqual(errors(ipAddresses, address), []);
  assert.deepEqual(row(ipAddresses, address), ['a', 'services/n/s', '60m']);
});

test('ServiceCIDR: families and growth', () => {
  const ranges = (...cidrs: string[]): KubeObject => object({ spec: { cidrs } });
  const cases: [KubeObject, number][] = [
    [ranges('10.0.0.0/24'), 0],
    [ranges('10.0.0.0/24', 'fd00::/112'), 0],
    [ranges('10.0.0.0/24', '10.1.0.0/24'), 1],
    [ranges('10.0.0.1/24'), 1],
    [ranges(), 1],
    [ranges('a', 'b', 'c'), 1],
  ];
  for (const [cidr, count] of cases) assert.equal(errors(serviceCidrs, cidr).length, count);
  assert.deepEqual(updateErrors(serviceCidrs, ranges('10.0.0.0/24', 'fd00::/112'), ranges('10.0.0.0/24')), []);
  assert.equal(updateErrors(serviceCidrs, ranges('10.1.0.0/24'), ranges('10.0.0.0/24')).length, 1);
  assert.equal(updateErrors(serviceCidrs, ranges('10.0.0.0/24'), ranges('10.0.0.0/24', 'fd00::/112')).length, 1);
});
