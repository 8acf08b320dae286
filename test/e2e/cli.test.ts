/** The command line, as it is built: `dist/keelson.js` in processes of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Api, createApi } from '../support/api.ts';
import { freePort, TOKEN, temporaryDirectory } from '../support/child-server.ts';
import { kubectlFor, MISSING, type Ran, run } from '../support/kubectl.ts';

const KEELSON = new URL('../../dist/keelson.js', import.meta.url).pathname;
const { name: packageName, version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { name: string; version: string };

const keelson = (...args: string[]): Promise<Ran> => run(process.execPath, [KEELSON, ...args]);

interface Running {
  readonly api: Api;
  readonly output: () => string;
  readonly kubeconfig: string;
  /** Sends a signal and waits: exit code or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

const using = temporaryDirectory();
const home = using.path;
const tokens = join(home, 'tokens.csv');
const children = new Set<ChildProcess>();
let port = 0;

before(async () => {
  assert.ok(existsSync(KEELSON), 'npm run build comes first');
  port = await freePort();
  writeFileSync(tokens, `${TOKEN},admin,1,system:masters\n`);
});
after(() => {
  // What a failed test left behind.
  for (const child of children) child.kill('SIGKILL');
  using[Symbol.dispose]();
});

async function up(directory: string, ...flags: string[]): Promise<Running> {
  const args = ['up', '--data-dir', directory, '--secure-port', String(port), '--token-auth-file', tokens, ...flags];
  const child = spawn(process.execPath, [KEELSON, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  let output = '';
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Keelson is ready')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => reject(new Error(`it ended with ${code}: ${output}`)));
  });
  const caPem = readFileSync(join(directory, 'pki/ca.crt'), 'utf8');
  const api = createApi({ port, caPem, token: TOKEN });
  return {
    api,
    output: () => output,
    kubeconfig: join(directory, 'admin.kubeconfig'),
    async end(signal) {
      api.close();
      child.kill(signal);
      return exited;
    },
  };
}

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('up', () => {
  const directory = join(home, 'up');

  it('says where it is and leaves a kubeconfig', async () => {
    const server = await up(directory);
    assert.match(
      server.output(),
      /Keelson is ready at https:\/\/127\.0\.0\.1:\d+ in \d+ ms\. Next: export KUBECONFIG=\S+admin\.kubeconfig && kubectl get namespaces\n/,
    );
    assert.equal(statSync(server.kubeconfig).mode & 0o777, 0o600);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    if (MISSING === null) assert.match(await kubectlFor(server.kubeconfig).ok('get', 'ns'), /kube-system/);
    await server.api.ok('POST', MAPS, { metadata: { name: 'kept' }, data: { a: 'b' } });
    assert.equal(await server.end('SIGINT'), 0);
    assert.match(server.output(), /Keelson is stopping\n/);
  });

  it('finds everything again, under the same certificates', async () => {
    const config = readFileSync(join(directory, 'admin.kubeconfig'), 'utf8');
    const server = await up(directory);
    assert.deepEqual((await server.api.ok('GET', `${MAPS}/kept`)).data, { a: 'b' });
    assert.equal(readFileSync(server.kubeconfig, 'utf8'), config);
    assert.equal(await server.end('SIGTERM'), 0);
  });

  it('finds what was acknowledged before it was killed', async () => {
    const server = await up(directory);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) => server.api.ok('POST', MAPS, { metadata: { name: `k${i}` } })),
    );
    assert.equal(await server.end('SIGKILL'), 'SIGKILL');
    const again = await up(directory);
    const { items, metadata } = await again.api.ok('GET', MAPS);
    assert.equal(items.length, made.length + 1);
    const newest = Math.max(...made.map((object) => Number(object.metadata.resourceVersion)));
    assert.ok(Number(metadata.resourceVersion) >= newest);
    assert.equal(await again.end('SIGINT'), 0);
  });

  it('ends watches and open connections when it stops', async () => {
    const server = await up(directory);
    const watch = await server.api.watch(`${MAPS}?watch=1&resourceVersion=0`);
    const startedMs = performance.now();
    const ended = server.end('SIGTERM');
    await watch.rest().catch(() => []);
    assert.equal(await ended, 0);
    assert.ok(performance.now() - startedMs < 9000);
  });

  it('keeps all in memory when told to', async () => {
    const server = await up(join(home, 'memory'), '--storage', 'memory');
    await server.api.ok('POST', MAPS, { metadata: { name: 'lost' } });
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(!existsSync(join(home, 'memory/data.mdb')));
  });

  it('does not share its directory', async () => {
    const server = await up(directory);
    const { code, stderr } = await keelson('up', '--data-dir', directory, '--secure-port', String(await freePort()));
    assert.equal(code, 1);
    assert.match(stderr, /^keelson: \S+ is in use by process \d+; stop it or choose another data directory\n$/);
    assert.equal(await server.end('SIGINT'), 0);
  });
});

describe('what it refuses, in one line', () => {
  const refused = async (expected: RegExp, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await keelson(...args);
    assert.equal(code, 1, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, expected);
    assert.ok(!stderr.includes('    at '), 'no stack');
  };

  it('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    assert.ok(address !== null && typeof address === 'object');
    await refused(
      /^keelson: port \d+ is in use; stop what listens on 127\.0\.0\.1:\d+ or choose another one with --secure-port\n$/,
      ...['up', '--storage', 'memory', '--data-dir', join(home, 'port'), '--secure-port', String(address.port)],
    );
    other.close();
  });

  it('a directory that cannot be', () =>
    refused(/^keelson: cannot use the data directory \/dev\/null\/x: /, 'up', '--data-dir', '/dev/null/x'));

  it("somebody else's directory", async () => {
    const foreign = join(home, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'letter.txt'), 'dear reader');
    await refused(
      /^keelson: \S+ is not empty and not a Keelson data directory; choose another or empty it\n$/,
      ...['up', '--data-dir', foreign],
    );
    assert.equal(readFileSync(join(foreign, 'letter.txt'), 'utf8'), 'dear reader');
  });

  it('an address of another machine', () =>
    refused(
      /^keelson: 192\.0\.2\.77 is no address of this machine; choose another one with --bind-address\n$/,
      ...['up', '--storage', 'memory', '--data-dir', join(home, 'address'), '--bind-address', '192.0.2.77'],
    ));

  for (const [title, args, expected] of [
    ['an unknown flag', ['up', '--secure-prot', '1'], /^keelson: unknown option '--secure-prot'\n/],
    ['an unknown command', ['down'], /^keelson: unknown command 'down'\n/],
    [
      'a flag without its value',
      ['up', '--secure-port'],
      /^keelson: option '.*--secure-port <PORT>' argument missing\n/,
    ],
    ['a port that is none', ['up', '--secure-port', 'x'], /^keelson: invalid argument "x" for "--secure-port": /],
    [
      'a port out of range',
      ['up', '--secure-port', '70000'],
      /^keelson: invalid argument "70000" for "--secure-port": /,
    ],
    ['a mode that is none', ['up', '--authorization-mode', 'Maybe'], /^keelson: .*--authorization-mode/],
    [
      'a duration that is none',
      ['up', '--history-retention', '5'],
      /^keelson: invalid argument "5" for "--history-retention": /,
    ],
    [
      'a range that is none',
      ['up', '--service-cluster-ip-range', '10.0.0.0'],
      /^keelson: --service-cluster-ip-range: /,
    ],
    ['an engine that is none', ['up', '--storage', 'tape'], /^keelson: .*--storage/],
    [
      'an API that is none',
      ['up', '--runtime-config', 'nothing/v1=true'],
      /^keelson: --runtime-config names what this server does not have: nothing\/v1\n$/,
    ],
    [
      'a certificate without its key',
      ['up', '--tls-cert-file', 'x'],
      /^keelson: --tls-cert-file and --tls-private-key-file must be given together\n$/,
    ],
    [
      'a token file that is not there',
      ['up', '--token-auth-file', '/nowhere'],
      /^keelson: --token-auth-file: cannot read \/nowhere: ENOENT\n$/,
    ],
    ['an argument too many', ['up', 'please'], /^keelson: too many arguments/],
  ] as const) {
    const [command, ...rest] = args;
    const place = command === 'up' ? ['--data-dir', join(home, 'flags')] : [];
    it(title, () => refused(expected, command, ...place, ...rest));
  }
});

describe('help', () => {
  it('comes for the whole and for each command', async () => {
    const root = await keelson('--help');
    assert.equal(root.code, 0);
    assert.match(root.stdout, /^Usage: keelson /);
    for (const command of ['up', 'apiserver', 'kubeconfig', 'snapshot', 'version']) {
      assert.match(root.stdout, new RegExp(`^ {2}${command} `, 'm'));
      const { code, stdout } = await keelson(command, '--help');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: keelson ${command}`));
    }
  });

  it('tells its version', async () => {
    const { code, stdout } = await keelson('version');
    assert.equal(code, 0);
    assert.equal(packageName, 'keelson');
    assert.ok(stdout.startsWith(`keelson ${version} (Kubernetes v1.36.`), stdout);
  });
});

describe('kubeconfig', () => {
  const directory = join(home, 'certificates');

  it('makes credentials of anybody', { skip: MISSING ?? false }, async () => {
    const server = await up(directory);
    const args = ['--data-dir', directory, '--server', `https://127.0.0.1:${port}`];
    const { code, stdout } = await keelson(
      'kubeconfig',
      ...args,
      '--user',
      'jane',
      '--group',
      'devs',
      '--group',
      'ops',
    );
    assert.equal(code, 0);
    const path = join(home, 'jane.kubeconfig');
    writeFileSync(path, stdout);
    const review = JSON.parse(await kubectlFor(path).ok('auth', 'whoami', '-o', 'json'));
    assert.equal(review.status.userInfo.username, 'jane');
    assert.deepEqual(review.status.userInfo.groups, ['devs', 'ops', 'system:authenticated']);
    const { stderr } = await kubectlFor(path)('get', 'pods');
    assert.match(stderr, /User "jane" cannot list resource "pods"/);
    assert.equal(await server.end('SIGINT'), 0);
  });

  it('needs an authority', async () => {
    const { code, stderr } = await keelson('kubeconfig', '--data-dir', join(home, 'nothing'));
    assert.equal(code, 1);
    assert.match(stderr, /^keelson: there is no certificate authority in /);
  });
});

describe('snapshot', () => {
  const directory = join(home, 'original');
  const file = join(home, 'saved.snapshot');

  it('is taken while the server runs, and restored elsewhere', async () => {
    const server = await up(directory);
    await server.api.ok('POST', MAPS, { metadata: { name: 'saved' } });
    const saved = await keelson('snapshot', 'save', file, '--data-dir', directory);
    assert.equal(saved.code, 0, saved.stderr);
    assert.match(saved.stdout, /^saved \S+: revision \d+, \d+ keys, \d+ bytes, hash \S+\n$/);
    await server.api.ok('POST', MAPS, { metadata: { name: 'later' } });
    const before = await server.api.ok('GET', `${MAPS}/saved`);
    assert.equal(await server.end('SIGINT'), 0);

    const status = await keelson('snapshot', 'status', file);
    assert.equal(status.stdout.slice(status.stdout.indexOf(': ')), saved.stdout.slice(saved.stdout.indexOf(': ')));

    const copy = join(home, 'copy');
    const restored = await keelson('snapshot', 'restore', file, '--data-dir', copy);
    assert.equal(restored.code, 0, restored.stderr);
    const again = await up(copy);
    const after = await again.api.ok('GET', `${MAPS}/saved`);
    assert.equal(after.metadata.uid, before.metadata.uid);
    assert.equal((await again.api.get(`${MAPS}/later`)).status, 404);
    const { metadata } = await again.api.ok('GET', MAPS);
    assert.ok(Number(metadata.resourceVersion) > Number(before.metadata.resourceVersion) + 1_000_000);
    assert.equal(await again.end('SIGINT'), 0);
  });

  it('overwrites nothing', async () => {
    const again = await keelson('snapshot', 'save', file, '--data-dir', directory);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^keelson: \S+ exists; choose another file\n$/);
    const full = await keelson('snapshot', 'restore', file, '--data-dir', directory);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /^keelson: \S+ holds data already; choose an empty directory\n$/);
  });

  it('is told from other files', async () => {
    const other = join(home, 'other');
    writeFileSync(other, 'not a snapshot');
    const wrong = await keelson('snapshot', 'status', other);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^keelson: \S+ is not a complete Keelson snapshot; take another one\n$/);
    const damaged = readFileSync(file);
    damaged.writeUInt8(damaged.readUInt8(damaged.length >> 1) ^ 1, damaged.length >> 1);
    writeFileSync(other, damaged);
    assert.equal((await keelson('snapshot', 'restore', other, '--data-dir', join(home, 'damaged'))).code, 1);
    assert.equal((await keelson('snapshot', 'status', join(home, 'absent'))).code, 1);
  });
});
