import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { Name, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { requestedOrganizations } from './certificate-request.ts';

async function request(parts: ConstructorParameters<typeof Name>[0]): Promise<string> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const made = await Pkcs10CertificateRequestGenerator.create(
    { name: new Name(parts), keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
    webcrypto,
  );
  return `${made.toString('pem')}\n`;
}

test('organizations are found in whichever place and form of string they stand', async () => {
  assert.deepEqual(requestedOrganizations(await request([{ CN: ['jane'] }])), []);
  const several = await request([{ O: [{ utf8String: 'devs' }] }, { CN: ['jane'], O: [{ printableString: 'ops' }] }]);
  assert.deepEqual(requestedOrganizations(several), ['devs', 'ops']);
  const wide = await request([{ O: [{ bmpString: 'system:masters' }] }]);
  assert.deepEqual(requestedOrganizations(wide), ['system:masters']);
});

test('every block counts, and what can be read in two ways is not read', async () => {
  const harmless = await request([{ O: ['devs'] }]);
  const masters = await request([{ O: ['system:masters'] }]);
  assert.deepEqual(requestedOrganizations(harmless + masters), ['devs', 'system:masters']);
  // Other parsers begin a block at the start of a line alone.
  assert.equal(requestedOrganizations(`-----BEGIN X-----\n${masters}`), null);
  assert.equal(requestedOrganizations(masters.replace('-----\n', '-----\nProc-Type: 4\n\n')), null);
  for (const text of ['', 'text', masters.replace('END CERTIFICATE', 'END X'), masters.replaceAll(' REQUEST', '')]) {
    assert.equal(requestedOrganizations(text), null, text);
  }
});

test('no cut or changed byte of a request makes an organization disappear', async () => {
  const pem = await request([{ O: ['system:masters'] }]);
  const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
  const asPem = (bytes: Buffer): string =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  assert.deepEqual(requestedOrganizations(asPem(der)), ['system:masters']);
  for (let length = 0; length < der.length; length++) {
    assert.equal(requestedOrganizations(asPem(der.subarray(0, length))), null, `${length} bytes`);
  }
});
