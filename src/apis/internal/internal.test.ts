import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageVersionMigrations } from '../storagemigration/storage-version-migration.ts';
import { CONTEXT, createErrors, objectOf, row, subresourceErrors } from '../test-support.ts';
import { storageVersions } from './storage-version.ts';

test('StorageVersion: names and encodings', () => {
  assert.deepEqual(storageVersions.validateName('apps.deployments', false), []);
  assert.deepEqual(storageVersions.validateName('pods', false), ['name must be in the form of <group>.<resource>']);
  const entry = { apiServerID: 's', encodingVersion: 'v1', decodableVersions: ['v1'] };
  const status = (...storageVersions: object[]) => objectOf({ status: { storageVersions } });
  assert.deepEqual(subresourceErrors(storageVersions, 'status', status(entry), objectOf({})), []);
  assert.equal(
    subresourceErrors(storageVersions, 'status', status({ ...entry, decodableVersions: [] }), objectOf({})).length,
    1,
  );
  assert.deepEqual(row(storageVersions, status(entry)), ['a', '<unset>', 's=v1', '60m']);
});

test('StorageVersionMigration: one end', () => {
  const migration = objectOf({ spec: { resource: { group: 'apps', resource: 'deployments' } } });
  assert.deepEqual(createErrors(storageVersionMigrations, migration), []);
  assert.deepEqual(row(storageVersionMigrations, migration), ['a', 'deployments.apps']);
  const done = (...types: string[]) =>
    objectOf({
      status: {
        conditions: types.map((type) => ({ type, status: 'True', reason: 'R', lastTransitionTime: CONTEXT.now })),
      },
    });
  assert.deepEqual(subresourceErrors(storageVersionMigrations, 'status', done('Succeeded'), migration), []);
  assert.equal(subresourceErrors(storageVersionMigrations, 'status', done('Succeeded', 'Failed'), migration).length, 1);
  assert.equal(subresourceErrors(storageVersionMigrations, 'status', done(), done('Failed')).length, 1);
});
