import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { before, test } from 'node:test';
import { BasicConstraintsExtension, Pkcs10CertificateRequestGenerator, X509CertificateGenerator } from '@peculiar/x509';
import { parsePem } from '../../codec/pem.ts';
import type { KubeObject } from '../../meta/object.ts';
import { CONTEXT, createErrors, objectOf, row, subresourceErrors, updateErrors } from '../test-support.ts';
import { certificateSigningRequests } from './certificate-signing-request.ts';
import { clusterTrustBundles } from './cluster-trust-bundle.ts';
import { certificatesProblem, requestProblem } from './pem.ts';
import { podCertificateRequests } from './pod-certificate-request.ts';

let requestPem = '';
let caPem = '';

before(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: 'CN=jane', keys, signingAlgorithm },
    webcrypto,
  );
  requestPem = request.toString('pem');
  const ca = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=ca', keys, signingAlgorithm, extensions: [new BasicConstraintsExtension(true)] },
    webcrypto,
  );
  caPem = `${ca.toString('pem')}\n`;
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function csr(spec: object = {}, status: object = {}): KubeObject {
  return objectOf({
    spec: { request: base64(requestPem), signerName: 'example.com/signer', usages: ['client auth'], ...spec },
    status,
  });
}

test('PEM is read in one pass', () => {
  assert.deepEqual(parsePem(`a${caPem}b`).blocks.length, 1);
  assert.equal(parsePem('-----BEGIN A-----\n'.repeat(50_000)).blocks.length, 0);
  assert.equal(certificatesProblem(caPem), '');
  assert.equal(certificatesProblem(requestPem), 'only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"');
  assert.equal(requestProblem(requestPem), '');
  assert.notEqual(requestProblem('-----BEGIN CERTIFICATE REQUEST-----\nMAAA\n-----END CERTIFICATE REQUEST-----\n'), '');
});

test('CSR: the requester is who asks', () => {
  const request = csr(
    { username: 'admin', groups: ['system:masters'] },
    { conditions: [{ type: 'Approved', status: 'True' }] },
  );
  certificateSigningRequests.prepareForCreate?.(request, CONTEXT);
  const spec = request['spec'] as Record<string, unknown>;
  assert.deepEqual(
    [spec['username'], spec['uid'], spec['groups'], spec['extra']],
    ['jane', 'u1', ['devs'], { scope: ['a'] }],
  );
  assert.equal(request['status'], undefined);
  assert.deepEqual(createErrors(certificateSigningRequests, request), []);
  assert.deepEqual(row(certificateSigningRequests, request), [
    'a',
    '60m',
    'example.com/signer',
    'jane',
    '<none>',
    'Pending',
  ]);
});

test('CSR: precise errors', () => {
  const cases: [object, RegExp][] = [
    [{ request: base64('x') }, /^spec.request: Invalid value: .*: PEM block type must be CERTIFICATE REQUEST$/],
    [{ usages: [] }, /^spec.usages: Required value: usages must be provided$/],
    [{ usages: ['bogus'] }, /^spec.usages\[0\]: Unsupported value: "bogus"/],
    [{ signerName: 'kubernetes.io/legacy-unknown' }, /the legacy signerName is not allowed via this API version$/],
    [{ signerName: 'x' }, /must be a fully qualified domain and path of the form 'example.com\/signer-name'$/],
    [{ signerName: 'x/y' }, /should be a domain with at least two segments separated by dots$/],
    [{ expirationSeconds: 1 }, /may not specify a duration less than 600 seconds \(10 minutes\)$/],
  ];
  for (const [spec, expected] of cases) {
    const found = createErrors(certificateSigningRequests, csr(spec));
    assert.equal(found.length, 1, found.join());
    assert.match(found[0] ?? '', expected);
  }
});

test('CSR: only approval approves, only status hands out', () => {
  const approved = { conditions: [{ type: 'Approved', status: 'True' }] };
  const decide = csr({ usages: [] }, { ...approved, certificate: 'eA==' });
  assert.deepEqual(subresourceErrors(certificateSigningRequests, 'approval', decide, csr()), []);
  const status = decide['status'] as { certificate?: string; conditions: { lastUpdateTime?: string }[] };
  assert.deepEqual([status.certificate, status.conditions[0]?.lastUpdateTime], [undefined, CONTEXT.now]);

  assert.deepEqual(subresourceErrors(certificateSigningRequests, 'status', csr({}, approved), csr()), [
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ]);
  assert.equal(subresourceErrors(certificateSigningRequests, 'approval', csr(), csr({}, approved)).length, 1);
  const both = { conditions: [...approved.conditions, { type: 'Denied', status: 'True' }] };
  assert.equal(subresourceErrors(certificateSigningRequests, 'approval', csr({}, both), csr()).length, 1);

  const issue = csr({}, { ...approved, certificate: base64(caPem) });
  assert.deepEqual(subresourceErrors(certificateSigningRequests, 'status', issue, csr({}, approved)), []);
  assert.equal(row(certificateSigningRequests, issue)[5], 'Approved,Issued');
  assert.equal(
    subresourceErrors(certificateSigningRequests, 'status', csr({}, { ...approved, certificate: base64('x') }), issue)
      .length,
    2,
  );

  const main = csr({ usages: ['signing'] }, approved);
  certificateSigningRequests.prepareForUpdate?.(main, issue, CONTEXT);
  assert.deepEqual(updateErrors(certificateSigningRequests, main, issue), []);
  assert.deepEqual(main['spec'], issue['spec']);
});

test('ClusterTrustBundle: name, signer and anchors', () => {
  const bundle = (name: string, trustBundle: string, signerName?: string) =>
    objectOf({ spec: { trustBundle, signerName } }, { name });
  assert.deepEqual(createErrors(clusterTrustBundles, bundle('example.com:signer:a', caPem, 'example.com/signer')), []);
  assert.deepEqual(clusterTrustBundles.validateName('example.com:signer:a', false), []);
  assert.equal(createErrors(clusterTrustBundles, bundle('a', caPem, 'example.com/signer')).length, 1);
  assert.equal(createErrors(clusterTrustBundles, bundle('a:b', caPem)).length, 1);
  assert.match(
    createErrors(clusterTrustBundles, bundle('a', caPem + caPem))[0] ?? '',
    /duplicate trust anchor \(indices \[0 1\]\)$/,
  );
  assert.match(
    createErrors(clusterTrustBundles, bundle('a', `${caPem}junk`))[0] ?? '',
    /non-PEM data is not permitted$/,
  );
});

test('PodCertificateRequest: answered once', () => {
  const spec = {
    signerName: 'example.com/s',
    podName: 'p',
    podUID: 'u',
    serviceAccountName: 's',
    serviceAccountUID: 'u',
    nodeName: 'n',
    nodeUID: 'u',
    stubPKCS10Request: 'eA==',
  };
  const request = objectOf({ spec });
  podCertificateRequests.setDefaults?.(request);
  assert.deepEqual(createErrors(podCertificateRequests, request), []);
  const condition = { type: 'Denied', status: 'True', reason: 'No', message: '', lastTransitionTime: CONTEXT.now };
  const denied = objectOf({ spec, status: { conditions: [condition] } });
  assert.deepEqual(subresourceErrors(podCertificateRequests, 'status', structuredClone(denied), request), []);
  assert.equal(subresourceErrors(podCertificateRequests, 'status', objectOf({ status: {} }), denied).length, 1);
});
