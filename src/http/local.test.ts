import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange, ResponseStream } from './exchange.ts';
import { createLocalClient } from './local.ts';

let stream: ResponseStream | null = null;
let closed: boolean[] = [];

async function handle(exchange: Exchange): Promise<void> {
  exchange.onClose((aborted) => closed.push(aborted));
  if (exchange.path === '/watch') {
    stream = exchange.stream(200, {});
    return;
  }
  if (exchange.path === '/bug') throw new Error('a bug');
  if (exchange.path === '/chunks') return exchange.respondChunks(200, {}, [Buffer.from('a'), Buffer.from('b')], 2);
  const body = await exchange.readBody(100);
  exchange.respond(
    201,
    { 'x-a': 'b' },
    `${exchange.method} ${exchange.query} ${exchange.localUser} ${exchange.header('accept')} ${body}`,
  );
}

const client = createLocalClient(handle, 'system:apiserver');

test('a request is answered without a socket, as its user', async () => {
  const answer = await client.request({
    method: 'POST',
    path: '/x',
    query: 'a=b',
    headers: { accept: 'y' },
    body: 'text',
  });
  assert.deepEqual(
    [answer.status, answer.headers['x-a'], answer.body.toString()],
    [201, 'b', 'POST a=b system:apiserver y text'],
  );
  assert.equal((await client.request({ method: 'GET', path: '/chunks' })).body.toString(), 'ab');
  await assert.rejects(client.request({ method: 'GET', path: '/bug' }), /a bug/);
});

test('a watch is read line by line, until it ends or is cancelled', async () => {
  const lines: string[] = [];
  const ends: number[] = [];
  const handlers = { line: (text: string) => lines.push(text), end: (status: number) => ends.push(status) };
  client.watch('/watch', '', handlers);
  for (const chunk of ['{"a":1}\n{"b"', ':2', '}\n\n{"ü":3}\n']) stream?.write(Buffer.from(chunk));
  stream?.end();
  assert.deepEqual(lines, ['{"a":1}', '{"b":2}', '{"ü":3}']);
  closed = [];
  const watch = client.watch('/watch', '', handlers);
  watch.cancel();
  assert.equal(stream?.write(Buffer.from('late\n')), false);
  assert.deepEqual([lines.length, ends, closed], [3, [200, 200], [true]]);
});
