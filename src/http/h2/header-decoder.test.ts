import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionError } from './frames.ts';
import { HeaderDecoder } from './header-decoder.ts';

type Verdict = 'good' | 'forbidden-header' | 'broken';

function createHeaderBlockReader(): { read(block: Buffer): Verdict; readonly fields: string[] } {
  const decoder = new HeaderDecoder();
  const fields: string[] = [];
  return {
    fields,
    read(block) {
      let good = true;
      try {
        decoder.decode(block, (field) => {
          fields.push(`${field.name}: ${field.value}`);
          if (!field.good) good = false;
        });
      } catch (error) {
        assert.ok(error instanceof ConnectionError);
        return 'broken';
      }
      return good ? 'good' : 'forbidden-header';
    },
  };
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function literal(name: string, value: string | Buffer, kind: number): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([
    Buffer.from([kind, Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([bytes.length]),
    bytes,
  ]);
}

test("the RFC's own examples are read, one connection after the other", () => {
  const plain = createHeaderBlockReader();
  for (const block of [
    '828684410f7777772e6578616d706c652e636f6d',
    '828684be58086e6f2d6361636865',
    '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
  ]) {
    assert.equal(plain.read(hex(block)), 'good', block);
  }
  const huffman = createHeaderBlockReader();
  for (const block of [
    '828684418cf1e3c2e5f23a6ba0ab90f4ff',
    '828684be5886a8eb10649cbf',
    '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
  ]) {
    assert.equal(huffman.read(hex(block)), 'good', block);
  }
});

test('what is remembered is forgotten when there is no room', () => {
  const reader = createHeaderBlockReader();
  assert.equal(reader.read(literal('impersonate-user', 'bad\u0001', 0x40)), 'forbidden-header');
  // The same header, by its place in the table.
  assert.equal(reader.read(hex('be')), 'forbidden-header');
  assert.equal(reader.read(literal('x', 'y', 0x40)), 'good');
  assert.equal(reader.read(hex('bf')), 'forbidden-header');
  // Its name alone, with another value.
  assert.equal(reader.read(Buffer.concat([hex('7f00'), hex('0161')])), 'good');
  assert.equal(reader.read(hex('20')), 'good');
  assert.equal(reader.read(hex('be')), 'broken');
});

test('headers that may not be sent are noticed in every form', () => {
  for (const kind of [0x00, 0x10, 0x40]) {
    for (const value of ['a\u0001', 'a\u007f', 'a\n', ' a', 'a ', '\ta', 'a\t', 'a\u0000b']) {
      assert.equal(createHeaderBlockReader().read(literal('impersonate-user', value, kind)), 'forbidden-header');
    }
    for (const name of ['Impersonate-User', 'impersonate user', 'impersonate-user:', 'impersonaté', '']) {
      assert.equal(createHeaderBlockReader().read(literal(name, 'a', kind)), 'forbidden-header', name);
    }
    for (const value of ['', 'a', 'a b', 'a\tb', 'davé', Buffer.from([0xff])]) {
      assert.equal(createHeaderBlockReader().read(literal('impersonate-user', value, kind)), 'good');
    }
  }
});

test('what is no header block is told as such', () => {
  for (const block of [
    '80', // index 0
    'be', // nothing in the table yet
    'ffffffffffffffff', // a number without end
    '00', // a name that is missing
    '0001', // a name that ends too soon
    '000161', // a value that is missing
    '3fe2ff03', // a table larger than allowed
    '0001618401ffffff', // the end of string within a string
    '000161820000', // padding that is none
  ]) {
    assert.equal(createHeaderBlockReader().read(hex(block)), 'broken', block);
  }
});
