import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnonymousAuthenticator } from './anonymous.ts';
import type { AuthenticationResult, Authenticator, Credentials } from './authenticator.ts';
import { createBearerTokenAuthenticator, createWebSocketTokenAuthenticator } from './bearer-token.ts';
import { createTokenFileAuthenticator, parseTokenFile } from './token-file.ts';
import { createUnionAuthenticator, UNKNOWN } from './union.ts';

function credentials(headers: Record<string, string> = {}, path = '/api', warnings: string[] = []): Credentials {
  return {
    authorization: headers['authorization'],
    clientCertificate: null,
    header: (name) => headers[name],
    path,
    warn: (text) => warnings.push(text),
  };
}

const file = (text: string, warnings: string[] = []) =>
  createTokenFileAuthenticator({ path: '/t.csv', text, warn: (warning) => warnings.push(warning) });

function server(anonymous: Authenticator | null = createAnonymousAuthenticator([])): Authenticator {
  const tokens = [file('secret,alice,u1,"devs,ops"\n')];
  return createUnionAuthenticator({
    authenticators: [createBearerTokenAuthenticator(tokens), createWebSocketTokenAuthenticator(tokens)],
    anonymous,
    apiAudiences: ['https://api'],
  });
}

test('a good token gives its user, in system:authenticated', () => {
  const result = server().authenticate(credentials({ authorization: 'bEaRer secret' }));
  assert.deepEqual(result, {
    kind: 'authenticated',
    user: { name: 'alice', uid: 'u1', groups: ['devs', 'ops', 'system:authenticated'], extra: {} },
    audiences: [],
  });
});

test('the same credential gives the same object, so that nothing is built per request', () => {
  const authenticator = server();
  const first = authenticator.authenticate(credentials({ authorization: 'Bearer secret' }));
  assert.equal(authenticator.authenticate(credentials({ authorization: 'Bearer secret' })), first);
});

test('no credentials are anonymous, bad credentials are not', () => {
  const anonymous = server().authenticate(credentials());
  assert.ok(!(anonymous instanceof Promise) && anonymous.kind === 'authenticated');
  assert.deepEqual(anonymous.user, {
    name: 'system:anonymous',
    uid: '',
    groups: ['system:unauthenticated'],
    extra: {},
  });
  assert.deepEqual(server().authenticate(credentials({ authorization: 'Bearer wrong' })), {
    kind: 'failed',
    error: 'invalid bearer token',
  });
  assert.equal(server(null).authenticate(credentials()), UNKNOWN);
});

test('anonymous requests may be limited to paths', () => {
  const authenticator = server(createAnonymousAuthenticator(['/healthz']));
  assert.equal((authenticator.authenticate(credentials({}, '/healthz')) as AuthenticationResult).kind, 'authenticated');
  assert.equal(authenticator.authenticate(credentials({}, '/api')), UNKNOWN);
});

test('headers that are not bearer tokens are ignored', () => {
  for (const authorization of ['Basic eA==', 'Bearer', 'Bearer ', 'Bearersecret', '', 'NotBearer x']) {
    const result = server().authenticate(credentials({ authorization }));
    assert.ok(!(result instanceof Promise) && result.kind === 'authenticated', authorization);
    assert.equal(result.user.name, 'system:anonymous');
  }
});

test('a space too many before the token is told of', () => {
  const warnings: string[] = [];
  server().authenticate(credentials({ authorization: 'Bearer  secret' }, '/', warnings));
  assert.deepEqual(warnings, [
    'the provided Authorization header contains extra space before the bearer token, and is ignored',
  ]);
});

test('a WebSocket may carry the token in a subprotocol', () => {
  const protocol = (token: string) =>
    `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
  const ask = (value: string) =>
    server().authenticate(
      credentials({ upgrade: 'WebSocket', 'sec-websocket-protocol': value }),
    ) as AuthenticationResult;
  assert.equal(ask(`v4.channel.k8s.io, ${protocol('secret')}`).kind, 'authenticated');
  assert.deepEqual(ask(`v4.channel.k8s.io, ${protocol('wrong')}`), { kind: 'failed', error: 'invalid bearer token' });
  assert.deepEqual(ask(protocol('secret')), { kind: 'failed', error: 'missing additional subprotocol' });
  assert.deepEqual(ask(`a, ${protocol('x')}, ${protocol('y')}`), {
    kind: 'failed',
    error: 'multiple base64.bearer.authorization tokens specified',
  });
  assert.deepEqual(ask('a, base64url.bearer.authorization.k8s.io.!!'), {
    kind: 'failed',
    error: 'invalid bearer token',
  });
});

test('a failure of one authenticator does not hide the success of another; failures are told together', async () => {
  const failing: Authenticator = { authenticate: () => ({ kind: 'failed', error: 'bad certificate' }) };
  const slow: Authenticator = { authenticate: async () => ({ kind: 'failed', error: 'no such token' }) };
  const good = createBearerTokenAuthenticator([file('secret,alice,u1')]);
  const anonymous = createAnonymousAuthenticator([]);
  const union = (authenticators: Authenticator[]) =>
    createUnionAuthenticator({ authenticators, anonymous, apiAudiences: [] });
  const given = credentials({ authorization: 'Bearer secret' });
  assert.equal((await union([failing, slow, good]).authenticate(given)).kind, 'authenticated');
  assert.equal((await union([failing, good]).authenticate(given)).kind, 'authenticated');
  assert.deepEqual(await union([failing, slow, failing]).authenticate(given), {
    kind: 'failed',
    error: '[bad certificate, no such token]',
  });
  assert.deepEqual(await union([slow]).authenticate(given), { kind: 'failed', error: 'no such token' });
});

test('a credential made for another audience is refused', () => {
  const user = { name: 'x', uid: '', groups: [], extra: {} };
  const made = (audiences: string[]): Authenticator => ({
    authenticate: () => ({ kind: 'authenticated', user, audiences }),
  });
  const ask = (audiences: string[]) =>
    createUnionAuthenticator({
      authenticators: [made(audiences)],
      anonymous: null,
      apiAudiences: ['a', 'b'],
    }).authenticate(credentials()) as AuthenticationResult;
  assert.equal(ask(['b', 'c']).kind, 'authenticated');
  assert.deepEqual(ask(['c']), { kind: 'failed', error: 'unable to match the audience: [c] , accepted: [a b]' });
});

test('the token file: quotes, blank lines, duplicates, empty tokens', () => {
  const warnings: string[] = [];
  const users = parseTokenFile({
    path: '/t.csv',
    text: '\na,alice,1,"x,y"\r\n"b""q","bob, the ""second""",2\n,nobody,3\n__proto__,eve,4\na,anna,5,\n',
    warn: (text) => warnings.push(text),
  });
  assert.deepEqual(
    [...users],
    [
      ['a', { name: 'anna', uid: '5', groups: [''], extra: {} }],
      ['b"q', { name: 'bob, the "second"', uid: '2', groups: [], extra: {} }],
      ['__proto__', { name: 'eve', uid: '4', groups: [], extra: {} }],
    ],
  );
  assert.deepEqual(warnings, [
    "empty token has been found in token file '/t.csv', record number '3'",
    "duplicate token has been found in token file '/t.csv', record number '5'",
  ]);
});

test('a token file that lets nobody in is worth a warning', () => {
  const warnings: string[] = [];
  file('\n', warnings);
  assert.deepEqual(warnings, ["token file '/t.csv' holds no token"]);
});

test('a malformed token file stops the start', () => {
  const cases: [string, string][] = [
    ['a,b\n', "token file '/t.csv' must have at least 3 columns (token, user name, user uid), found 2"],
    ['a,b"c,d\n', 'parse error on line 1, column 4: bare " in non-quoted-field'],
    ['a,b,c\n"x,b,c\n', 'record on line 2; parse error on line 3, column 1: extraneous or missing " in quoted-field'],
    ['"a"b,c,d', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'],
  ];
  for (const [text, message] of cases) assert.throws(() => file(text), { message });
});
