import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../meta/status.ts';
import { compileType } from './compile.ts';
import { decode } from './decode.ts';
import { decodeMessage, readEnvelope } from './protobuf-decode.ts';
import { encodeEnvelope, encodeMessage } from './protobuf-encode.ts';
import { createMessages } from './protobuf-message.ts';
import { protobufTable } from './protobuf-table.ts';
import { typeTable } from './types.ts';

const messages = createMessages(typeTable(), protobufTable());
const POD = 'io.k8s.api.core.v1.Pod';

const pod = {
  metadata: {
    name: 'a',
    labels: { b: '2', a: '1' },
    creationTimestamp: '2026-01-02T03:04:05Z',
    generation: 3,
    managedFields: [{ manager: 'm', time: '2026-01-02T03:04:05Z', fieldsV1: { 'f:spec': {} } }],
  },
  spec: {
    containers: [
      {
        name: 'c',
        resources: { requests: { cpu: '100m' } },
        livenessProbe: { httpGet: { port: 'http' }, periodSeconds: 10 },
        readinessProbe: { tcpSocket: { port: 8080 } },
      },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
    terminationGracePeriodSeconds: 0,
  },
};

test('an object keeps its members through protobuf', () => {
  const back = decodeMessage(messages, POD, encodeMessage(messages, POD, pod)) as typeof pod;
  // Zero values that Go writes are dropped as from any body.
  decode(compileType(typeTable(), POD), back, { unknownFields: 'collect' });
  assert.equal(back.metadata.name, 'a');
  assert.deepEqual(back.metadata.labels, { a: '1', b: '2' });
  assert.equal(back.metadata.creationTimestamp, '2026-01-02T03:04:05Z');
  assert.deepEqual(back.metadata.managedFields[0]?.fieldsV1, { 'f:spec': {} });
  const [container] = back.spec.containers;
  assert.deepEqual(container?.resources.requests, { cpu: '100m' });
  assert.equal(container?.livenessProbe.httpGet.port, 'http');
  assert.equal(container?.readinessProbe.tcpSocket.port, 8080);
  assert.deepEqual(back.spec.volumes[0]?.emptyDir, {});
  assert.equal(back.spec.terminationGracePeriodSeconds, 0);
});

/** What k8s.io/api v0.36 writes for ConfigMap{Name: "c", Data: {"k": "v"}} with its envelope. */
const CONFIG_MAP =
  '6b3873000a0f0a0276311209436f6e6669674d6170121b0a110a016312001a0022002a0032003800420012060a016b1201761a002200';

test('an envelope tells kind and version', () => {
  const envelope = readEnvelope(Buffer.from(CONFIG_MAP, 'hex'));
  assert.equal(envelope.kind, 'ConfigMap');
  assert.equal(envelope.apiVersion, 'v1');
  const object = decodeMessage(messages, 'io.k8s.api.core.v1.ConfigMap', envelope.raw);
  assert.deepEqual(object['data'], { k: 'v' });
  const written = encodeMessage(messages, 'io.k8s.api.core.v1.ConfigMap', {
    metadata: { name: 'c' },
    data: { k: 'v' },
  });
  assert.equal(encodeEnvelope('v1', 'ConfigMap', written).toString('hex'), CONFIG_MAP);
});

test('negative and large numbers survive', () => {
  const type = 'io.k8s.api.core.v1.PodSpec';
  for (const activeDeadlineSeconds of [-1, -(2 ** 40), 2 ** 53 - 1, 0, 127, 128]) {
    const back = decodeMessage(
      messages,
      type,
      encodeMessage(messages, type, { containers: [], activeDeadlineSeconds }),
    );
    assert.equal(back['activeDeadlineSeconds'], activeDeadlineSeconds);
  }
});

test('a key named __proto__ stays a key', () => {
  const data = Object.fromEntries([['__proto__', 'x']]);
  const type = 'io.k8s.api.core.v1.ConfigMap';
  const back = decodeMessage(messages, type, encodeMessage(messages, type, { metadata: {}, data }));
  assert.ok(Object.hasOwn(back['data'] as object, '__proto__'));
  assert.equal(({} as { x?: string }).x, undefined);
});

test('broken bytes are a bad request', () => {
  const whole = encodeMessage(messages, POD, pod);
  for (let end = 1; end < whole.length; end++) {
    try {
      decodeMessage(messages, POD, whole.subarray(0, end));
    } catch (error) {
      assert.ok(error instanceof StatusError && error.code === 400, String(error));
    }
  }
  for (const hex of ['0affffffffffffffffff7f', '08', '0b', 'ff', '0a05', '00', 'fafafafafafafafafafafafa']) {
    assert.throws(() => decodeMessage(messages, POD, Buffer.from(hex, 'hex')), { code: 400 });
  }
});
