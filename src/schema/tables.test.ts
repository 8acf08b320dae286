import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindTable } from './kinds.ts';
import { protobufTable } from './protobuf-table.ts';
import { resourceList } from './resources.ts';
import { OMIT_EMPTY, POINTER, SCALARS } from './type-table.ts';
import { typeTable } from './types.ts';

const types = typeTable();

test('every field is a scalar or a type of the table', () => {
  const scalars = new Set<string>(SCALARS);
  for (const [name, row] of Object.entries(types)) {
    for (const [field, expression] of 'fields' in row ? row.fields : []) {
      const element = expression.replace(/^(\[\]|\{\})+/, '');
      assert.ok(scalars.has(element) || element in types, `${name}.${field}: ${expression}`);
    }
  }
});

test('protobuf numbers are unique in a message, embedded messages included', () => {
  const { embedded } = protobufTable();
  for (const [name, row] of Object.entries(types)) {
    const own = 'fields' in row ? row.fields.map((field) => field[3]).filter((number) => number !== 0) : [];
    const numbers = [...own, ...(embedded[name] ?? []).map(([number]) => number)];
    assert.equal(new Set(numbers).size, numbers.length, name);
    for (const [, inner] of embedded[name] ?? []) assert.ok(inner in types, inner);
  }
});

test('known rows are as upstream declares them', () => {
  const row = types['io.k8s.api.core.v1.Volume'];
  assert.ok(row !== undefined && 'fields' in row);
  assert.deepEqual(row.fields.slice(0, 2), [
    ['name', 'string', 1, 1],
    ['hostPath', 'io.k8s.api.core.v1.HostPathVolumeSource', POINTER | OMIT_EMPTY, 0],
  ]);
  assert.deepEqual(protobufTable().embedded['io.k8s.api.core.v1.Volume'], [[2, 'io.k8s.api.core.v1.VolumeSource']]);
  const volume = types['io.k8s.api.core.v1.PersistentVolumeSpec'];
  assert.ok(volume !== undefined && 'fields' in volume);
  assert.deepEqual(volume.fields.find(([name]) => name === 'claimRef')?.[4], { map: 'granular' });
});

test('kinds and resources point into the type table', () => {
  assert.equal(kindTable()['apps/v1']?.['DeploymentList'], 'io.k8s.api.apps.v1.DeploymentList');
  for (const kinds of Object.values(kindTable()))
    for (const type of Object.values(kinds)) assert.ok(type in types, type);
  const { groups, resources } = resourceList();
  assert.deepEqual(
    groups.slice(0, 3).map((group) => group.name),
    ['', 'apiregistration.k8s.io', 'apps'],
  );
  for (const resource of resources) {
    assert.ok(resource.type in types, resource.type);
    for (const subresource of resource.subresources) assert.ok(subresource.type in types, subresource.type);
    const group = groups.find(({ name }) => name === resource.group);
    const version = group?.versions.find((row) => row.version === resource.version);
    assert.equal(version?.default, resource.default, `${resource.group}/${resource.version} ${resource.plural}`);
  }
});
