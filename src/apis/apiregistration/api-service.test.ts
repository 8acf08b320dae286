import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceList } from '../../schema/resources.ts';
import { builtInGroupVersions, localApiService } from '../bootstrap/api-services.ts';
import { createErrors, defaulted, objectOf, row } from '../test-support.ts';
import { apiServices } from './api-service.ts';

test('the built-in APIServices are valid', () => {
  const list = resourceList();
  const priority = new Map(list.groups.flatMap((g) => g.versions.map((v) => [`${g.name}/${v.version}`, v.priority])));
  for (const served of builtInGroupVersions(list, (group, version) => (priority.get(`${group}/${version}`) ?? 0) > 0)) {
    const object = localApiService(served, '2024-01-01T00:00:00Z');
    assert.deepEqual(createErrors(apiServices, object), [], object.metadata.name);
    assert.deepEqual(row(apiServices, object).slice(1, 3), ['Local', 'True']);
  }
});

test('a remote APIService', () => {
  const spec = {
    group: 'example.com',
    version: 'v1',
    groupPriorityMinimum: 10,
    versionPriority: 10,
    service: { namespace: 'n', name: 's' },
  };
  const object = defaulted(apiServices, objectOf({ spec }, { name: 'v1.example.com' }));
  assert.deepEqual(createErrors(apiServices, object), []);
  assert.deepEqual((object['spec'] as { service: object }).service, { namespace: 'n', name: 's', port: 443 });
  object['status'] = { conditions: [{ type: 'Available', status: 'False', reason: 'ServiceNotFound' }] };
  assert.deepEqual(row(apiServices, object).slice(1, 3), ['n/s', 'False (ServiceNotFound)']);
  const wrong = objectOf(
    { spec: { ...spec, versionPriority: 0, service: undefined, caBundle: 'eA==' } },
    { name: 'v2.example.com' },
  );
  assert.deepEqual(createErrors(apiServices, wrong), [
    'metadata.name: Invalid value: "v2.example.com": must be `spec.version+"."+spec.group`: "v1.example.com"',
    'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    'spec.caBundle: Invalid value: "1 bytes": local APIServices may not have a caBundle',
  ]);
});
