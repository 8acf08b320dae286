import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileType, DEDUCED, makeField, setFields, structType } from './compile.ts';
import { DecodeError, decode } from './decode.ts';
import { OMIT_EMPTY } from './type-table.ts';
import { typeTable } from './types.ts';

const deployment = compileType(typeTable(), 'io.k8s.api.apps.v1.Deployment');
const pod = compileType(typeTable(), 'io.k8s.api.core.v1.Pod');
const configMap = compileType(typeTable(), 'io.k8s.api.core.v1.ConfigMap');

function unknownOf(value: unknown): string[] {
  return decode(pod, value, { unknownFields: 'collect' }).unknown;
}

function detailOf(type: typeof pod, value: unknown): string {
  try {
    decode(type, value, { unknownFields: 'ignore' });
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return error.detail;
  }
  return 'decoded';
}

test('unknown fields are pruned and named with their paths', () => {
  const value = JSON.parse(
    '{"kind":"Pod","Kind":1,"metadata":{"name":"a","__proto__":{"x":1}},"spec":{"foo":1,"containers":[{"name":"c","bar":{"a":[1]}}]}}',
  ) as Record<string, Record<string, unknown>>;
  assert.deepEqual(unknownOf(value), [
    'unknown field "Kind"',
    'unknown field "metadata.__proto__"',
    'unknown field "spec.foo"',
    'unknown field "spec.containers[0].bar"',
  ]);
  assert.deepEqual(value, { kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } });
  assert.equal(({} as { x?: number }).x, undefined);
});

test('unknown fields beyond a hundred are dropped without being named', () => {
  const value: Record<string, unknown> = {};
  for (let i = 0; i < 1000; i++) value[`x${i}`] = i;
  assert.equal(unknownOf(value).length, 100);
  assert.deepEqual(value, {});
});

test('members are counted, unknown ones and those of free values included', () => {
  const value = {
    kind: 'Pod',
    foo: { a: 1, b: [{ c: 2 }] },
    metadata: { labels: { a: 'b' }, managedFields: [{ fieldsV1: { 'f:a': {} } }] },
  };
  assert.equal(decode(pod, value, { unknownFields: 'ignore' }).members, 11);
});

test('nulls and what Go omits are dropped, pointers to zero values stay', () => {
  const value = {
    metadata: { name: '', labels: {}, creationTimestamp: null, generation: 0 },
    spec: {
      hostNetwork: false,
      containers: [],
      volumes: [],
      enableServiceLinks: false,
      priority: 0,
      securityContext: {},
      nodeSelector: null,
    },
    status: {},
  };
  decode(pod, value, { unknownFields: 'ignore' });
  assert.deepEqual(value, {
    metadata: {},
    spec: { containers: [], enableServiceLinks: false, priority: 0, securityContext: {} },
    status: {},
  });
});

test('null items become zero values', () => {
  const value = { data: JSON.parse('{"a":null,"__proto__":"x"}') as unknown };
  decode(configMap, value, { unknownFields: 'ignore' });
  assert.equal(JSON.stringify(value.data), '{"a":"","__proto__":"x"}');
});

test('wrong types are said in the words of Go', () => {
  const head = 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal ';
  const body = (spec: unknown) => ({ kind: 'Deployment', apiVersion: 'apps/v1', spec });
  const cases: [unknown, string][] = [
    [{ replicas: 'x' }, 'string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 1.5 }, 'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 3e9 }, 'number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ paused: 1 }, 'number into Go struct field DeploymentSpec.spec.paused of type bool'],
    [{ template: [] }, 'array into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec'],
    [
      { template: { spec: { containers: {} } } },
      'object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { template: { metadata: { labels: { a: 1 } } } },
      'number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    ],
    [
      { template: { spec: { containers: [{ env: [{ value: true }] }] } } },
      'bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
  ];
  for (const [spec, text] of cases) {
    assert.throws(() => decode(deployment, body(spec), { unknownFields: 'ignore' }), {
      message: head + text,
      code: 400,
    });
  }
  assert.equal(detailOf(pod, []), 'json: cannot unmarshal array into Go value of type v1.Pod');
  assert.equal(detailOf(pod, 'x'), 'json: cannot unmarshal string into Go value of type v1.Pod');
});

test('quantities and times become canonical', () => {
  const value = {
    metadata: { creationTimestamp: '2024-02-29T12:00:00.75+02:00' },
    spec: { containers: [{ resources: { limits: { cpu: 0.1, memory: '1024Mi', x: 1 } } }], overhead: { cpu: '1000m' } },
  };
  decode(pod, value, { unknownFields: 'ignore' });
  assert.deepEqual(value, {
    metadata: { creationTimestamp: '2024-02-29T10:00:00Z' },
    spec: { containers: [{ resources: { limits: { cpu: '100m', memory: '1Gi', x: '1' } } }], overhead: { cpu: '1' } },
  });
});

test('bad times, quantities and base64 are refused', () => {
  const time = (text: string) => detailOf(pod, { metadata: { creationTimestamp: text } });
  assert.equal(time('x'), 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"');
  assert.equal(time('2024-01-01'), 'parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"');
  assert.equal(time('2023-02-29T00:00:00Z'), 'parsing time "2023-02-29T00:00:00Z": day out of range');
  assert.equal(
    detailOf(pod, { metadata: { creationTimestamp: 5 } }),
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
  );
  assert.match(detailOf(pod, { spec: { overhead: { cpu: 'many' } } }), /^quantities must match the regular expression/);
  assert.equal(detailOf(configMap, { binaryData: { a: 'QQ=' } }), 'illegal base64 data at input byte 2');
  const lease = compileType(typeTable(), 'io.k8s.api.coordination.v1.Lease');
  assert.match(detailOf(lease, { spec: { renewTime: '2024-01-01T00:00:00Z' } }), /cannot parse "Z" as ".000000"$/);
  const value = { spec: { renewTime: '2024-01-01T01:00:00.123456+01:00' } };
  decode(lease, value, { unknownFields: 'ignore' });
  assert.equal(value.spec.renewTime, '2024-01-01T00:00:00.123456Z');
});

test('depth has an end', () => {
  const deep = (depth: number): unknown => JSON.parse(`${'{"properties":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`);
  const schema = compileType(typeTable(), 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  assert.equal(detailOf(schema, deep(100)), 'decoded');
  assert.equal(detailOf(schema, deep(100_000)), 'exceeded max depth');
  const list = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
  assert.equal(detailOf(pod, { unknown: list }), 'exceeded max depth');
});

test('types that keep unnamed members keep them', () => {
  const type = structType({ typeName: '', goName: 'v1.Widget', atomic: false, element: DEDUCED });
  setFields(type, [makeField('constructor', DEDUCED, { flags: OMIT_EMPTY, proto: 0, extra: {} })]);
  const value = { constructor: { a: 1 }, other: [null] };
  const { unknown, members } = decode(type, value, { unknownFields: 'collect' });
  assert.deepEqual({ unknown, members }, { unknown: [], members: 3 });
  assert.deepEqual(value, { constructor: { a: 1 }, other: [null] });
});

test('schemas within schemas are decoded, whatever may stand for one', () => {
  const type = compileType(typeTable(), 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  const value = {
    items: { type: null, unknown: 1, properties: { a: null } },
    additionalProperties: false,
    dependencies: { a: ['b', null], c: { type: 'string', required: [] } },
    not: { items: 7 },
  };
  assert.deepEqual(decode(type, value, { unknownFields: 'collect' }).unknown, []);
  assert.deepEqual(value, {
    items: { properties: { a: {} } },
    additionalProperties: false,
    dependencies: { a: ['b', ''], c: { type: 'string' } },
    not: { items: [] },
  });
  const refused = { items: { properties: { a: { type: 7 } } } };
  const path = 'JSONSchemaProps.items.properties.type';
  assert.equal(detailOf(type, refused), `json: cannot unmarshal number into Go struct field ${path} of type string`);
  assert.equal(detailOf(type, { additionalProperties: 'x' }), 'boolean or JSON schema expected');
});
