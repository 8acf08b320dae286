import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeOpenApiV2 } from './gnostic.ts';

/** Protobuf as [field number, content] pairs; content is taken for a message where it reads as one. */
function fields(bytes: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    const tag = varint();
    const length = tag % 8 === 2 ? varint() : tag % 8 === 1 ? 8 : null;
    if (length === null) {
      found.push([tag >> 3, Uint8Array.of(varint())]);
    } else {
      found.push([tag >> 3, bytes.subarray(offset, offset + length)]);
      offset += length;
    }
  }
  return found;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function at(bytes: Uint8Array, ...numbers: number[]): Uint8Array {
  return numbers.reduce((inner, number) => fields(inner).find(([own]) => own === number)![1], bytes);
}

test('definitions are named schemas with vendor extensions as YAML', () => {
  const description = 'x'.repeat(200);
  const encoded = encodeOpenApiV2({
    swagger: '2.0',
    definitions: {
      Pod: {
        description,
        type: 'object',
        required: ['a', 'b'],
        properties: { a: { type: 'array', items: { $ref: '#/definitions/A' } } },
        additionalProperties: true,
        'x-kubernetes-map-type': 'atomic',
      },
    },
  });
  assert.equal(text(at(encoded, 1)), '2.0');
  assert.equal(text(at(encoded, 9, 1, 1)), 'Pod');
  const pod = at(encoded, 9, 1, 2);
  assert.equal(text(at(pod, 4)), description);
  assert.equal(text(at(pod, 22, 1)), 'object');
  assert.deepEqual(
    fields(pod).flatMap(([number, bytes]) => (number === 19 ? [text(bytes)] : [])),
    ['a', 'b'],
  );
  assert.equal(text(at(pod, 25, 1, 1)), 'a');
  assert.equal(text(at(pod, 25, 1, 2, 23, 1, 1)), '#/definitions/A');
  assert.deepEqual([...at(pod, 21, 2)], [1]);
  assert.equal(text(at(pod, 31, 1)), 'x-kubernetes-map-type');
  assert.equal(text(at(pod, 31, 2, 2)), '"atomic"\n');
});

test('operations carry parameters by place and by reference', () => {
  const encoded = encodeOpenApiV2({
    paths: {
      '/a': {
        get: {
          operationId: 'readA',
          parameters: [
            { $ref: '#/parameters/p' },
            { in: 'query', name: 'q', type: 'string', uniqueItems: true },
            { in: 'path', name: 'n', required: true, type: 'string', uniqueItems: true },
            { in: 'body', name: 'body', schema: { $ref: '#/definitions/A' } },
          ],
          responses: { '200': { description: 'OK', schema: { type: 'string' } } },
        },
      },
    },
  });
  const operation = at(encoded, 8, 2, 2, 2);
  assert.equal(text(at(operation, 5)), 'readA');
  const parameters = fields(operation).flatMap(([number, bytes]) => (number === 8 ? [bytes] : []));
  assert.equal(text(at(parameters[0]!, 2, 1)), '#/parameters/p');
  assert.equal(text(at(parameters[1]!, 1, 2, 3, 4)), 'q');
  assert.deepEqual([...at(parameters[1]!, 1, 2, 3, 20)], [1]);
  assert.equal(text(at(parameters[2]!, 1, 2, 4, 4)), 'n');
  assert.deepEqual([...at(parameters[2]!, 1, 2, 4, 19)], [1]);
  assert.equal(text(at(parameters[3]!, 1, 1, 5, 1)), '#/definitions/A');
  assert.equal(text(at(operation, 9, 1, 1)), '200');
  assert.equal(text(at(operation, 9, 1, 2, 1, 2, 1, 22, 1)), 'string');
});

test('odd values are encoded as empty, never thrown at', () => {
  for (const definitions of [
    null,
    [],
    'x',
    { A: null },
    { A: { properties: 3, required: 'a', type: 5, maximum: 'x' } },
  ]) {
    assert.ok(encodeOpenApiV2({ definitions }) instanceof Uint8Array);
  }
});
