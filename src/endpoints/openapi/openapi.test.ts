import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceList } from '../../schema/resources.ts';
import { typeTable } from '../../schema/types.ts';
import { NO_DESCRIPTIONS, readDescriptions } from './descriptions.ts';
import type { JsonSchema, OpenApiInput, OpenApiResource } from './document.ts';
import { buildOpenApiV2 } from './v2.ts';
import { buildOpenApiV3 } from './v3.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const input: OpenApiInput = {
  resources: resourceList().resources.filter((resource) => resource.default),
  types: typeTable(),
  descriptions: {
    'io.k8s.api.apps.v1.DeploymentSpec': { description: 'What is wanted.', fields: { template: 'The pods.' } },
  },
  schemas: {},
  cbor: false,
};

const widget: OpenApiResource = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  type: 'com.example.v1.Widget',
  plural: 'widgets',
  namespaced: true,
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  listKind: 'WidgetList',
  storage: { deleteReturns: 'Status' },
  subresources: [],
  custom: true,
};

/** The value at a path of keys. */
function at(document: unknown, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as { [key: string]: unknown } | undefined)?.[key], document);
}

function operationIds(document: JsonSchema): string[] {
  const items = Object.values(document['paths'] as { [path: string]: { [method: string]: unknown } });
  return items.flatMap((item) =>
    Object.entries(item).flatMap(([method, operation]) =>
      method === 'parameters' ? [] : [at(operation, 'operationId') as string],
    ),
  );
}

/** All that `$ref`s under a value refer to. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

test('v2 describes served resources only, each operation once, every reference resolved', () => {
  const document = buildOpenApiV2(input);
  const ids = operationIds(document);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of [
    'listCoreV1PodForAllNamespaces',
    'connectCoreV1HeadNamespacedPodProxyWithPath',
    'createCoreV1NamespacedPodEviction',
    'replaceAppsV1NamespacedDeploymentScale',
    'watchRbacAuthorizationV1ClusterRoleList',
    'deleteFlowcontrolApiserverV1CollectionFlowSchema',
  ]) {
    assert.ok(ids.includes(id), id);
  }
  assert.equal(
    ids.find((id) => id.includes('V1alpha')),
    undefined,
  );
  for (const reference of new Set(references(document))) {
    const [, section, name] = reference.split('/') as [string, string, string];
    assert.notEqual(at(document, section, name), undefined, reference);
  }
});

test('v2 operations name their kind, action, parameters and answers', () => {
  const path = at(buildOpenApiV2(input), 'paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale');
  assert.deepEqual(at(path, 'get', 'x-kubernetes-group-version-kind'), {
    group: 'autoscaling',
    kind: 'Scale',
    version: 'v1',
  });
  assert.equal(at(path, 'get', 'description'), 'read scale of the specified Deployment');
  assert.equal(at(path, 'patch', 'x-kubernetes-action'), 'patch');
  assert.deepEqual(at(path, 'patch', 'parameters', 0), { $ref: '#/parameters/body-78PwaGsr' });
  assert.deepEqual(Object.keys(at(path, 'put', 'responses') as object), ['200', '201', '401']);
  assert.equal(at(path, 'parameters', 0, 'description'), 'name of the Scale');
});

test('definitions carry merge keys, enums and kinds; v3 adds defaults and wraps described references', () => {
  const v2 = buildOpenApiV2(input);
  const ports = at(v2, 'definitions', 'io.k8s.api.core.v1.Container', 'properties', 'ports');
  assert.deepEqual(ports, {
    items: { $ref: '#/definitions/io.k8s.api.core.v1.ContainerPort' },
    type: 'array',
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'containerPort',
    'x-kubernetes-patch-strategy': 'merge',
  });
  const v3 = buildOpenApiV3('apis/apps/v1', input);
  const schemas = at(v3, 'components', 'schemas');
  assert.deepEqual(at(schemas, 'io.k8s.api.apps.v1.DeploymentSpec', 'properties', 'template'), {
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' }],
    default: {},
    description: 'The pods.',
  });
  assert.deepEqual(at(schemas, 'io.k8s.api.core.v1.ContainerPort', 'properties', 'protocol'), {
    enum: ['SCTP', 'TCP', 'UDP'],
    type: 'string',
    default: 'TCP',
  });
  assert.deepEqual(at(schemas, 'io.k8s.api.core.v1.ContainerPort', 'properties', 'containerPort', 'default'), 0);
  assert.deepEqual(at(schemas, `${META}.ObjectMeta`, 'properties', 'creationTimestamp'), {
    $ref: `#/components/schemas/${META}.Time`,
  });
  assert.deepEqual(at(schemas, 'io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'oneOf'), [
    { type: 'integer' },
    { type: 'string' },
  ]);
  assert.deepEqual(at(v2, 'definitions', 'io.k8s.api.apps.v1.Deployment', 'x-kubernetes-group-version-kind'), [
    { group: 'apps', kind: 'Deployment', version: 'v1' },
  ]);
});

test('a custom kind brings its definitions, and neither protobuf nor strategic merge', () => {
  const schema = (description: string): JsonSchema => ({
    description,
    type: 'object',
    properties: {
      metadata: { $ref: `#/components/schemas/${META}.ObjectMeta` },
      spec: { default: { $ref: '#/components/schemas/x' }, items: { $ref: '#/components/schemas/constructor' } },
    },
  });
  const custom: OpenApiInput = {
    ...input,
    resources: [widget],
    schemas: { 'com.example.v1.Widget': schema('one'), 'com.example.v1.WidgetList': schema('many') },
  };
  const document = buildOpenApiV3('apis/example.com/v1', custom);
  const item = at(document, 'paths', '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}');
  assert.equal(at(item, 'get', 'operationId'), 'readExampleComV1NamespacedWidget');
  assert.deepEqual(Object.keys(at(item, 'get', 'responses', '200', 'content') as object), [
    'application/json',
    'application/yaml',
  ]);
  assert.deepEqual(Object.keys(at(item, 'patch', 'requestBody', 'content') as object), [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
  ]);
  assert.equal(at(document, 'components', 'schemas', 'com.example.v1.Widget', 'description'), 'one');
  const schemas = at(document, 'components', 'schemas') as object;
  assert.ok(Object.hasOwn(schemas, `${META}.ManagedFieldsEntry`));
  assert.ok(!Object.hasOwn(schemas, 'constructor'));
});

test('without the build product there are no descriptions', () => {
  assert.equal(readDescriptions(new URL('./no-such-file.json', import.meta.url)), NO_DESCRIPTIONS);
});
