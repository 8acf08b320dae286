import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserInfo } from '../meta/user.ts';
import type { ActionRequest } from '../registry/action.ts';
import type { AuthenticationResult, Authenticator } from './authenticator.ts';
import { selfSubjectReview, tokenReview } from './reviews.ts';

const alice: UserInfo = { name: 'alice', uid: 'u', groups: ['devs'], extra: { k: ['v'] } };
const nobody: UserInfo = { name: 'x', uid: '', groups: [], extra: {} };

function request(user: UserInfo, spec: object): ActionRequest {
  const object = { kind: 'K', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec };
  return { user, namespace: '', name: '', object, dryRun: false };
}

test('who am I', async () => {
  const action = selfSubjectReview(() => 1_700_000_000_999);
  assert.deepEqual(await action(request(alice, {})), {
    kind: 'K',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: '2023-11-14T22:13:20Z' },
    status: { userInfo: { username: 'alice', uid: 'u', groups: ['devs'], extra: { k: ['v'] } } },
  });
  assert.deepEqual((await action(request(nobody, {})))['status'], { userInfo: { username: 'x' } });
});

test('whose token is this', async () => {
  const results: Record<string, AuthenticationResult> = {
    good: { kind: 'authenticated', user: alice, audiences: [] },
    bound: { kind: 'authenticated', user: alice, audiences: ['vault', 'api'] },
    nobody: { kind: 'authenticated', user: { ...nobody, name: 'system:anonymous' }, audiences: [] },
    bad: { kind: 'failed', error: 'invalid bearer token' },
  };
  const authenticator: Authenticator = {
    authenticate: ({ authorization = '' }) => results[authorization.slice('Bearer '.length)] ?? { kind: 'unknown' },
  };
  const action = tokenReview({ authenticator, apiAudiences: ['api'] });
  const user = { username: 'alice', uid: 'u', groups: ['devs'], extra: { k: ['v'] } };
  const cases: [object, object][] = [
    [{ token: 'good' }, { authenticated: true, user, audiences: ['api'] }],
    [
      { token: 'good', audiences: ['api', 'x'] },
      { authenticated: true, user, audiences: ['api'] },
    ],
    [
      { token: 'good', audiences: ['vault'] },
      { user: {}, error: 'invalid bearer token' },
    ],
    [
      { token: 'bound', audiences: ['vault'] },
      { authenticated: true, user, audiences: ['vault'] },
    ],
    [{ token: 'bad' }, { user: {}, error: 'invalid bearer token' }],
    [{ token: 'nobody' }, { user: {} }],
    [{ token: ' ' }, { user: {} }],
  ];
  for (const [spec, status] of cases) {
    assert.deepEqual((await action(request(nobody, spec)))['status'], status, JSON.stringify(spec));
  }
  await assert.rejects(async () => action(request(nobody, {})), {
    message: 'token is required for TokenReview in authentication',
    code: 400,
  });
});
