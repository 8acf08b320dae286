import assert from 'node:assert/strict';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { after, before, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { StatusError } from '../meta/status.ts';
import type { Exchange, ResponseStream } from './exchange.ts';
import { createListener, type Listener, type ListenerOptions } from './listener.ts';
import { testListenerOptions } from './test-listener.ts';
import { createTestAuthority, type TestAuthority } from './test-pki.ts';

let authority: TestAuthority;
let listener: Listener;
let options: ListenerOptions;
let watch: ResponseStream | null = null;
const failures: unknown[] = [];

async function handle(exchange: Exchange): Promise<void> {
  const headers = { 'content-type': 'text/plain', 'audit-id': '1' };
  switch (exchange.path) {
    case '/echo': {
      const body = await exchange.readBody(100_000).catch((error) => error);
      if (body instanceof StatusError) exchange.respond(body.code, headers, body.message);
      else exchange.respond(200, headers, body);
      return;
    }
    case '/who': {
      const certificate = exchange.clientCertificate();
      exchange.respond(200, headers, typeof certificate === 'object' ? (certificate?.subject ?? 'none') : certificate);
      return;
    }
    case '/chunks': {
      const chunks = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i};`.padEnd(1000)));
      exchange.respondChunks(200, headers, chunks, 5_000_000);
      return;
    }
    case '/watch':
      watch = exchange.stream(200, headers);
      watch.write(Buffer.from('one\n'));
      watch.write(Buffer.from('two\n'));
      return;
    case '/websocket': {
      if (exchange.upgradeWebSocket === null) return exchange.respond(400, headers, 'no websocket');
      const socket = await exchange.upgradeWebSocket(['a.k8s.io']);
      socket.writeText(`hello ${socket.subprotocol}`);
      socket.write(Buffer.from([1, 2]));
      return socket.end();
    }
    case '/bug':
      throw new Error('a bug');
    case '/bad-header':
      return exchange.respond(200, { 'x-bad': 'a\nb' }, 'never');
    case '/farewell':
      return exchange.respond(401, { ...headers, connection: 'close' }, 'bye');
    default:
      exchange.respond(
        200,
        headers,
        `${exchange.method} ${exchange.path} ${exchange.query} ${exchange.header('x-one')} ${exchange.headerAll('x-one').length} ${exchange.protocol}`,
      );
  }
}

before(async () => {
  authority = await createTestAuthority();
  const pair = await authority.server();
  options = {
    ...(await testListenerOptions(authority, handle)),
    certificate: { ...pair, clientCa: authority.ca, byServerName: [] },
    onHandlerError: (error) => failures.push(error),
  };
  listener = await createListener(options);
});

after(() => listener.close(0));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function http1(path: string, extra: RequestOptions = {}, body: string | null = null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host: '127.0.0.1', port: listener.port, path, ca: authority.ca, ...extra },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function open(extra: { cert?: string; key?: string } = {}): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: authority.ca, ...extra });
  session.on('error', () => {});
  return session;
}

function http2(session: ClientHttp2Session, headers: IncomingHttpHeaders, body: string | null = null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === null });
    let status = 0;
    let received: IncomingHttpHeaders = {};
    let text = '';
    stream.on('response', (answer) => {
      status = answer[':status'] ?? 0;
      received = answer;
    });
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    stream.on('end', () => resolve({ status, headers: received, body: text }));
    stream.on('error', reject);
    if (body !== null) stream.end(body);
  });
}

function rawTls(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port: listener.port, ca: authority.ca }, () =>
      socket.write(text),
    );
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

test('HTTP/1.1 and HTTP/2 carry the same exchange', async () => {
  const one = await http1('/p%20q?a=b&c', { headers: { 'x-one': ['1', '2'] } });
  assert.equal(one.body, 'GET /p%20q a=b&c 1 2 HTTP/1.1');
  assert.equal(one.headers['content-length'], String(one.body.length));
  assert.ok(one.headers.date);
  const session = open();
  const two = await http2(session, { ':path': '/p%20q?a=b&c', 'x-one': ['1', '2'] });
  assert.equal(two.body, 'GET /p%20q a=b&c 1 2 HTTP/2.0');
  assert.equal(two.headers['content-length'], String(two.body.length));
  session.close();
});

test('bodies are read to the limit; longer ones answer 413', async () => {
  const long = 'x'.repeat(2_000_000);
  const session = open();
  for (const send of [
    (body: string) => http1('/echo', { method: 'POST', headers: { 'content-length': body.length } }, body),
    (body: string) => http2(session, { ':path': '/echo', ':method': 'POST' }, body),
  ]) {
    assert.equal((await send('abc')).body, 'abc');
    assert.equal((await send('y'.repeat(99_999))).body.length, 99_999);
    const refused = await send(long).catch((error) => error);
    // A client still sending may see the connection or stream end before it reads the answer.
    if (!(refused instanceof Error)) {
      assert.equal(refused.status, 413);
      assert.equal(refused.body, 'Request entity too large: limit is 100000');
    }
  }
  assert.equal((await http2(session, { ':path': '/still-there' })).status, 200);
  session.close();
});

test('HEAD has headers and no body', async () => {
  const session = open();
  const one = await http1('/x', { method: 'HEAD' });
  const two = await http2(session, { ':path': '/x', ':method': 'HEAD' });
  assert.deepEqual([one.body, two.body], ['', '']);
  assert.ok(Number(one.headers['content-length']) > 0);
  assert.ok(Number(two.headers['content-length']) > 0);
  session.close();
});

test('chunk lists arrive whole, with back-pressure', async () => {
  const session = open();
  const answers = await Promise.all([
    http1('/chunks'),
    http2(session, { ':path': '/chunks' }),
    http2(session, { ':path': '/chunks' }),
  ]);
  for (const { body, headers } of answers) {
    assert.equal(body.length, 5_000_000);
    assert.equal(headers['content-length'], '5000000');
    assert.equal(body.slice(-1000).trim(), '4999;');
  }
  session.close();
});

test('client certificates: none, verified, not verified', async () => {
  const good = await authority.client('jane', 'devs');
  const bad = await (await createTestAuthority()).client('mallory', 'devs');
  assert.equal((await http1('/who')).body, 'none');
  assert.equal((await http1('/who', { ...good, agent: false })).body, 'CN=jane\nO=devs');
  assert.equal((await http1('/who', { ...bad, agent: false })).body, 'invalid');
  const session = open(good);
  assert.equal((await http2(session, { ':path': '/who' })).body, 'CN=jane\nO=devs');
  session.close();
});

test('certificates for any extended key usage are verified by the authority that issued them', async () => {
  const anyUsage = '2.5.29.37.0';
  const good = await authority.client('jane', 'devs', anyUsage);
  const forged = await (await createTestAuthority()).client('jane', 'devs', anyUsage);
  const serving = await authority.client('jane', 'devs', '1.3.6.1.5.5.7.3.1');
  assert.equal((await http1('/who', { ...good, agent: false })).body, 'CN=jane\nO=devs');
  assert.equal((await http1('/who', { ...forged, agent: false })).body, 'invalid');
  assert.equal((await http1('/who', { ...serving, agent: false })).body, 'invalid');
});

test('connection: close becomes GOAWAY on HTTP/2', async () => {
  const session = open();
  const gone = new Promise((resolve) => session.on('close', resolve));
  const answer = await http2(session, { ':path': '/farewell' });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers['connection'], undefined);
  await gone;
});

test('malformed requests are answered or dropped, and the server goes on', async () => {
  assert.match(await rawTls('NONSENSE\r\n\r\n'), /^HTTP\/1.1 400 /);
  assert.match(await rawTls(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(2_000_000)}\r\n\r\n`), /^(HTTP\/1.1 431 |$)/);
  assert.match(await rawTls('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1.1 400 /);
  assert.match(
    await rawTls('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'),
    /400/,
  );
  await new Promise((resolve) => {
    const text = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nabc';
    const socket = connectTls({ host: '127.0.0.1', port: listener.port, ca: authority.ca }, () => {
      socket.write(text, () => socket.destroy());
    });
    socket.on('close', resolve);
  });
  const session = open();
  await http2(session, { ':path': '/echo', ':method': 'CONNECT', ':authority': 'x' }).catch(() => {});
  session.destroy();
  assert.equal((await http1('/fine')).status, 200);
});

test('a handler that fails costs one request', async () => {
  const session = open();
  assert.equal((await http2(session, { ':path': '/bug' })).status, 500);
  assert.match(String(failures[0]), /a bug/);
  await http2(session, { ':path': '/bad-header' }).catch(() => {});
  await assert.rejects(http1('/bad-header'));
  assert.equal((await http2(session, { ':path': '/fine' })).status, 200);
  session.destroy();
});

test('a WebSocket is opened with the subprotocol both know', async () => {
  const socket = new WebSocket(
    `wss://127.0.0.1:${listener.port}/websocket`,
    ['base64url.bearer.authorization.k8s.io.dG9r', 'a.k8s.io'],
    { ca: authority.ca },
  );
  const messages: string[] = [];
  socket.on('message', (data, binary) => messages.push(binary ? (data as Buffer).toString('hex') : String(data)));
  await new Promise((resolve) => socket.on('close', resolve));
  assert.deepEqual(messages, ['hello a.k8s.io', '0102']);
  const plain = await http1('/other', { headers: { connection: 'upgrade', upgrade: 'h2c' } });
  assert.equal(plain.status, 200);
});

test('a WebSocket handshake that cannot be completed is answered', async () => {
  const ask = (...headers: string[]): Promise<string> =>
    rawTls(
      `GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers.join('\r\n')}\r\n\r\n`,
    );
  const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`;
  const version = 'Sec-WebSocket-Version: 13';
  for (const headers of [[key], [version], [key, 'Sec-WebSocket-Version: 99'], ['Sec-WebSocket-Key: short', version]]) {
    const before = failures.length;
    assert.match(await ask(...headers), /^HTTP\/1.1 [45]00 /, headers.join());
    // This test's handler does not turn errors into answers.
    assert.match(String(failures[before]), /challenge|WebSocket Version/);
  }
});

test('a request that asks for another protocol is an ordinary one, with its body', async () => {
  const text =
    'POST /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello';
  assert.match(await rawTls(text), /\r\n\r\nhello$/);
});

test('more headers than any client sends are refused, and none of them is lost before', async () => {
  const many = (count: number): string =>
    `GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'X-One: y\r\n'.repeat(count)}\r\n`;
  assert.match(await rawTls(many(1_990)), /y 1990 HTTP\/1.1$/);
  assert.match(await rawTls(many(2_001)), /^HTTP\/1.1 431 /);
});

test('a watch streams, and ends when the listener closes', async () => {
  const own = await createListener(options);
  const session = connectHttp2(`https://127.0.0.1:${own.port}`, { ca: authority.ca });
  const stream = session.request({ ':path': '/watch' });
  let text = '';
  stream.setEncoding('utf8');
  await new Promise<void>((resolve) =>
    stream.on('data', (chunk) => {
      text += chunk;
      if (text.includes('two')) resolve();
    }),
  );
  assert.equal(text, 'one\ntwo\n');
  const ended = new Promise((resolve) => stream.on('end', resolve));
  await own.close(5);
  await ended;
  assert.equal(watch?.closed, true);
  assert.equal(own.connectionCount(), 0);
});

test('a new certificate is served after reload', async () => {
  const other = await createTestAuthority();
  const own = await createListener(options);
  own.reload({ ...(await other.server()), clientCa: authority.ca, byServerName: [] });
  const session = connectHttp2(`https://127.0.0.1:${own.port}`, { ca: other.ca });
  assert.equal((await http2(session, { ':path': '/fine' })).status, 200);
  session.close();
  await own.close(1);
});
