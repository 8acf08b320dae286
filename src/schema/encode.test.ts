import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileType, DEDUCED, makeField, scalarType, setFields, structType } from './compile.ts';
import { compileEncoder, encodeAny, headerLength, spliceOffset } from './encode.ts';
import { OMIT_EMPTY } from './type-table.ts';
import { typeTable } from './types.ts';

function encoder(name: string): (object: object) => string {
  return compileEncoder(compileType(typeTable(), name));
}

const encodePod = encoder('io.k8s.api.core.v1.Pod');

test('fields come in the order of Go, whatever the order they were given in', () => {
  const text = encodePod({
    status: { phase: 'Running' },
    spec: { restartPolicy: 'Never', containers: [{ image: 'i', name: 'n' }] },
    metadata: { labels: { b: '2', a: '1' }, namespace: 'd', name: 'p' },
    apiVersion: 'v1',
    kind: 'Pod',
  });
  assert.equal(
    text,
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"d","labels":{"a":"1","b":"2"}},' +
      '"spec":{"containers":[{"name":"n","image":"i","resources":{}}],"restartPolicy":"Never"},"status":{"phase":"Running"}}',
  );
});

test('structs and required fields are written though absent, empty values are omitted', () => {
  assert.equal(encodePod({ kind: 'Pod' }), '{"kind":"Pod","metadata":{},"spec":{"containers":null},"status":{}}');
  assert.equal(
    encodePod({
      metadata: { labels: {}, finalizers: [], name: '', generation: 0 },
      spec: { hostPID: false, containers: [] },
    }),
    '{"metadata":{},"spec":{"containers":[]},"status":{}}',
  );
  const encodeRole = encoder('io.k8s.api.rbac.v1.ClusterRole');
  assert.equal(encodeRole({ metadata: { name: 'r' } }), '{"metadata":{"name":"r"},"rules":null}');
  const encodeEvent = encoder('io.k8s.api.core.v1.Event');
  assert.equal(
    encodeEvent({ metadata: {} }),
    '{"metadata":{},"involvedObject":{},"source":{},"firstTimestamp":null,"lastTimestamp":null,"eventTime":null,"reportingComponent":"","reportingInstance":""}',
  );
  const encodeService = encoder('io.k8s.api.core.v1.Service');
  assert.equal(
    encodeService({ spec: { ports: [{ port: 80 }] } }),
    '{"metadata":{},"spec":{"ports":[{"port":80,"targetPort":0}]},"status":{"loadBalancer":{}}}',
  );
});

test('strings are escaped as Go escapes them', () => {
  const text = encodePod({ metadata: { annotations: { 'a"b': '<a href="x">&\u2028\n\u0001é\ud800' } } });
  assert.ok(text.includes(`${String.raw`{"a\"b":"\u003ca href=\"x\"\u003e\u0026\u2028\n\u0001é`}\ufffd"}`), text);
  assert.equal(encodeAny({ b: [1, null, true], a: '<' }), '{"a":"\\u003c","b":[1,null,true]}');
});

test('unnamed members are kept only by types that want them', () => {
  assert.equal(encodePod({ spec: { nope: 1 } }), '{"metadata":{},"spec":{"containers":null},"status":{}}');
  const type = structType({ typeName: '', goName: 'v1.Widget', atomic: false, element: DEDUCED });
  setFields(type, [
    makeField('kind', scalarType('string'), { flags: OMIT_EMPTY, proto: 0, extra: {} }),
    makeField('spec', DEDUCED, { flags: OMIT_EMPTY, proto: 0, extra: {} }),
  ]);
  const encode = compileEncoder(type);
  assert.equal(
    encode({ zed: 1, spec: { b: 1, a: [] }, kind: 'W', amber: {} }),
    '{"kind":"W","spec":{"a":[],"b":1},"amber":{},"zed":1}',
  );
  assert.equal(encode({ zed: 1 }), '{"zed":1}');
});

test('the place of resourceVersion is found behind uid', () => {
  const bytes = Buffer.from(
    encodePod({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        name: 'uid\\"',
        generateName: 'g',
        namespace: 'd',
        uid: 'u',
        generation: 1,
        creationTimestamp: '2024-01-01T00:00:00Z',
      },
    }),
  );
  const header = headerLength(bytes);
  assert.equal(bytes.toString('utf8', 0, header), '{"kind":"Pod","apiVersion":"v1","metadata":{');
  assert.ok(bytes.toString('utf8', spliceOffset(bytes, header)).startsWith('"generation":1,'));
  const bare = Buffer.from('{"kind":"Pod","apiVersion":"v1","metadata":{"creationTimestamp":null}}');
  assert.equal(spliceOffset(bare, headerLength(bare)), headerLength(bare));
});

test('what is out of order deep within is put in order once, not once more for each level around it', () => {
  const encodeDefinition = encoder('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition');
  let schema: object = { type: 'string', description: 'd' };
  for (let depth = 0; depth < 100; depth++) schema = { properties: { b: schema, a: {} }, type: 'object' };
  const text = encodeDefinition({ spec: { versions: [{ schema: { openAPIV3Schema: schema } }] } });
  assert.equal(text.split('{"type":"object","properties":{"a":{},"b":').length, 101);
});
