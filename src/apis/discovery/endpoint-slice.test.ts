import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT, createErrors, defaulted, objectOf, row, updateErrors } from '../test-support.ts';
import { endpointSlices } from './endpoint-slice.ts';

const slice = (fields: object = {}) =>
  objectOf({ addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }], ...fields });

test('defaults and columns', () => {
  const object = defaulted(endpointSlices, slice());
  assert.deepEqual(object['ports'], [{ port: 80, name: '', protocol: 'TCP' }]);
  assert.deepEqual(createErrors(endpointSlices, object), []);
  assert.deepEqual(row(endpointSlices, object), ['a', 'IPv4', '80', '10.0.0.1', '60m']);
  const many = slice({ endpoints: ['1', '2', '3', '4'].map((n) => ({ addresses: [`10.0.0.${n}`] })), ports: [] });
  assert.deepEqual(row(endpointSlices, many).slice(2, 4), ['<unset>', '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...']);
});

test('addresses, ports and types', () => {
  const cases: [object, string][] = [
    [{ addressType: undefined, endpoints: [] }, 'addressType: Required value'],
    [{ endpoints: [{ addresses: [] }] }, 'endpoints[0].addresses: Required value: must contain at least 1 address'],
    [
      { endpoints: [{ addresses: ['::1'] }] },
      'endpoints[0].addresses[0]: Invalid value: "::1": must be a valid IPv4 address',
    ],
    [
      { endpoints: [{ addresses: ['127.0.0.1'] }] },
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [{ ports: [{ port: 1 }, { port: 2 }] }, 'ports[1].name: Duplicate value: ""'],
  ];
  for (const [fields, expected] of cases) {
    assert.deepEqual(createErrors(endpointSlices, defaulted(endpointSlices, slice(fields))), [expected]);
  }
  assert.equal(
    updateErrors(endpointSlices, defaulted(endpointSlices, slice({ addressType: 'FQDN', endpoints: [] })), slice())
      .length,
    1,
  );
});

test('generation counts content and labels', () => {
  const old = slice();
  endpointSlices.prepareForCreate?.(old, CONTEXT);
  const same = structuredClone(old);
  same.metadata.annotations = { a: 'b' };
  endpointSlices.prepareForUpdate?.(same, old, CONTEXT);
  assert.equal(same.metadata.generation, 1);
  same.metadata.labels = { a: 'b' };
  endpointSlices.prepareForUpdate?.(same, old, CONTEXT);
  assert.equal(same.metadata.generation, 2);
});
