import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import type { KubeObject } from '../meta/object.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import { createCertificateApproval } from './certificate-approval.ts';
import { createCertificateSigning } from './certificate-signing.ts';
import { createCertificateSubjectRestriction } from './certificate-subject-restriction.ts';

function attributes(more: Partial<AdmissionAttributes>): AdmissionAttributes {
  return {
    operation: 'UPDATE',
    group: 'certificates.k8s.io',
    version: 'v1',
    resource: 'certificatesigningrequests',
    subresource: '',
    kind: { group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest' },
    namespace: '',
    name: 'jane',
    user: { name: 'alice', uid: '', groups: [], extra: {} },
    dryRun: false,
    object: csr({}),
    oldObject: csr({}),
    warn: () => {},
    ...more,
  };
}

function csr(status: object, spec: object = {}): KubeObject {
  return { metadata: { name: 'jane' }, spec: { signerName: 'example.com/ours', ...spec }, status } as KubeObject;
}

const asked: string[] = [];
const options = (allowed: boolean) => ({
  mayUseSigner: async (user: { name: string }, verb: string, signer: string) => {
    asked.push(`${user.name} ${verb} ${signer}`);
    return allowed;
  },
});

async function refusal(run: () => void | Promise<void>): Promise<string> {
  try {
    await run();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a decision needs approve on the signer that stands there', async () => {
  const approval = attributes({ subresource: 'approval', object: csr({}, { signerName: 'example.com/other' }) });
  assert.equal(await refusal(() => createCertificateApproval(options(true)).validate?.(approval)), '');
  assert.equal(
    await refusal(() => createCertificateApproval(options(false)).validate?.(approval)),
    'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: ' +
      'user not permitted to approve requests with signerName "example.com/ours"',
  );
  assert.deepEqual(asked.splice(0), ['alice approve example.com/ours', 'alice approve example.com/ours']);
  await createCertificateApproval(options(false)).validate?.(attributes({}));
  await createCertificateApproval(options(false)).validate?.(attributes({ subresource: 'status' }));
  assert.deepEqual(asked, []);
});

test('a certificate and conditions need sign on the signer; other writes of a status do not', async () => {
  const plugin = createCertificateSigning(options(false));
  const text =
    'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: ' +
    'user not permitted to sign requests with signerName "example.com/ours"';
  const failed = { conditions: [{ type: 'Failed', status: 'True' }] };
  for (const status of [{ certificate: 'eA==' }, failed]) {
    assert.equal(
      await refusal(() => plugin.validate?.(attributes({ subresource: 'status', object: csr(status) }))),
      text,
    );
  }
  const same = attributes({ subresource: 'status', object: csr(failed), oldObject: csr(failed) });
  assert.equal(await refusal(() => plugin.validate?.(same)), '');
});

test('nobody asks the signer of client certificates for system:masters', async () => {
  const plugin = createCertificateSubjectRestriction();
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const made = async (name: string): Promise<string> => {
    const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm }, webcrypto);
    return Buffer.from(request.toString('pem')).toString('base64');
  };
  const ask = (request: string, signerName: string): Promise<string> =>
    refusal(() => plugin.validate?.(attributes({ operation: 'CREATE', object: csr({}, { request, signerName }) })));
  const client = 'kubernetes.io/kube-apiserver-client';
  assert.equal(await ask(await made('CN=jane,O=devs'), client), '');
  assert.equal(await ask(await made('CN=jane,O=system:masters'), 'example.com/ours'), '');
  assert.match(
    await ask(await made('CN=jane,O=devs,O=system:masters'), client),
    /use of kubernetes.io\/kube-apiserver-client signer with system:masters group is not allowed$/,
  );
  assert.match(await ask('eA==', client), /is forbidden: failed to parse CSR/);
});
