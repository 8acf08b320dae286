import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeContinue, encodeContinue } from './continue-token.ts';

function tokenOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('tokens are those of upstream', () => {
  const text = encodeContinue({ revision: 12, start: 'default/web\0' });
  assert.equal(
    Buffer.from(text, 'base64url').toString(),
    '{"v":"meta.k8s.io/v1","rv":12,"start":"default/web\\u0000"}',
  );
  assert.deepEqual(decodeContinue(text), { revision: 12, start: 'default/web\0' });
  assert.deepEqual(decodeContinue(encodeContinue({ revision: -1, start: 'a\0' })), { revision: -1, start: 'a\0' });
});

test('what is no token is refused', () => {
  const v = 'meta.k8s.io/v1';
  const cases: readonly (readonly [string, string])[] = [
    ['%', ': illegal base64 data at input byte 0'],
    ['abcde', ': illegal base64 data at input byte 4'],
    ['YWJj', ": invalid character 'a' looking for beginning of value"],
    [tokenOf({ rv: 1, start: 'a' }), ': server does not recognize this encoded version '],
    [tokenOf({ v, start: 'a' }), ': incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
    [tokenOf({ v, rv: 1 }), ': encoded start key empty (version meta.k8s.io/v1)'],
    [tokenOf({ v, rv: 1, start: '../secrets/x' }), ': ../secrets/x'],
    [tokenOf({ v, rv: 1, start: 'a//b' }), ': a//b'],
    [tokenOf({ v, rv: 1, start: 'a/' }), ': a/'],
    [tokenOf([1]), ': json: cannot unmarshal into Go value of type storage.continueToken'],
  ];
  for (const [text, why] of cases) {
    assert.throws(
      () => decodeContinue(text),
      { code: 400, message: `invalid continue token: continue key is not valid${why}` },
      text,
    );
  }
});
