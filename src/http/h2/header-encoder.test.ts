import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutgoingHeaders } from '../exchange.ts';
import { HeaderDecoder } from './header-decoder.ts';
import { HeaderEncoder } from './header-encoder.ts';

function read(decoder: HeaderDecoder, block: Buffer): string[] {
  const fields: string[] = [];
  decoder.decode(block, ({ name, value }) => fields.push(`${name}: ${value}`));
  return fields;
}

test('what is written is read again, however much is remembered', () => {
  const encoder = new HeaderEncoder();
  const decoder = new HeaderDecoder();
  for (let i = 0; i < 300; i++) {
    const headers: OutgoingHeaders = {
      'content-type': i % 3 === 0 ? 'application/json' : `text/plain; n=${i % 150}`,
      'cache-control': 'no-cache, private',
      'audit-id': `${i}`.repeat(i % 70),
      'content-length': i,
      warning: ['299 - "a"', 'b'.repeat(i * 200)],
      'x-empty': '',
    };
    const status = [200, 404, 409, 500][i % 4] ?? 0;
    const expected = [`:status: ${status}`];
    for (const [name, value] of Object.entries(headers)) {
      for (const one of typeof value === 'object' ? value : [value]) expected.push(`${name}: ${one}`);
    }
    assert.deepEqual(read(decoder, encoder.encode(status, headers)), expected);
  }
});

test('headers that come again are short', () => {
  const encoder = new HeaderEncoder();
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
  assert.ok(encoder.encode(200, headers).length > 30);
  assert.deepEqual([...encoder.encode(200, headers)], [0x88, 0xbf, 0xbe]);
});

test('a client with a small table is told that none is used', () => {
  const encoder = new HeaderEncoder();
  const decoder = new HeaderDecoder();
  const headers = { 'content-type': 'application/json' };
  read(decoder, encoder.encode(200, headers));
  encoder.limitTable(100);
  encoder.limitTable(4096);
  const block = encoder.encode(200, headers);
  assert.equal(block[0], 0x20);
  assert.deepEqual(read(decoder, block), [':status: 200', 'content-type: application/json']);
  assert.equal(encoder.encode(200, headers)[0], 0x88);
});

test('what no header can hold is refused, and nothing is remembered of it', () => {
  const encoder = new HeaderEncoder();
  const decoder = new HeaderDecoder();
  for (const bad of ['a\nb', 'a\u0000', 'a\u007f', 'a\u0100', ['good', 'a\r']]) {
    assert.throws(() => encoder.encode(200, { vary: 'x', 'x-bad': bad }), TypeError);
  }
  assert.throws(() => encoder.encode(200, { vary: 'x', 'X-Bad': 'a' }), TypeError);
  assert.deepEqual(read(decoder, encoder.encode(200, { vary: 'x', 'x-good': 'a\tb' })), [
    ':status: 200',
    'vary: x',
    'x-good: a\tb',
  ]);
});
