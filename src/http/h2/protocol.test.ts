/** What RFC 9113 and RFC 7541 ask of a server, written as frames. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Exchange, ResponseStream } from '../exchange.ts';
import { createListener, type Listener } from '../listener.ts';
import { testListenerOptions } from '../test-listener.ts';
import { createTestAuthority, type TestAuthority } from '../test-pki.ts';
import { ErrorCode, FrameType, PREFACE, Setting } from './frames.ts';
import {
  END,
  END_HEADERS,
  END_STREAM,
  frame,
  literal,
  openRaw,
  type RawClient,
  request,
  settings,
  uint32,
} from './test-client.ts';

const BODY = Buffer.alloc(100_000, 0x61);

let authority: TestAuthority;
let listener: Listener;
let held: Exchange[] = [];
let gone: boolean[] = [];
let streams: ResponseStream[] = [];

async function handle(exchange: Exchange): Promise<void> {
  exchange.onClose((aborted) => gone.push(aborted));
  if (exchange.path === '/hold') held.push(exchange);
  else if (exchange.path === '/large') exchange.respond(200, {}, BODY);
  else if (exchange.path === '/watch') streams.push(exchange.stream(200, {}));
  else {
    const body = await exchange.readBody(50_000).catch(() => null);
    if (body !== null) exchange.respond(200, {}, body.toString('hex').slice(0, 20));
    else exchange.respond(413, {}, 'too much');
  }
}

before(async () => {
  authority = await createTestAuthority();
  listener = await createListener({
    ...(await testListenerOptions(authority, handle)),
    http2MaxStreamsPerConnection: 3,
    timeouts: { goAwayMs: 100 },
  });
});
after(() => listener.close(0));

const open = (first?: Buffer): Promise<RawClient> => openRaw(listener.port, authority.ca, first);
const get = (id: number, path = '/', ...headers: [string, string][]): Buffer =>
  frame(FrameType.headers, END, id, request('GET', path, ...headers));
const post = (id: number, path = '/', ...headers: [string, string][]): Buffer =>
  frame(FrameType.headers, END_HEADERS, id, request('POST', path, ...headers));
const data = (id: number, flags: number, text: string | Buffer): Buffer =>
  frame(FrameType.data, flags, id, Buffer.from(text));
const block = (id: number, ...parts: (Buffer | string)[]): Buffer =>
  frame(
    FrameType.headers,
    END,
    id,
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part))),
  );
const windowUpdate = (id: number, bytes: number): Buffer => frame(FrameType.windowUpdate, 0, id, uint32(bytes));

async function until(done: () => boolean, what: string): Promise<void> {
  for (let left = 500; !done(); left--) {
    assert.ok(left > 0, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const { protocolError, flowControlError, frameSizeError, compressionError, streamClosed, refusedStream } = ErrorCode;
const GET = '828784';

test('what ends the connection, and with which code', async () => {
  const cases: [name: string, code: number, ...frames: Buffer[]][] = [
    ['DATA on an idle stream', protocolError, data(1, 0, 'x')],
    ['DATA on no stream', protocolError, data(0, 0, 'x')],
    ['a frame that is too long', frameSizeError, frame(FrameType.data, 0, 1, Buffer.alloc(16_385))],
    ['an even stream', protocolError, get(2)],
    ['a stream of no number', protocolError, get(0)],
    ['more padding than HEADERS', protocolError, frame(FrameType.headers, END | 0x8, 1, Buffer.from([9, 0x82]))],
    ['more padding than DATA', protocolError, post(1), data(1, 0x8, Buffer.from([2, 0x61]))],
    ['padded DATA without a byte', frameSizeError, post(1), data(1, 0x8, '')],
    ['CONTINUATION of nothing', protocolError, frame(FrameType.continuation, 4, 1)],
    ['a frame within headers', protocolError, frame(FrameType.headers, 1, 1, request('GET', '/')), get(3)],
    ['CONTINUATION of another', protocolError, frame(FrameType.headers, 1, 1), frame(FrameType.continuation, 4, 3)],
    ['PUSH_PROMISE', protocolError, frame(FrameType.pushPromise, 4, 1, uint32(2))],
    ['PING of a stream', protocolError, frame(FrameType.ping, 0, 1, Buffer.alloc(8))],
    ['PING of another length', frameSizeError, frame(FrameType.ping, 0, 0, Buffer.alloc(6))],
    ['PRIORITY of no stream', protocolError, frame(FrameType.priority, 0, 0, Buffer.alloc(5))],
    ['GOAWAY of a stream', protocolError, frame(FrameType.goAway, 0, 1, Buffer.alloc(8))],
    ['RST_STREAM of an idle stream', protocolError, frame(FrameType.rstStream, 0, 1, uint32(8))],
    ['RST_STREAM of another length', frameSizeError, post(1), frame(FrameType.rstStream, 0, 1, Buffer.alloc(3))],
    ['SETTINGS of a stream', protocolError, frame(FrameType.settings, 0, 1)],
    ['SETTINGS of another length', frameSizeError, frame(FrameType.settings, 0, 0, Buffer.alloc(3))],
    ['an acknowledgement that says something', frameSizeError, frame(FrameType.settings, 1, 0, Buffer.alloc(6))],
    ['ENABLE_PUSH of 2', protocolError, settings([Setting.enablePush, 2])],
    ['a window above all', flowControlError, settings([Setting.initialWindowSize, 2 ** 31])],
    ['frames that are too short', protocolError, settings([Setting.maxFrameSize, 16_383])],
    ['frames that are too long', protocolError, settings([Setting.maxFrameSize, 2 ** 24])],
    ['WINDOW_UPDATE of nothing', protocolError, windowUpdate(0, 0)],
    ['WINDOW_UPDATE of an idle stream', protocolError, windowUpdate(1, 1)],
    ['WINDOW_UPDATE of another length', frameSizeError, frame(FrameType.windowUpdate, 0, 0, Buffer.alloc(3))],
    ['the connection’s window above all', flowControlError, windowUpdate(0, 2 ** 31 - 1)],
    [
      'a stream’s window above all by SETTINGS',
      flowControlError,
      get(1, '/hold'),
      windowUpdate(1, 2 ** 31 - 65_536),
      settings([Setting.initialWindowSize, 70_000]),
    ],
    ['HEADERS on a closed stream', streamClosed, get(3, '/hold'), get(1)],
    ['an index of nothing', compressionError, block(1, GET, 'ff7f')],
    ['index 0', compressionError, block(1, GET, '80')],
    ['a text longer than its block', compressionError, block(1, GET, '00017f')],
    ['Huffman code with the end of string', compressionError, block(1, GET, '00016184ffffffff')],
    ['Huffman code with long padding', compressionError, block(1, GET, '0001618207ff')],
    ['a table larger than allowed', compressionError, block(1, '3fe21f', GET)],
    ['a table’s size behind a field', compressionError, block(1, GET, '20')],
  ];
  for (const [name, code, ...frames] of cases) {
    const raw = await open();
    raw.socket.write(Buffer.concat(frames));
    await raw.closed;
    assert.deepEqual(raw.goAways, [code], name);
  }
  for (const first of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.concat([PREFACE, get(1)])]) {
    const raw = await open(first);
    await raw.closed;
    assert.deepEqual(raw.goAways, [protocolError]);
  }
});

test('what ends one stream, and with which code; the connection goes on', async () => {
  const cases: [name: string, code: number, ...frames: Buffer[]][] = [
    ['DATA after the end', streamClosed, get(1, '/hold'), data(1, 0, 'x')],
    ['HEADERS after the end', streamClosed, get(1, '/hold'), get(1)],
    ['more body than said', protocolError, post(1, '/', ['content-length', '1']), data(1, 0, 'xx')],
    ['less body than said', protocolError, post(1, '/', ['content-length', '3']), data(1, END_STREAM, 'xx')],
    ['no body where one is said', protocolError, get(1, '/', ['content-length', '3'])],
    ['lengths that differ', protocolError, post(1, '/', ['content-length', '3'], ['content-length', '4'])],
    ['a length that is none', protocolError, post(1, '/', ['content-length', '+3'])],
    ['WINDOW_UPDATE of nothing', protocolError, get(1, '/hold'), windowUpdate(1, 0)],
    ['a window above all', flowControlError, get(1, '/hold'), windowUpdate(1, 2 ** 31 - 1)],
    [
      'more data than the window',
      flowControlError,
      post(1, '/hold'),
      ...Array.from({ length: 17 }, () => data(1, 0, Buffer.alloc(16_384))),
    ],
    [
      'trailers without an end',
      protocolError,
      post(1, '/hold'),
      frame(FrameType.headers, END_HEADERS, 1, literal('a', 'b')),
    ],
    [
      'trailers with a pseudo header',
      protocolError,
      post(1, '/hold'),
      frame(FrameType.headers, END, 1, literal(':path', '/')),
    ],
    ['PRIORITY of another length', frameSizeError, frame(FrameType.priority, 0, 1, Buffer.alloc(4))],
    [
      'a stream that depends on itself',
      protocolError,
      frame(FrameType.priority, 0, 1, Buffer.concat([uint32(1), Buffer.from([0])])),
    ],
    ['no :method', protocolError, block(1, '8784')],
    ['no :path', protocolError, block(1, '8287')],
    ['an empty :path', protocolError, block(1, '8287', literal(':path', ''))],
    ['no :scheme', protocolError, block(1, '8284')],
    ['two :path', protocolError, block(1, GET, '84')],
    [':status', protocolError, block(1, GET, '88')],
    [':protocol, which is not offered', protocolError, block(1, GET, literal(':protocol', 'websocket'))],
    ['a pseudo header behind others', protocolError, block(1, '8287', literal('a', 'b'), '84')],
    ['connection', protocolError, block(1, GET, literal('connection', 'close'))],
    ['te', protocolError, block(1, GET, literal('te', 'gzip'))],
  ];
  for (const [name, code, ...frames] of cases) {
    const raw = await open();
    raw.socket.write(Buffer.concat([...frames, get(5)]));
    await until(() => raw.resets.has(1) && raw.ended.has(5), name);
    assert.deepEqual([raw.resets.get(1), raw.statuses.get(5), raw.goAways], [code, 200, []], name);
    raw.socket.destroy();
  }
});

test('what a client may do is taken', async () => {
  const cases: [name: string, ...frames: Buffer[]][] = [
    [
      'padding and priority',
      frame(
        FrameType.headers,
        END | 0x28,
        1,
        Buffer.concat([Buffer.from([3]), uint32(0), Buffer.from([7]), request('GET', '/'), Buffer.alloc(3)]),
      ),
    ],
    [
      'padded data',
      post(1, '/', ['content-length', '2']),
      data(1, END_STREAM | 0x8, Buffer.from([3, 0x61, 0x62, 0, 0, 0])),
    ],
    ['padding alone', post(1), data(1, 0x8, Buffer.alloc(256, 0xff)), data(1, END_STREAM, '')],
    [
      'headers in pieces',
      frame(FrameType.headers, END_STREAM, 1, request('GET', '/').subarray(0, 5)),
      frame(FrameType.continuation, 0, 1),
      frame(FrameType.continuation, END_HEADERS, 1, request('GET', '/').subarray(5)),
    ],
    ['trailers', post(1), data(1, 0, 'x'), frame(FrameType.headers, END, 1, literal('a', 'b'))],
    [
      'unknown frames, settings and flags',
      frame(0xfa, 0xff, 0, Buffer.alloc(9)),
      settings([99, 1]),
      frame(FrameType.headers, END | 0xd0, 1, request('GET', '/')),
    ],
    ['te: trailers', get(1, '/', ['te', 'trailers'])],
    ['a table that comes and goes', block(1, '203fe11f', GET, '40016101', '62'), block(3, '20', GET)],
    ['PRIORITY of any stream', frame(FrameType.priority, 0, 7, Buffer.alloc(5)), get(1)],
    ['GOAWAY', frame(FrameType.goAway, 0, 0, Buffer.alloc(8)), get(1)],
    ['frames of a stream that is over', get(1), windowUpdate(1, 1), frame(FrameType.rstStream, 0, 1, uint32(8))],
  ];
  for (const [name, ...frames] of cases) {
    for (const size of [1, 7, 16_384]) {
      const raw = await open();
      const bytes = Buffer.concat([...frames, get(9)]);
      for (let at = 0; at < bytes.length; at += size) {
        raw.socket.write(bytes.subarray(at, at + size));
        // Each piece a TLS record of its own.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => raw.ended.has(9) && (raw.ended.has(1) || raw.statuses.size === 1), name);
      if (name !== 'frames of a stream that is over') assert.equal(raw.statuses.get(1), 200, name);
      assert.deepEqual([raw.statuses.get(9), raw.goAways], [200, []], name);
      raw.socket.destroy();
    }
  }
});

test('SETTINGS and PING are acknowledged in their order', async () => {
  const raw = await open();
  raw.socket.write(Buffer.concat([frame(FrameType.ping, 0, 0, Buffer.alloc(8)), settings([Setting.enablePush, 0])]));
  await until(() => raw.acks.length === 3, 'acknowledgements');
  assert.deepEqual(raw.acks, [FrameType.settings, FrameType.ping, FrameType.settings]);
  raw.socket.destroy();
});

test('a stream too many is refused, and its place is free when another ends', async () => {
  held = [];
  const raw = await open();
  raw.socket.write(Buffer.concat([1, 3, 5, 7].map((id) => get(id, '/hold'))));
  await until(() => raw.resets.has(7) && held.length === 3, 'a refusal');
  assert.equal(raw.resets.get(7), refusedStream);
  held[0]?.respond(200, {}, 'x');
  await until(() => raw.ended.has(1), 'an answer');
  raw.socket.write(get(9));
  await until(() => raw.ended.has(9), 'an answer to another');
  raw.socket.destroy();
});

test('data goes as far as the windows, whichever way they change', async () => {
  const raw = await open(Buffer.concat([PREFACE, settings([Setting.initialWindowSize, 10])]));
  const got = async (id: number, bytes: number): Promise<void> => {
    await until(() => raw.data.get(id) === bytes, `${bytes} bytes on ${id}`);
    raw.socket.write(frame(FrameType.ping, 0, 0, Buffer.alloc(8)));
    const { length } = raw.acks;
    await until(() => raw.acks.length > length, 'an acknowledgement');
    assert.equal(raw.data.get(id), bytes);
  };
  raw.socket.write(get(1, '/large'));
  await got(1, 10);
  raw.socket.write(windowUpdate(1, 5));
  await got(1, 15);
  // Below nothing: what comes next only fills it up.
  raw.socket.write(settings([Setting.initialWindowSize, 0]));
  raw.socket.write(windowUpdate(1, 10));
  await got(1, 15);
  raw.socket.write(settings([Setting.initialWindowSize, 20]));
  await got(1, 35);
  // Then the connection's.
  raw.socket.write(windowUpdate(1, 200_000));
  await got(1, 65_535);
  raw.socket.write(Buffer.concat([settings([Setting.initialWindowSize, 200_000]), get(3, '/large')]));
  await until(() => raw.statuses.has(3), 'headers, which need no window');
  raw.socket.write(windowUpdate(0, 100_000));
  await until(() => raw.ended.has(1), 'the first in full');
  assert.equal(raw.data.get(1), BODY.length);
  raw.socket.write(windowUpdate(0, 200_000));
  await until(() => raw.ended.has(3), 'the second in full');
  assert.equal(raw.data.get(3), BODY.length);
  raw.socket.destroy();
});

test('those who wait for the connection’s window take turns', async () => {
  const raw = await open(Buffer.concat([PREFACE, settings([Setting.initialWindowSize, 200_000])]));
  raw.socket.write(Buffer.concat([get(1, '/large'), get(3, '/large'), get(5, '/large')]));
  await until(() => raw.data.get(1) === 65_535, 'the whole window');
  raw.socket.write(windowUpdate(0, 3 * 16_384));
  await until(() => raw.data.get(5) === 16_384, 'a frame for each');
  assert.deepEqual([raw.data.get(1), raw.data.get(3)], [65_535 + 16_384, 16_384]);
  raw.socket.destroy();
});

test('bodies longer than the windows are taken, for the client is told', async () => {
  const raw = await open();
  gone = [];
  const piece = Buffer.alloc(16_384);
  // More than the connection's window in all.
  for (let id = 1; id < 400; id += 2) {
    raw.socket.write(Buffer.concat([post(id), data(id, 0, piece), data(id, 0, piece), data(id, END_STREAM, piece)]));
    await until(() => raw.ended.has(id), 'an answer');
  }
  assert.deepEqual([raw.goAways, gone.filter((aborted) => !aborted).length], [[], 200]);
  raw.socket.destroy();
});

test('a client that still sends what nobody reads is told to stop, and its frames are ignored', async () => {
  const raw = await open();
  raw.socket.write(Buffer.concat([post(1), ...Array.from({ length: 4 }, () => data(1, 0, Buffer.alloc(16_384)))]));
  await until(() => raw.resets.has(1), 'a reset');
  assert.deepEqual([raw.resets.get(1), raw.ended.has(1), raw.statuses.get(1)], [ErrorCode.noError, true, 400]);
  raw.resets.clear();
  raw.socket.write(Buffer.concat([data(1, 0, 'x'), frame(FrameType.headers, END, 1, literal('a', 'b')), get(3)]));
  await until(() => raw.ended.has(3), 'another answer');
  assert.deepEqual([raw.resets.size, raw.goAways], [0, []]);
  raw.socket.destroy();
});

test('whoever goes away within an answer is noticed, by its stream and by its connection', async () => {
  gone = [];
  streams = [];
  const raw = await open();
  raw.socket.write(Buffer.concat([get(1, '/watch'), get(3, '/watch')]));
  await until(() => streams.length === 2, 'two streams');
  raw.socket.write(frame(FrameType.rstStream, 0, 1, uint32(8)));
  await until(() => gone.length === 1, 'one that is gone');
  assert.deepEqual([streams[0]?.closed, streams[0]?.write(BODY), streams[1]?.closed], [true, false, false]);
  raw.socket.destroy();
  await until(() => gone.length === 2, 'another');
  assert.deepEqual([gone, streams[1]?.closed], [[true, true], true]);
});

test('a listener that closes lets answers under way be given, and takes no new request', async () => {
  held = [];
  const own = await createListener(await testListenerOptions(authority, handle));
  const raw = await openRaw(own.port, authority.ca);
  raw.socket.write(get(1, '/hold'));
  await until(() => held.length === 1, 'a request');
  const closed = own.close(10);
  await until(() => raw.goAways.length === 1, 'GOAWAY');
  raw.socket.write(get(3));
  raw.socket.write(frame(FrameType.ping, 0, 0, Buffer.alloc(8)));
  await until(() => raw.acks.includes(FrameType.ping), 'an answer to a ping');
  held[0]?.respond(200, {}, BODY.subarray(0, 1000));
  await Promise.all([closed, once(raw.socket, 'close')]);
  assert.deepEqual([raw.goAways, raw.data.get(1), raw.ended.has(1), raw.statuses.has(3)], [[0], 1000, true, false]);
});

test('more headers than are kept are answered 431; the connection goes on', async () => {
  const raw = await open();
  // Remembered once, then named by one byte each.
  const long = Buffer.concat([Buffer.from([0x40, 1, 0x61, 0x7f, 0x81, 0x17]), Buffer.alloc(3072, 0x62)]);
  const many = Buffer.concat([request('GET', '/'), long, Buffer.alloc(1500, 0xbe)]);
  raw.socket.write(Buffer.concat([frame(FrameType.headers, END, 1, many), get(3)]));
  await until(() => raw.ended.has(3), 'another answer');
  assert.deepEqual([raw.statuses.get(1), raw.ended.has(1), raw.statuses.get(3)], [400, true, 200]);
  raw.socket.destroy();
});

test('a client that waits to be asked for its body is asked', async () => {
  const raw = await open();
  raw.socket.write(post(1, '/', ['expect', '100-continue']));
  await until(() => raw.statuses.has(1), 'the interim answer');
  assert.ok(!raw.ended.has(1));
  raw.socket.write(data(1, END_STREAM, 'x'));
  await until(() => raw.ended.has(1), 'the answer');
  assert.equal(raw.statuses.get(1), 200);
  raw.socket.destroy();
});
