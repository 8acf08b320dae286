import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allocatable,
  allocateFirst,
  canonicalIp,
  cidrText,
  clusterIpCandidates,
  containsCidr,
  firstAddress,
  nodePortCandidates,
  parseCidr,
  parseIp,
  parsePortRange,
} from './cidr.ts';

test('ranges are parsed strictly', () => {
  for (const text of [
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/08',
    'fe80::1%eth0/64',
    '10.0.0.0/-1',
    '::/129',
  ]) {
    assert.equal(parseCidr(text), null, text);
  }
  assert.equal(cidrText(parseCidr('10.1.2.3/16')!), '10.1.0.0/16');
  assert.equal(cidrText(parseCidr('2001:DB8:0::/64')!), '2001:db8::/64');
});

test('the first address follows the network address', () => {
  assert.equal(firstAddress(parseCidr('10.0.0.0/24')!), '10.0.0.1');
  assert.equal(firstAddress(parseCidr('2001:db8::/112')!), '2001:db8::1');
  assert.equal(firstAddress(parseCidr('10.0.0.0/32')!), null);
});

test('network and broadcast addresses are not given out', () => {
  const range = parseCidr('10.0.0.0/24')!;
  const cases: [string, boolean][] = [
    ['10.0.0.0', false],
    ['10.0.0.1', true],
    ['10.0.0.254', true],
    ['10.0.0.255', false],
    ['10.0.1.1', false],
    ['::1', false],
  ];
  for (const [ip, expected] of cases) assert.equal(allocatable(range, parseIp(ip)!), expected, ip);
  assert.equal(containsCidr(range, parseCidr('10.0.0.128/25')!), true);
  assert.equal(containsCidr(range, parseCidr('10.0.0.0/23')!), false);
});

test('random addresses avoid the static band until the rest is full', () => {
  const range = parseCidr('10.0.0.0/24')!;
  const all = [...clusterIpCandidates(range, (bound) => bound - 1)];
  assert.equal(all.length, 254);
  assert.equal(new Set(all).size, 254);
  assert.equal(all[0], '10.0.0.254');
  assert.equal(all[1], '10.0.0.17');
  assert.equal(all[238], '10.0.0.1');
  assert.equal(
    allocateFirst(all, (ip) => ip !== '10.0.0.5'),
    '10.0.0.5',
  );
  assert.equal(
    allocateFirst(all, () => true),
    null,
  );
});

test('a wide IPv6 range yields candidates without being walked', () => {
  const first = clusterIpCandidates(parseCidr('fd00::/64')!, () => 7).next().value;
  assert.equal(first, 'fd00::7:0:108');
});

test('node ports avoid their band', () => {
  const range = parsePortRange('30000-32767')!;
  const ports = [...nodePortCandidates(range, () => 0)];
  assert.equal(ports.length, 2768);
  assert.equal(ports[0], 30086);
  assert.equal(ports.at(-1), 30085);
  assert.deepEqual(parsePortRange('80+2'), { first: 80, last: 82 });
  assert.equal(parsePortRange('9-8'), null);
});

test('canonical addresses', () => {
  assert.equal(canonicalIp('2001:0DB8::0001'), '2001:db8::1');
  assert.equal(canonicalIp('1.2.3'), null);
  assert.equal(canonicalIp('nonsense'), null);
});
