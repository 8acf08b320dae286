import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
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

test('half a pair, rubbish and strange authorities', async () => {
  const dir = newDir();
  const options = { dir, sans, clock: createManualClock(Date.now()) };
  const first = await ensurePki(options);
  const file = (name: string) => join(dir, 'pki', name);
  writeFileSync(file('apiserver.key'), first.adminKeyPem);
  writeFileSync(file('admin.crt'), 'rubbish');
  const second = await ensurePki(options);
  assert.ok(new X509Certificate(second.servingCertPem).checkIssued(new X509Certificate(second.caPem)));
  assert.notEqual(second.adminCertPem, first.adminCertPem);
  const caKey = readFileSync(file('ca.key'), 'utf8');
  rmSync(file('ca.key'));
  assert.deepEqual(await ensurePki(options), second, 'nothing to issue, so no key is needed');
  rmSync(file('admin.key'));
  await assert.rejects(ensurePki(options), /ca\.key is missing/);
  writeFileSync(file('ca.key'), second.adminKeyPem);
  await assert.rejects(ensurePki(options), /ca\.key does not belong to ca\.crt/);
  rmSync(file('ca.crt'));
  writeFileSync(file('ca.key'), caKey);
  const third = await ensurePki(options);
  assert.notEqual(third.caPem, first.caPem, 'a key without a certificate is of no use');
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
