/** An unlucky operator: every file that the server reads at its start, in every bad state, gives one line and exit code 1. */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startKeelson } from '../../src/testing/keelson.ts';
import { freePort, temporaryDirectory } from '../support/child-server.ts';
import { run } from '../support/kubectl.ts';

const KEELSON = new URL('../../dist/keelson.js', import.meta.url).pathname;
const using = temporaryDirectory();
const good = join(using.path, 'good');
const foreign = join(using.path, 'foreign');
after(() => using[Symbol.dispose]());

before(async () => {
  for (const dataDir of [good, foreign]) await (await startKeelson({ dataDir })).stop();
});

type Harm = (path: string) => void;
const HARMS: Readonly<Record<string, Harm>> = {
  rubbish: (path) => writeFileSync(path, Buffer.from('\0\x01rubbish\nof\ntwo lines')),
  'nothing in it': (path) => writeFileSync(path, ''),
  'a directory in its place': (path) => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
  },
  'nothing that can be read': (path) => {
    rmSync(path, { recursive: true, force: true });
    symlinkSync(path, path);
  },
};
const gone: Harm = (path) => rmSync(path);

let count = 0;

/** A data directory of its own, with one file harmed. */
function harmed(file: string, harm: Harm): string {
  const directory = join(using.path, `case-${count++}`);
  cpSync(good, directory, { recursive: true });
  harm(join(directory, file));
  return directory;
}

/** What the operator may want back: the certificates and the marker. */
function contentsOf(directory: string): unknown[] {
  return ['keelson.json', ...readdirSync(join(directory, 'pki')).map((name) => join('pki', name))].map((name) => {
    const path = join(directory, name);
    return [name, lstatSync(path).isFile() ? readFileSync(path, 'latin1') : ''];
  });
}

async function refused(expected: RegExp, directory: string, ...flags: string[]): Promise<void> {
  const port = flags.includes('--secure-port') ? [] : ['--secure-port', String(await freePort())];
  const args = [KEELSON, 'up', '--data-dir', directory, ...port, ...flags];
  const { code, stdout, stderr } = await run(process.execPath, args);
  assert.equal(stdout, '');
  assert.match(stderr, /^keelson: [^\n]+\n$/, 'one line');
  assert.match(stderr, expected);
  assert.ok(!stderr.includes('    at '), stderr);
  assert.equal(code, 1);
}

describe('a file of the data directory', () => {
  for (const file of ['keelson.json', 'pki/ca.crt', 'pki/ca.key', 'pki/admin.crt', 'pki/apiserver.key']) {
    for (const [state, harm] of Object.entries(HARMS)) {
      it(`${file}: ${state}`, async () => {
        const directory = harmed(file, harm);
        const found = contentsOf(directory);
        await refused(new RegExp(`${file.replace('.', '\\.')}[ :;(].*(restore|make it|put back)`), directory);
        assert.deepEqual(contentsOf(directory), found, 'nothing is touched');
      });
    }
  }

  for (const [file, other] of [
    ['ca.crt', 'ca.key'],
    ['ca.key', 'ca.crt'],
    ['admin.key', 'admin.crt'],
    ['apiserver.crt', 'apiserver.key'],
  ] as const) {
    it(`pki/${file}: missing beside ${other}`, async () => {
      const directory = harmed(`pki/${file}`, gone);
      await refused(new RegExp(`pki/${file.replace('.', '\\.')} is missing, its .* is there; restore both`), directory);
      assert.ok(!existsSync(join(directory, 'pki', file)));
    });
  }

  it('pki/ca.key: of another authority', () =>
    refused(
      /ca\.key does not belong to \S+ca\.crt; restore both/,
      harmed('pki/ca.key', (path) => cpSync(join(foreign, 'pki/ca.key'), path)),
    ));
  it('pki: a file in its place', () =>
    refused(
      /cannot use \S+pki \(E\w+\); make it a directory/,
      harmed('pki', (path) => {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      }),
    ));
  it('keelson.json: of something else', () =>
    refused(
      /belongs to something else .*; choose another data directory/,
      harmed('keelson.json', (path) => writeFileSync(path, '{"kind":"other","format":1}')),
    ));
  it('lock: a directory in its place', () =>
    refused(
      /lock is a directory; remove it/,
      harmed('lock', (path) => mkdirSync(path)),
    ));
  it('admin.kubeconfig: a directory in its place', () =>
    refused(
      /cannot write \S+admin\.kubeconfig \(EISDIR\); make room/,
      harmed('admin.kubeconfig', (path) => mkdirSync(path)),
    ));
});

describe('a file that a flag names', () => {
  const file = join(using.path, 'named');
  const pem = (name: string): string => join(good, 'pki', name);
  const cases = [
    ['--token-auth-file', []],
    ['--client-ca-file', []],
    ['--tls-cert-file', ['--tls-private-key-file', pem('apiserver.key')]],
    ['--tls-private-key-file', ['--tls-cert-file', pem('apiserver.crt')]],
  ] as const;
  for (const [flag, others] of cases) {
    for (const [state, harm] of Object.entries({ ...HARMS, 'no file at all': (path: string) => rmSync(path) })) {
      // As upstream: nobody has a token then.
      if (flag === '--token-auth-file' && state === 'nothing in it') continue;
      it(`${flag}: ${state}`, async () => {
        rmSync(file, { recursive: true, force: true });
        writeFileSync(file, '');
        harm(file);
        await refused(/named/, join(using.path, 'flags'), flag, file, ...others);
      });
    }
  }

  it('a quote that has no end, a key of another certificate, a damaged one in a bundle, ciphers that are none', async () => {
    const directory = join(using.path, 'flags');
    const pair = ['--tls-cert-file', pem('apiserver.crt'), '--tls-private-key-file', pem('admin.key')];
    await refused(/--tls-private-key-file: \S+ does not belong to --tls-cert-file: /, directory, ...pair);
    const tokens = join(using.path, 'tokens');
    writeFileSync(tokens, 'token,user,"uid\n');
    await refused(/--token-auth-file: .*parse error on line 2/, directory, '--token-auth-file', tokens);
    const bundle = join(using.path, 'bundle');
    writeFileSync(bundle, `${readFileSync(pem('ca.crt'))}${readFileSync(pem('ca.crt'), 'utf8').replace('MII', 'AAA')}`);
    await refused(/--client-ca-file: certificate 2 in \S+bundle is damaged; /, directory, '--client-ca-file', bundle);
    await refused(/--tls-cipher-suites: /, directory, '--tls-cipher-suites', 'NONE_SUCH');
  });
});

it('a port that is taken leaves the data directory free', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  await refused(/port \d+ is in use; stop what listens/, good, '--secure-port', String(address.port));
  assert.ok(!existsSync(join(good, 'lock')));
  await assert.rejects(startKeelson({ dataDir: good, port: address.port }), { code: 'EADDRINUSE' });
  await new Promise((resolve) => other.close(resolve));
  await (await startKeelson({ dataDir: good })).stop();
});
