/** What HTTP/2 clients can do to a connection, written as frames. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { after, before, test } from 'node:test';
import type { Exchange } from '../exchange.ts';
import { createListener, type Listener } from '../listener.ts';
import { testListenerOptions } from '../test-listener.ts';
import { createTestAuthority, type TestAuthority } from '../test-pki.ts';
import { FrameType } from './frames.ts';
import { END, frame, literal, openRaw, type RawClient, request as requestOf } from './test-client.ts';

let authority: TestAuthority;
let listener: Listener;
let served: string[] = [];

before(async () => {
  authority = await createTestAuthority();
  listener = await createListener({
    ...(await testListenerOptions(authority, (exchange: Exchange) => {
      const names: string[] = [];
      exchange.eachHeader((name, value) => names.push(`${name}=${value}`));
      served.push(`${exchange.path} ${names.join(' ')}`);
      exchange.respond(200, {}, exchange.header('impersonate-user') ?? 'nobody');
    })),
    connectionsMax: 8,
    timeouts: { handshakeMs: 300, headersMs: 300, idleMs: 300, goAwayMs: 100 },
  });
});
after(() => listener.close(0));

const open = (): Promise<RawClient> => openRaw(listener.port, authority.ca);
const request = (...headers: [string, string][]): Buffer => requestOf('GET', '/', ...headers);
const { headers: HEADERS, settings: SETTINGS } = FrameType;

async function until(done: () => boolean, what: string): Promise<void> {
  for (let left = 500; !done(); left--) {
    assert.ok(left > 0, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a request is never served without a header that was sent with it', async () => {
  const raw = await open();
  served = [];
  const bad: [string, string][] = [
    ['impersonate-user', 'jane\u0001'],
    ['impersonate-user', 'jane\u007f'],
    ['impersonate-user', ' jane'],
    ['impersonate-user', 'jane '],
    ['impersonate-group', '\tadmins'],
    ['impersonate-user\u0001', 'jane'],
    ['impersonate user', 'jane'],
    ['authorization', 'Bearer x\n'],
  ];
  const streams = bad.map((header, i) => frame(HEADERS, END, 2 * i + 1, request(header)));
  const last = 2 * bad.length + 1;
  raw.socket.write(Buffer.concat([...streams, frame(HEADERS, END, last, request(['impersonate-user', 'davé']))]));
  await until(() => raw.statuses.size === bad.length + 1, 'answers to all');
  for (const [i, header] of bad.entries()) assert.equal(raw.statuses.get(2 * i + 1), 400, JSON.stringify(header));
  assert.equal(raw.statuses.get(last), 200);
  assert.deepEqual(served, ['/ impersonate-user=davé']);
  raw.socket.destroy();
});

test('header values are UTF-8 over HTTP/2 as a library writes them', async () => {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: authority.ca });
  for (const [sent, got] of [
    [Buffer.from('davé').toString('latin1'), 'davé'],
    ['x'.repeat(300), 'x'.repeat(300)],
  ] as const) {
    const stream = session.request({ ':path': '/', 'impersonate-user': sent });
    stream.setEncoding('utf8');
    let text = '';
    for await (const chunk of stream) text += chunk;
    assert.equal(text, got);
  }
  session.close();
});

test('a stream that is reset at once is not served; too many of them end the connection', async () => {
  const raw = await open();
  served = [];
  const cancel = Buffer.from([0, 0, 0, 8]);
  const pair = (id: number): Buffer => Buffer.concat([frame(HEADERS, END, id, request()), frame(3, 0, id, cancel)]);
  raw.socket.write(Buffer.concat(Array.from({ length: 50 }, (_, i) => pair(2 * i + 1))));
  raw.socket.write(frame(HEADERS, END, 101, request()));
  await until(() => raw.statuses.has(101), 'an answer to the one that was not reset');
  assert.equal(served.length, 1);
  for (let id = 103; id < 5_103; id += 2) raw.socket.write(pair(id));
  await raw.closed;
  assert.deepEqual(raw.goAways, [11]);
  // A pair may come in two reads; then it is served until its reset is there.
  assert.ok(served.length < 50, `${served.length} served`);
});

test('a flood of control frames ends the connection', async () => {
  for (const control of [
    frame(6, 0, 0, Buffer.alloc(8)),
    frame(SETTINGS, 0, 0),
    frame(8, 0, 0, Buffer.from([0, 0, 0, 1])),
    frame(2, 0, 1, Buffer.alloc(5)),
    frame(0xfa, 0, 0),
  ]) {
    const raw = await open();
    raw.socket.write(Buffer.concat(Array.from({ length: 60_000 }, () => control)));
    await raw.closed;
  }
});

test('a header block without an end, however it comes, ends the connection', async () => {
  const block = request();
  const slow = await open();
  slow.socket.write(frame(HEADERS, 0x1, 1, block));
  const silent = await open();
  silent.socket.write(frame(HEADERS, END, 1, block).subarray(0, 12));
  await Promise.all([slow.closed, silent.closed]);
  const long = await open();
  long.socket.write(frame(HEADERS, 0x1, 1, block));
  for (let i = 0; i < 1000; i++) long.socket.write(frame(9, 0, 1, literal('x'.repeat(100), 'y'.repeat(100))));
  for (let i = 0; i < 80; i++) long.socket.write(frame(9, 0, 1, Buffer.alloc(16_384, 0x10)));
  await long.closed;
});

test('an idle connection is ended even when its client stays', async () => {
  const raw = await open();
  await raw.closed;
});

test('a connection that never becomes one is closed, and too many are refused', async () => {
  const sockets = Array.from({ length: 12 }, () => connectTcp({ host: '127.0.0.1', port: listener.port }));
  sockets[0]?.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  await Promise.all(
    sockets.map((socket) => {
      socket.on('error', () => {});
      socket.resume();
      return once(socket, 'close');
    }),
  );
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: authority.ca });
  await once(session, 'connect');
  session.close();
});
