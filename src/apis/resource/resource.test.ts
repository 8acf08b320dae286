import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT, createErrors, defaulted, objectOf, row, subresourceErrors, updateErrors } from '../test-support.ts';
import { deviceTaintRules } from './alpha-kinds.ts';
import { claimConversion, sliceConversion } from './conversion.ts';
import { deviceClasses } from './device-class.ts';
import { resourceClaims } from './resource-claim.ts';
import { resourceClaimTemplates } from './resource-claim-template.ts';
import { resourceSlices } from './resource-slice.ts';

const claimSpec = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu' } }] } };

test('ResourceClaim: one device by default, a fixed spec', () => {
  const claim = defaulted(resourceClaims, objectOf({ spec: claimSpec }));
  const exactly = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 };
  assert.deepEqual(claim['spec'], { devices: { requests: [{ name: 'r', exactly }] } });
  assert.deepEqual(createErrors(resourceClaims, claim), []);
  assert.equal(updateErrors(resourceClaims, objectOf({ spec: {} }), claim).length, 1);
  assert.deepEqual(row(resourceClaims, claim), ['a', 'pending', '60m']);
});

test('ResourceClaim: precise errors', () => {
  const cases: [object, string][] = [
    [
      { requests: [{ name: 'r' }] },
      'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
    ],
    [
      { requests: [{ name: 'r', exactly: { deviceClassName: 'g', allocationMode: 'All', count: 2 } }] },
      "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
    ],
    [
      { ...claimSpec.devices, constraints: [{ requests: ['x'], matchAttribute: 'a/b' }] },
      'spec.devices.constraints[0].requests[0]: Invalid value: "x": must be the name of a request in the claim or the name of a request and a subrequest separated by \'/\'',
    ],
    [
      { ...claimSpec.devices, config: [{ opaque: { driver: 'd', parameters: [] } }] },
      'spec.devices.config[0].opaque.parameters: Invalid value: []: must be a valid JSON object',
    ],
  ];
  for (const [devices, expected] of cases) {
    assert.deepEqual(createErrors(resourceClaims, defaulted(resourceClaims, objectOf({ spec: { devices } }))), [
      expected,
    ]);
  }
});

test('ResourceClaim: allocation is written once, statuses follow the devices', () => {
  const result = { request: 'r', driver: 'd', pool: 'p', device: 'x' };
  const allocation = { devices: { results: [result] } };
  const old = objectOf({ spec: claimSpec });
  const allocated = objectOf({
    spec: {},
    status: { allocation, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] },
  });
  assert.deepEqual(subresourceErrors(resourceClaims, 'status', allocated, old), []);
  assert.equal(row(resourceClaims, allocated)[1], 'allocated,reserved');
  const other = objectOf({
    spec: claimSpec,
    status: { allocation: { devices: { results: [{ ...result, device: 'y' }] } } },
  });
  assert.equal(subresourceErrors(resourceClaims, 'status', other, allocated).length, 1);
  const released = objectOf({ status: { devices: [{ driver: 'd', pool: 'p', device: 'x' }] } });
  assert.deepEqual(subresourceErrors(resourceClaims, 'status', released, allocated), []);
  assert.deepEqual(released['status'], {});
  const unallocated = objectOf({ status: { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] } });
  assert.deepEqual(subresourceErrors(resourceClaims, 'status', unallocated, old), [
    'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
  ]);
});

test('ResourceClaimTemplate, DeviceClass, DeviceTaintRule', () => {
  const template = defaulted(resourceClaimTemplates, objectOf({ spec: { spec: claimSpec } }));
  assert.deepEqual(createErrors(resourceClaimTemplates, template), []);
  assert.equal(
    createErrors(deviceClasses, objectOf({ spec: { selectors: [{}], extendedResourceName: 'kubernetes.io/x' } }))
      .length,
    2,
  );
  assert.deepEqual(createErrors(deviceClasses, objectOf({ spec: { extendedResourceName: 'example.com/gpu' } })), []);
  const rule = objectOf({ spec: { taint: { key: 'a', effect: 'NoExecute' } } });
  deviceTaintRules.prepareForCreate?.(rule, CONTEXT);
  assert.equal((rule['spec'] as { taint: { timeAdded: string } }).taint.timeAdded, CONTEXT.now);
  assert.deepEqual(createErrors(deviceTaintRules, rule), []);
});

const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };

test('ResourceSlice: nodes, pool, devices', () => {
  const slice = objectOf({ spec: { driver: 'd', pool, nodeName: 'n', devices: [{ name: 'x' }] } });
  assert.deepEqual(createErrors(resourceSlices, slice), []);
  assert.deepEqual(row(resourceSlices, slice), ['a', 'n', 'd', 'p', '60m']);
  assert.equal(resourceSlices.fieldLabels?.['spec.nodeName']?.(slice), 'n');
  const cases: [object, number][] = [
    [{ nodeName: undefined }, 1],
    [{ allNodes: true }, 1],
    [{ pool: {} }, 2],
    [{ devices: [{ name: 'x' }, { name: 'x' }] }, 1],
    [{ devices: [{ name: 'x', attributes: { a: {} } }] }, 1],
  ];
  for (const [change, count] of cases) {
    const found = createErrors(resourceSlices, objectOf({ spec: { ...(slice['spec'] as object), ...change } }));
    assert.equal(found.length, count, found.join());
  }
});

test('v1beta1 goes to v1 and back', () => {
  const old = objectOf({
    spec: {
      devices: {
        requests: [
          { name: 'r', deviceClassName: 'gpu', count: 2 },
          { name: 's', firstAvailable: [] },
        ],
      },
    },
  });
  const stored = claimConversion.toStorage(structuredClone(old));
  assert.deepEqual(stored['spec'], {
    devices: {
      requests: [
        { name: 'r', exactly: { deviceClassName: 'gpu', count: 2 } },
        { name: 's', firstAvailable: [] },
      ],
    },
  });
  assert.deepEqual(claimConversion.fromStorage(stored), old);
  const slice = objectOf({ spec: { devices: [{ name: 'x', basic: { attributes: { a: { int: 1 } } } }] } });
  const flat = sliceConversion.toStorage(structuredClone(slice));
  assert.deepEqual(flat['spec'], { devices: [{ name: 'x', attributes: { a: { int: 1 } } }] });
  assert.deepEqual(sliceConversion.fromStorage(flat), slice);
  assert.deepEqual(claimConversion.toStorage(objectOf({ spec: null })), objectOf({ spec: null }));
});
