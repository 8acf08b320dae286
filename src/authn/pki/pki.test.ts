import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { createManualClock } from '../../base/manual-clock.ts';
import type { AuthenticationResult, Credentials } from '../authenticator.ts';
import { createX509Authenticator } from '../x509.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { ensurePki, issueClientCertificate, keepPki, type Pki } from './pki.ts';
import { servingSans } from './sans.ts';

const DAY_MS = 86_400_000;
const root = mkdtempSync(join(tmpdir(), 'keelson-pki-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
const newDir = () => join(root, `data-${count++}`);
const sans = servingSans({
  hostname: 'host_1',
  clusterDomain: 'cluster.local',
  serviceAddresses: ['10.0.0.1'],
  addresses: ['0.0.0.0', '192.0.2.7', '2001:db8::1'],
  extra: ['api.example.com'],
});

function credentials(certificate: X509Certificate | 'invalid' | null): Credentials {
  return { authorization: undefined, clientCertificate: certificate, header: () => undefined, path: '/' };
}

const ask = (certificate: X509Certificate | 'invalid' | null) =>
  createX509Authenticator().authenticate(credentials(certificate)) as AuthenticationResult;

test('names: the cluster names, addresses without the unspecified ones, nothing a certificate cannot carry', () => {
  assert.deepEqual(sans, {
    dnsNames: [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'localhost',
      'api.example.com',
    ],
    ipAddresses: ['127.0.0.1', '::1', '10.0.0.1', '192.0.2.7', '2001:db8::1'],
  });
});

test('the first start makes everything, private and whole; the next one changes nothing', async () => {
  const dir = newDir();
  const options = { dir, sans, clock: createManualClock(Date.now()) };
  const pki = await ensurePki(options);
  const files = readdirSync(join(dir, 'pki')).sort();
  assert.deepEqual(files, ['admin.crt', 'admin.key', 'apiserver.crt', 'apiserver.key', 'ca.crt', 'ca.key']);
  for (const file of files) assert.equal(statSync(join(dir, 'pki', file)).mode & 0o777, 0o600);
  assert.equal(statSync(join(dir, 'pki')).mode & 0o777, 0o700);
  const ca = new X509Certificate(pki.caPem);
  const serving = new X509Certificate(pki.servingCertPem);
  assert.ok(ca.ca && serving.checkIssued(ca) && !serving.ca);
  assert.equal(serving.checkHost('kubernetes.default.svc'), 'kubernetes.default.svc');
  assert.equal(serving.checkIP('2001:db8::1'), '2001:db8::1');
  assert.equal(Math.round((Date.parse(ca.validTo) - Date.now()) / DAY_MS), 3650);
  assert.equal(Math.round((Date.parse(serving.validTo) - Date.now()) / DAY_MS), 365);
  assert.deepEqual(await ensurePki(options), pki);
});

test('keys are in SEC1 form, which every client reads; older ones are rewritten in it', async () => {
  const dir = newDir();
  const options = { dir, sans, clock: createManualClock(Date.now()) };
  const pki = await ensurePki(options);
  for (const file of ['ca.key', 'apiserver.key', 'admin.key'])
    assert.match(readFileSync(join(dir, 'pki', file), 'utf8'), /^-----BEGIN EC PRIVATE KEY-----\n/);
  const request = { dir, clock: options.clock, user: 'jane', groups: [], uid: '', days: 1 };
  assert.match((await issueClientCertificate(request)).keyPem, /^-----BEGIN EC PRIVATE KEY-----\n/);

  for (const file of ['ca.key', 'apiserver.key', 'admin.key']) {
    const path = join(dir, 'pki', file);
    writeFileSync(path, createPrivateKey(readFileSync(path)).export({ type: 'pkcs8', format: 'pem' }));
  }
  assert.deepEqual(await ensurePki(options), pki);
  assert.equal(readFileSync(join(dir, 'pki/admin.key'), 'utf8'), pki.adminKeyPem);
  await issueClientCertificate(request);
});

test('the serving certificate is renewed in time and when its names change; the authority stays', async () => {
  const dir = newDir();
  const clock = createManualClock(Date.now());
  const first = await ensurePki({ dir, sans, clock });
  const more = { dnsNames: [...sans.dnsNames, 'other.example.com'], ipAddresses: sans.ipAddresses };
  const second = await ensurePki({ dir, sans: more, clock });
  assert.notEqual(second.servingCertPem, first.servingCertPem);
  assert.equal(second.adminCertPem, first.adminCertPem);
  clock.advance(270 * DAY_MS);
  assert.deepEqual(await ensurePki({ dir, sans, clock }), second, 'fewer names wanted is no reason');
  clock.advance(10 * DAY_MS);
  const third = await ensurePki({ dir, sans, clock });
  assert.notEqual(third.servingCertPem, second.servingCertPem);
  assert.notEqual(third.adminCertPem, second.adminCertPem);
  assert.equal(third.caPem, first.caPem);
  clock.advance(4000 * DAY_MS);
  assert.notEqual((await ensurePki({ dir, sans, clock })).caPem, first.caPem);
});

describe('damage', () => {
  const rubbish = (path: string): void => writeFileSync(path, 'rubbish');
  const directory = (path: string): void => {
    rmSync(path);
    mkdirSync(path);
  };
  const loop = (path: string): void => {
    rmSync(path);
    symlinkSync(path, path);
  };
  const kinds = {
    'rubbish in': [rubbish, /\.(crt is not a PEM certificate|key is not a PEM private key); /],
    'nothing in': [(path: string) => writeFileSync(path, ''), /is not a PEM (certificate|private key); /],
    'a directory for': [directory, /^cannot read \S+ \(EISDIR\); /],
    'something unreadable for': [loop, /^cannot read \S+ \(ELOOP\); /],
    'no file for': [(path: string) => rmSync(path), /is missing, its (certificate|key) is there; /],
  } as const;
  const snapshotOf = (dir: string) =>
    readdirSync(dir).map((name) => {
      const path = join(dir, name);
      const found = lstatSync(path);
      return [name, found.mode, found.isFile() ? readFileSync(path, 'utf8') : ''];
    });
  for (const name of ['ca.crt', 'ca.key', 'apiserver.crt', 'apiserver.key', 'admin.crt', 'admin.key']) {
    for (const [kind, [harm, expected]] of Object.entries(kinds)) {
      test(`${kind} ${name} is told in one line, and nothing is replaced`, async () => {
        const dir = newDir();
        const options = { dir, sans, clock: createManualClock(Date.now()) };
        await ensurePki(options);
        const pki = join(dir, 'pki');
        harm(join(pki, name));
        const before = snapshotOf(pki);
        await assert.rejects(ensurePki(options), (error: Error) => {
          assert.equal(error.name, 'FileProblem');
          assert.match(error.message, expected);
          assert.ok(error.message.includes(join(pki, name)) && !error.message.includes('\n'), error.message);
          return true;
        });
        assert.deepEqual(snapshotOf(pki), before);
      });
    }
  }

  test('keys of other certificates, no authority at all, one that is none, one that cannot sign', async () => {
    const dir = newDir();
    const options = { dir, sans, clock: createManualClock(Date.now()) };
    const first = await ensurePki(options);
    const file = (name: string) => join(dir, 'pki', name);
    const texts = new Map(readdirSync(join(dir, 'pki')).map((name) => [name, readFileSync(file(name), 'utf8')]));
    const restore = (): void => {
      for (const [name, text] of texts) writeFileSync(file(name), text);
    };
    for (const name of ['ca', 'apiserver', 'admin']) {
      writeFileSync(file(`${name}.key`), name === 'admin' ? first.servingKeyPem : first.adminKeyPem);
      await assert.rejects(
        ensurePki(options),
        new RegExp(`${name}\\.key does not belong to \\S+${name}\\.crt; restore`),
      );
      restore();
    }
    rmSync(file('ca.crt'));
    rmSync(file('ca.key'));
    await assert.rejects(ensurePki(options), /ca\.crt and ca\.key are missing in .*; restore both files from a backup/);
    writeFileSync(file('ca.crt'), first.adminCertPem);
    writeFileSync(file('ca.key'), first.adminKeyPem);
    await assert.rejects(ensurePki(options), /ca\.crt is no certificate of an authority; restore/);
    restore();
    assert.deepEqual(await ensurePki(options), first);
    rmSync(file('admin.crt'));
    rmSync(file('admin.key'));
    const second = await ensurePki(options);
    assert.equal(second.caPem, first.caPem);
    assert.notEqual(second.adminCertPem, first.adminCertPem);
  });

  test('a crash while a pair is replaced leaves the old or the new one', async () => {
    const dir = newDir();
    const options = { dir, sans, clock: createManualClock(Date.now()) };
    const old = await ensurePki(options);
    const other = await ensurePki({ ...options, dir: newDir() });
    const file = (name: string) => join(dir, 'pki', name);
    writeFileSync(file('.ca.key.pending'), 'half a k');
    assert.deepEqual(await ensurePki(options), old);
    writeFileSync(file('.admin.key.pending'), other.adminKeyPem);
    writeFileSync(file('.admin.crt.pending'), 'half a c');
    assert.deepEqual(await ensurePki(options), old);
    writeFileSync(file('admin.key'), old.servingKeyPem);
    writeFileSync(file('.admin.crt.pending'), old.servingCertPem);
    assert.equal((await ensurePki(options)).adminCertPem, old.servingCertPem);
    assert.deepEqual(
      readdirSync(join(dir, 'pki')).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('what others could read is hidden from them, whatever the umask', async () => {
    const dir = newDir();
    const options = { dir, sans, clock: createManualClock(Date.now()) };
    const umask = process.umask(0o477);
    try {
      await ensurePki(options);
    } finally {
      process.umask(umask);
    }
    const modeOf = (name: string) => statSync(join(dir, 'pki', name)).mode & 0o777;
    for (const name of readdirSync(join(dir, 'pki'))) assert.equal(modeOf(name), 0o600, name);
    chmodSync(join(dir, 'pki/ca.key'), 0o644);
    await ensurePki(options);
    assert.equal(modeOf('ca.key'), 0o600);
  });
});

test('certificates are looked at daily', async () => {
  const dir = newDir();
  const clock = createManualClock(Date.now());
  const pki = await ensurePki({ dir, sans, clock });
  const renewed: Pki[] = [];
  const keeper = keepPki(
    { dir, sans, clock, onRenewed: (next) => renewed.push(next), onError: () => assert.fail() },
    pki,
  );
  for (let day = 0; day < 280; day++) {
    clock.advance(DAY_MS);
    await setImmediate();
  }
  for (let turns = 0; renewed.length === 0 && turns < 10_000; turns++) await setImmediate();
  keeper.stop();
  assert.equal(renewed.length, 1);
  assert.notEqual(renewed[0]!.servingCertPem, pki.servingCertPem);
});

test('a client certificate says who its holder is, whatever the names hold', async () => {
  const dir = newDir();
  const clock = createManualClock(Date.now());
  const request = {
    dir,
    clock,
    user: '#0a, CN=system:admin\\"+é',
    groups: ['a + O=system:masters', '#b', '"c"'],
    uid: 'u,1',
    days: 7,
  };
  await assert.rejects(issueClientCertificate(request), /there is no certificate authority/);
  await ensurePki({ dir, sans, clock });
  await assert.rejects(issueClientCertificate({ ...request, user: '' }), /must have a name/);
  const { certPem } = await issueClientCertificate(request);
  const certificate = new X509Certificate(certPem);
  const result = ask(certificate);
  assert.ok(result.kind === 'authenticated');
  assert.deepEqual(result.user, {
    name: '#0a, CN=system:admin\\"+é',
    uid: 'u,1',
    groups: ['a + O=system:masters', '#b', '"c"'],
    extra: {
      'authentication.kubernetes.io/credential-id': [
        `X509SHA256=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`,
      ],
    },
  });
  assert.equal(Math.round((Date.parse(certificate.validTo) - Date.now()) / DAY_MS), 7);
});

test('a serving certificate is no client certificate; a bad one is an error, none is nothing', async () => {
  const pki = await ensurePki({ dir: newDir(), sans, clock: createManualClock(Date.now()) });
  assert.equal(ask(new X509Certificate(pki.servingCertPem)).kind, 'failed');
  assert.equal(ask('invalid').kind, 'failed');
  assert.equal(ask(null).kind, 'unknown');
});

test('the kubeconfig is YAML with everything in it, and TLS accepts both sides', async () => {
  const pki = await ensurePki({ dir: newDir(), sans, clock: createManualClock(Date.now()) });
  const server = createServer({
    key: pki.servingKeyPem,
    cert: pki.servingCertPem,
    ca: pki.caPem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const seen = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const config = parse(
    kubeconfigText({
      server: `https://127.0.0.1:${port}`,
      caPem: pki.caPem,
      certPem: pki.adminCertPem,
      keyPem: pki.adminKeyPem,
      clusterName: 'keelson',
      userName: 'a: "b" #',
      namespace: 'dev',
    }),
  );
  assert.equal(config['current-context'], 'a: "b" #@keelson');
  assert.deepEqual(config.contexts[0], {
    name: 'a: "b" #@keelson',
    context: { cluster: 'keelson', namespace: 'dev', user: 'a: "b" #' },
  });
  const decode = (text: string) => Buffer.from(text, 'base64');
  const client = connect({
    host: '127.0.0.1',
    port,
    ca: decode(config.clusters[0].cluster['certificate-authority-data']),
    cert: decode(config.users[0].user['client-certificate-data']),
    key: decode(config.users[0].user['client-key-data']),
  });
  await once(client, 'secureConnect');
  const socket = await seen;
  assert.ok(socket.authorized);
  const result = ask(socket.getPeerX509Certificate()!);
  assert.ok(result.kind === 'authenticated');
  assert.equal(result.user.name, 'kubernetes-admin');
  assert.deepEqual(result.user.groups, ['system:masters']);
  client.destroy();
  server.close();
});
