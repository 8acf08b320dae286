import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT, createErrors, defaulted, objectOf, row, subresourceErrors, updateErrors } from '../test-support.ts';
import { csiDrivers } from './csi-driver.ts';
import { csiNodes } from './csi-node.ts';
import { csiStorageCapacities } from './csi-storage-capacity.ts';
import { storageClasses } from './storage-class.ts';
import { volumeAttachments } from './volume-attachment.ts';
import { volumeAttributesClasses } from './volume-attributes-class.ts';

test('StorageClass: defaults, fixed fields, columns', () => {
  const object = defaulted(storageClasses, objectOf({ provisioner: 'example.com/x', parameters: { a: 'b' } }));
  assert.deepEqual(createErrors(storageClasses, object), []);
  assert.equal(object['reclaimPolicy'], 'Delete');
  const changed = structuredClone(object);
  Object.assign(changed, {
    parameters: {},
    provisioner: 'y',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  assert.deepEqual(updateErrors(storageClasses, changed, object), [
    'parameters: Forbidden: updates to parameters are forbidden.',
    'provisioner: Forbidden: updates to provisioner are forbidden.',
    'reclaimPolicy: Invalid value: "Retain": field is immutable',
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ]);
  object.metadata.annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  assert.deepEqual(row(storageClasses, object), ['a (default)', 'example.com/x', 'Delete', 'Immediate', false, '60m']);
  assert.deepEqual(createErrors(storageClasses, objectOf({})), [
    'provisioner: Required value',
    'volumeBindingMode: Required value',
  ]);
});

test('VolumeAttributesClass: parameters are needed and fixed', () => {
  assert.deepEqual(createErrors(volumeAttributesClasses, objectOf({ driverName: 'd' })), [
    'parameters: Required value: must contain at least one key/value pair',
  ]);
  const object = objectOf({ driverName: 'd', parameters: { a: 'b' } });
  assert.equal(
    updateErrors(volumeAttributesClasses, objectOf({ driverName: 'e', parameters: { a: 'c' } }), object).length,
    2,
  );
});

test('VolumeAttachment: one source, a fixed spec, status apart', () => {
  const spec = { attacher: 'csi.example.com', nodeName: 'n', source: { persistentVolumeName: 'pv' } };
  assert.deepEqual(createErrors(volumeAttachments, objectOf({ spec })), []);
  assert.equal(createErrors(volumeAttachments, objectOf({ spec: { ...spec, source: {} } })).length, 1);
  assert.match(
    updateErrors(volumeAttachments, objectOf({ spec: { ...spec, nodeName: 'm' } }), objectOf({ spec }))[0] ?? '',
    /field is immutable$/,
  );
  const old = objectOf({ spec }, { labels: { kept: 'yes' } });
  const status = objectOf({ spec: {}, status: { attached: true } });
  assert.deepEqual(subresourceErrors(volumeAttachments, 'status', status, old), []);
  assert.deepEqual([status['spec'], status.metadata.labels], [spec, { kept: 'yes' }]);
});

test('CSIDriver: defaults, generation, fixed fields', () => {
  const object = defaulted(csiDrivers, objectOf({ spec: {} }));
  assert.deepEqual(createErrors(csiDrivers, object), []);
  assert.deepEqual(row(csiDrivers, object), ['a', true, false, false, '<unset>', false, 'Persistent', '60m']);
  const changed = structuredClone(object);
  Object.assign(changed['spec'] as object, { attachRequired: false, storageCapacity: true });
  csiDrivers.prepareForUpdate?.(changed, object, CONTEXT);
  assert.equal(changed.metadata.generation, 1);
  for (const spec of [{ podInfoOnMount: true }, { fsGroupPolicy: 'None' }, { requiresRepublish: true }]) {
    const next = structuredClone(object);
    Object.assign(next['spec'] as object, spec);
    csiDrivers.prepareForUpdate?.(next, object, CONTEXT);
    assert.equal(next.metadata.generation, 1, Object.keys(spec)[0]);
  }
  assert.deepEqual(updateErrors(csiDrivers, changed, object), [
    'spec.attachedRequired: Invalid value: false: field is immutable',
  ]);
  const wrong = defaulted(
    csiDrivers,
    objectOf({ spec: { tokenRequests: [{ audience: 'x', expirationSeconds: 1 }, { audience: 'x' }] } }),
  );
  assert.equal(createErrors(csiDrivers, wrong).length, 2);
});

test('CSINode: drivers that stay are fixed', () => {
  const driver = { name: 'd', nodeID: 'n', allocatable: { count: 1 } };
  const old = objectOf({ spec: { drivers: [driver] } });
  assert.deepEqual(createErrors(csiNodes, old), []);
  assert.deepEqual(
    updateErrors(csiNodes, objectOf({ spec: { drivers: [{ ...driver, allocatable: { count: 2 } }] } }), old),
    [],
  );
  assert.equal(updateErrors(csiNodes, objectOf({ spec: { drivers: [{ ...driver, nodeID: 'm' }] } }), old).length, 1);
  assert.deepEqual(updateErrors(csiNodes, objectOf({ spec: { drivers: [] } }), old), []);
  assert.deepEqual(createErrors(csiNodes, objectOf({ spec: { drivers: [driver, driver] } })), [
    'spec.drivers[1].name: Duplicate value: "d"',
  ]);
});

test('CSIStorageCapacity: topology is fixed, sizes are not negative', () => {
  const old = objectOf({ storageClassName: 'fast', capacity: '1Gi' });
  assert.deepEqual(createErrors(csiStorageCapacities, old), []);
  assert.equal(createErrors(csiStorageCapacities, objectOf({ storageClassName: 'fast', capacity: '-1' })).length, 1);
  assert.equal(updateErrors(csiStorageCapacities, objectOf({ storageClassName: 'slow' }), old).length, 1);
});

test('what the store writes for absent fields is no change', () => {
  const old = objectOf({ spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: null }] } });
  assert.deepEqual(updateErrors(csiNodes, objectOf({ spec: { drivers: [{ name: 'd', nodeID: 'n' }] } }), old), []);
});
