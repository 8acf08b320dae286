import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { CONTEXT, createErrors, defaulted, objectOf, row, updateErrors } from '../test-support.ts';
import { customResourceDefinitions } from './custom-resource-definition.ts';

const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  },
};
const version = { name: 'v1', served: true, storage: true, schema };
const base = {
  group: 'example.com',
  names: { plural: 'things', kind: 'Thing' },
  scope: 'Namespaced',
  versions: [version],
};

function definition(spec: object = {}, name = 'things.example.com'): KubeObject {
  const object = defaulted(customResourceDefinitions, objectOf({ spec: { ...base, ...spec } }, { name }));
  customResourceDefinitions.prepareForCreate?.(object, CONTEXT);
  return object;
}

test('defaults and stored versions', () => {
  const object = definition();
  assert.deepEqual(createErrors(customResourceDefinitions, object), []);
  const spec = object['spec'] as { names: object; conversion: object };
  assert.deepEqual(spec.names, { plural: 'things', kind: 'Thing', singular: 'thing', listKind: 'ThingList' });
  assert.deepEqual(spec.conversion, { strategy: 'None' });
  assert.deepEqual(object['status'], { storedVersions: ['v1'] });
  assert.deepEqual(row(customResourceDefinitions, object), ['things.example.com', '2024-01-02T02:04:05Z']);
});

test('precise errors', () => {
  const at = 'spec.validation.openAPIV3Schema';
  const withSchema = (openAPIV3Schema: object) => ({ versions: [{ ...version, schema: { openAPIV3Schema } }] });
  const cases: [object, string[]][] = [
    [
      { versions: [{ ...version, storage: false }] },
      [
        'spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version',
        'status.storedVersions: Invalid value: []: must have at least one stored version',
      ],
    ],
    [
      { versions: [{ ...version, schema: undefined }] },
      ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ],
    [withSchema({}), [`${at}.type: Required value: must not be empty at the root`]],
    [withSchema({ type: 'string' }), [`${at}.type: Invalid value: "string": must be object at the root`]],
    [
      withSchema({ type: 'object', properties: { a: {} } }),
      [`${at}.properties[a].type: Required value: must not be empty for specified object fields`],
    ],
    [
      withSchema({ type: 'object', properties: { a: { type: 'array' } } }),
      [`${at}.properties[a].items: Required value: must be specified`],
    ],
    [
      withSchema({ type: 'object', anyOf: [{ type: 'object' }] }),
      [`${at}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [withSchema({ type: 'object', $ref: '#' }), [`${at}.$ref: Forbidden: $ref is not supported`]],
    [{ scope: 'All' }, ['spec.scope: Unsupported value: "All": supported values: "Cluster", "Namespaced"']],
    [
      { names: { ...base.names, listKind: 'Thing' } },
      ['spec.names.listKind: Invalid value: "Thing": kind and listKind may not be the same'],
    ],
    [
      { conversion: { strategy: 'Webhook' } },
      [
        'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
        'spec.conversion.conversionReviewVersions: Required value: must specify one of v1, v1beta1',
      ],
    ],
  ];
  for (const [change, expected] of cases)
    assert.deepEqual(createErrors(customResourceDefinitions, definition(change)), expected);
  assert.deepEqual(createErrors(customResourceDefinitions, definition({}, 'others.example.com')), [
    'metadata.name: Invalid value: "others.example.com": must be spec.names.plural+"."+spec.group',
  ]);
  assert.match(
    createErrors(customResourceDefinitions, definition({ group: 'x.k8s.io' }, 'things.x.k8s.io'))[0] ?? '',
    /^metadata.annotations\[api-approved/,
  );
});

test('a storage version that was cannot leave', () => {
  const old = definition();
  const next = definition({ versions: [{ ...version, name: 'v2' }] });
  customResourceDefinitions.prepareForUpdate?.(next, old, CONTEXT);
  assert.deepEqual(next['status'], { storedVersions: ['v1', 'v2'] });
  assert.match(
    updateErrors(customResourceDefinitions, next, old)[0] ?? '',
    /^status.storedVersions\[0\]: Invalid value: "v1": missing from spec.versions; v1 was/,
  );
});

test('kind and scope are fixed once established', () => {
  const old = definition();
  const next = definition({ scope: 'Cluster' });
  assert.deepEqual(updateErrors(customResourceDefinitions, next, old), []);
  old['status'] = { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] };
  assert.deepEqual(updateErrors(customResourceDefinitions, next, old), [
    'spec.scope: Invalid value: "Cluster": field is immutable',
  ]);
});
