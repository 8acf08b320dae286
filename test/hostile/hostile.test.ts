/** Bad input in every form: each gets a Status, nothing is changed, and the server lives within bounded memory. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { createSeededRandom } from '../../src/base/random.ts';
import { type ChildServer, freePort, startChild, temporaryDirectory } from '../support/child-server.ts';
import { connectH2, type H2Client, type RequestOptions } from '../support/h2-client.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const RSS_MAX_BYTES = 400 * 1024 * 1024;
const SEED = Number(process.env['KEELSON_FUZZ_SEED'] ?? Date.now() % 1_000_000);
const map = (rest: string): string => `{"apiVersion":"v1","kind":"ConfigMap",${rest}}`;
const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`;

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly options?: RequestOptions;
  readonly status: number;
}

const post = (name: string, body: string | Buffer, status: number, contentType = 'application/json'): Case => ({
  name,
  method: 'POST',
  options: { body, contentType },
  status,
});
const patch = (name: string, kind: string, body: string, status: number): Case => ({
  name,
  method: 'PATCH',
  path: `${MAPS}/target`,
  options: { body, contentType: kind },
  status,
});
const get = (name: string, query: string, status: number): Case => ({ name, path: `${MAPS}?${query}`, status });

const CASES: readonly Case[] = [
  post('an empty body', '', 400),
  post('a truncated body', '{"apiVersion":"v1","kin', 400),
  post('four megabytes', Buffer.alloc(4 * 1024 * 1024, 'a'), 413),
  post('brackets', '['.repeat(1_000_000), 400),
  post('deep nesting', map(`"metadata":{"name":"x"},"data":${nested('{"a":', '}', 100_000)}`), 400),
  post('invalid UTF-8', Buffer.from(`${map('"metadata":{"name":"u')}\xff"}}`, 'latin1'), 400),
  post('a list for an object', '[]', 400),
  post('null', 'null', 400),
  post('wrong types', map('"metadata":{"name":7}'), 400),
  post('labels that are a list', map('"metadata":{"name":"x","labels":[]}'), 400),
  post('a name that is a path', map('"metadata":{"name":"../../etc"}'), 422),
  post('a huge name', map(`"metadata":{"name":"${'a'.repeat(100_000)}"}`), 422),
  post('huge annotations', map(`"metadata":{"name":"x","annotations":{"a":"${'x'.repeat(300_000)}"}}`), 422),
  post('another kind', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}', 400),
  post('another namespace', map('"metadata":{"name":"x","namespace":"other"}'), 400),
  post('a YAML bomb', BOMB, 400, 'application/yaml'),
  post('broken YAML', 'a: [b: {c', 400, 'application/yaml'),
  post('a picture', 'x', 415, 'image/png'),
  post('broken protobuf', Buffer.from('6b3873000affffff', 'hex'), 400, 'application/vnd.kubernetes.protobuf'),
  {
    ...post('duplicate members, strict', map('"metadata":{"name":"d","name":"e"}'), 400),
    path: `${MAPS}?fieldValidation=Strict`,
  },
  { ...post('an unknown dry run', map('"metadata":{"name":"x"}'), 422), path: `${MAPS}?dryRun=Some` },
  patch(
    'a patch of the prototype',
    'application/json-patch+json',
    '[{"op":"add","path":"/__proto__/polluted","value":1}]',
    422,
  ),
  patch(
    'a patch of the constructor',
    'application/json-patch+json',
    '[{"op":"add","path":"/constructor/prototype/polluted","value":1}]',
    422,
  ),
  patch('a merge of the prototype', 'application/merge-patch+json', '{"__proto__":{"polluted":1}}', 200),
  patch(
    'a strategic merge of the prototype',
    'application/strategic-merge-patch+json',
    '{"metadata":{"__proto__":{"polluted":1}}}',
    200,
  ),
  patch('a patch that is no list', 'application/json-patch+json', '{}', 400),
  patch(
    'too many operations',
    'application/json-patch+json',
    `[${Array(10_001).fill('{"op":"test","path":"/kind","value":"ConfigMap"}').join(',')}]`,
    413,
  ),
  patch('an unknown patch', 'application/x-patch', '{}', 415),
  get('a bad label selector', 'labelSelector=a%20b%20c', 400),
  get('a bad field selector', 'fieldSelector=a', 400),
  get('an unknown field', 'fieldSelector=spec.x%3D1', 400),
  get('a limit that is no number', 'limit=abc', 400),
  get('a limit beyond all numbers', 'limit=99999999999999999999', 400),
  get('a negative limit', 'limit=-5', 200),
  get('a revision that is no number', 'resourceVersion=abc', 400),
  get('a foreign continue token', 'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0', 400),
  get('a broken escape', 'labelSelector=%zz', 400),
  get('a selector of 60,000 values', `labelSelector=a%20in%20(${Array(20_000).fill('xx').join(',')})`, 200),
  { name: 'a broken path', path: '/api/v1/namespaces/%zz/pods', status: 400 },
  { name: 'a path of dots', path: '/api/v1/../../etc/passwd', status: 404 },
  { name: 'a method of no resource', method: 'TRACE', path: MAPS, status: 405 },
  { name: 'an Accept of nothing offered', path: MAPS, options: { headers: { accept: 'image/png' } }, status: 406 },
  {
    name: 'many headers',
    path: MAPS,
    options: { headers: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-h${i}`, 'v'])) },
    status: 200,
  },
];

describe('hostile input', () => {
  let server: ChildServer;
  let client: H2Client;
  const directory = temporaryDirectory();

  before(async () => {
    server = await startChild({ directory: directory.path, port: await freePort() });
    client = connectH2(server.port, server.token);
    const target = map('"metadata":{"name":"target"},"data":{"__proto__":"kept","constructor":"too"}');
    assert.equal((await client.request('POST', MAPS, { body: target })).status, 201);
  });
  after(async () => {
    client.destroy();
    await server.stop();
    directory[Symbol.dispose]();
  });

  for (const { name, method = 'GET', path = MAPS, options, status } of CASES) {
    it(name, async () => {
      const own = connectH2(server.port, server.token);
      const reply = await own.request(method, path, options);
      own.destroy();
      const text = reply.body.toString().slice(0, 300);
      assert.equal(reply.status, status, text);
      if (status >= 400 && !text.startsWith('404'))
        assert.equal((JSON.parse(reply.body.toString()) as { code: number }).code, status);
    });
  }

  it('members named __proto__ are data like any other', async () => {
    const { data } = JSON.parse((await client.request('GET', `${MAPS}/target`)).body.toString()) as { data: object };
    assert.deepEqual(Object.entries(data).sort(), [
      ['__proto__', 'kept'],
      ['constructor', 'too'],
    ]);
  });

  it('connections that talk nonsense, stop half way or say nothing', async () => {
    const talk = [
      'GET / HTTP/9.9\r\n\r\n',
      'nonsense\r\n\r\n',
      `GET ${MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc`,
      `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(50_000)}\r\n`,
      '',
    ];
    const sockets = await Promise.all(
      talk.flatMap((text) => Array.from({ length: 20 }, () => open(server.port, text))),
    );
    for (const [i, socket] of sockets.entries()) {
      if (i % 2 === 0) socket.end();
      else socket.destroy();
    }
    await isWell(client, server);
  });

  it('streams that are opened and reset at once', async () => {
    for (let round = 0; round < 20; round++) {
      const rude = connectH2(server.port, server.token);
      for (let i = 0; i < 50; i++) rude.lines(`${MAPS}?watch=true`, () => undefined).abort();
      rude.destroy();
    }
    await isWell(client, server);
  });

  it(`what chance makes of paths, queries and bodies (seed ${SEED})`, async () => {
    const random = createSeededRandom(SEED);
    const pieces = [
      '/',
      'api',
      'v1',
      'namespaces',
      'default',
      'configmaps',
      'target',
      'status',
      '?',
      '&',
      '=',
      'watch',
      'limit',
      '%2f',
      '..',
      '\u00e9',
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      'metadata',
      'null',
      '1e999',
      '-',
      'labelSelector',
      '!',
      'in (',
      '__proto__',
    ];
    const text = (length: number): string => Array.from({ length }, () => pieces[random.below(pieces.length)]).join('');
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    const types = [
      'application/json',
      'application/yaml',
      'application/json-patch+json',
      'application/apply-patch+yaml',
      'application/strategic-merge-patch+json',
    ];
    for (let i = 0; i < 1500; i++) {
      const method = methods[random.below(methods.length)] ?? 'GET';
      const tail = encodeURI(text(random.below(5))).replace('watch', 'w');
      const path = random.below(2) === 0 ? `${MAPS}/fuzz${tail}` : `/api/v1/${tail}`;
      const options =
        method === 'GET' ? {} : { body: text(random.below(12)), contentType: types[random.below(types.length)] ?? '' };
      const { status, body } = await client.request(method, path, options);
      assert.ok(
        status >= 200 && status < 500,
        `${method} ${path} ${JSON.stringify(options)}: ${status} ${body.toString().slice(0, 200)}`,
      );
    }
    await isWell(client, server);
  });
});

async function isWell(client: H2Client, server: ChildServer): Promise<void> {
  assert.equal((await client.request('GET', '/readyz')).body.toString(), 'ok');
  assert.equal(server.exitCode(), null);
  assert.ok(server.rssBytes() < RSS_MAX_BYTES, `${server.rssBytes()} bytes`);
  assert.ok(!server.output().includes('panic'), server.output().slice(-2000));
}

async function open(port: number, text: string): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  socket.write(text);
  return socket;
}
