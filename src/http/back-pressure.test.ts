/** Clients that do not read what they asked for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { after, before, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ResponseStream } from './exchange.ts';
import { createListener, type Listener } from './listener.ts';
import { testListenerOptions } from './test-listener.ts';
import { createTestAuthority, type TestAuthority } from './test-pki.ts';

const CHUNK = Buffer.alloc(16 * 1024, 0x61);

let authority: TestAuthority;
let listener: Listener;
const streams: ResponseStream[] = [];
let errors: string[] = [];

before(async () => {
  authority = await createTestAuthority();
  listener = await createListener({
    ...(await testListenerOptions(authority, (exchange) => {
      if (exchange.path === '/watch') streams.push(exchange.stream(200, {}));
      else if (exchange.path === '/list') {
        const chunks = Array.from({ length: 1000 }, () => CHUNK);
        exchange.respondChunks(200, {}, chunks, 1000 * CHUNK.length);
      } else exchange.respond(200, {}, Buffer.alloc(16_000_000, 0x62));
    })),
    timeouts: { stallMs: 500 },
    onClientError: (error) => errors.push(error.message),
  });
});
after(() => listener.close(0));

async function http1(path: string): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port: listener.port, ca: authority.ca, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return socket;
}

async function streamOf(): Promise<ResponseStream> {
  for (let left = 500; streams.length === 0; left--) {
    assert.ok(left > 0, 'the request arrives');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return streams.pop()!;
}

/** Bytes that a stream takes before it says to wait. */
async function taken(stream: ResponseStream): Promise<number> {
  let bytes = 0;
  // More than the system's own buffers ever hold.
  while (bytes < 64 * 1024 * 1024) {
    bytes += CHUNK.length;
    if (!stream.write(CHUNK)) {
      const drained = new Promise((resolve) => stream.onDrain(() => resolve(true)));
      const pause = new Promise((resolve) => setTimeout(resolve, 100).unref());
      if ((await Promise.race([drained, pause])) !== true) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return bytes;
}

async function abandoned(stream: ResponseStream): Promise<void> {
  for (let left = 1000; !stream.closed; left--) {
    assert.ok(left > 0, 'the stream is ended');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(stream.abandoned);
}

test('a watch over HTTP/1.1 is held back, then ended', async () => {
  const socket = await http1('/watch');
  const stream = await streamOf();
  assert.ok((await taken(stream)) < 32 * 1024 * 1024, 'what waits is bounded');
  await abandoned(stream);
  socket.destroy();
});

test('a watch over HTTP/2 is held back, then ended; the connection goes on', async () => {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: authority.ca });
  const request = session.request({ ':path': '/watch' });
  request.on('error', () => {});
  request.pause();
  const stream = await streamOf();
  assert.ok((await taken(stream)) < 32 * 1024 * 1024, 'what waits is bounded');
  await abandoned(stream);
  const other = session.request({ ':path': '/watch' });
  other.on('error', () => {});
  const second = await streamOf();
  assert.ok(second.write(CHUNK));
  second.end();
  other.resume();
  await once(other, 'close');
  session.destroy();
});

test('a watch that is read slowly goes on', async () => {
  const socket = await http1('/watch');
  const stream = await streamOf();
  let received = 0;
  const reader = setInterval(() => {
    received += (socket.read() as Buffer | null)?.length ?? 0;
  }, 5);
  let drains = 0;
  stream.onDrain(() => drains++);
  for (let sent = 0; sent < 200; sent++) {
    if (!stream.write(CHUNK)) {
      const before = drains;
      while (drains === before) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  stream.end();
  await once(socket, 'end');
  clearInterval(reader);
  received += (socket.read() as Buffer | null)?.length ?? 0;
  assert.ok(received > 200 * CHUNK.length);
  assert.equal(stream.abandoned, false);
  socket.destroy();
});

test('answers that nobody takes are ended', async () => {
  errors = [];
  for (const path of ['/list', '/body']) {
    const socket = await http1(path);
    socket.resume();
    socket.once('data', () => socket.pause());
    await once(socket, 'data');
    const session = connectHttp2(`https://127.0.0.1:${listener.port}`, {
      ca: authority.ca,
      settings: { initialWindowSize: 0 },
    });
    const request = session.request({ ':path': path });
    request.on('error', () => {});
    await once(request, 'close');
    session.destroy();
    for (let left = 1000; listener.connectionCount() > 0; left--) {
      assert.ok(left > 0, `${path} is ended over HTTP/1.1`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  assert.ok(errors.filter((text) => text.includes('took nothing')).length >= 4, errors.join('; '));
});
