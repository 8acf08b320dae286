import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorizationAttributes } from '../authz/authorizer.ts';
import type { Routes } from './pipeline.ts';
import { sendObject } from './respond.ts';
import { authorizerOf, createTestPipeline } from './testing.ts';

const routes: Routes = {
  resource: (ctx) =>
    sendObject(ctx, 200, { ...ctx.user, requester: ctx.requester.name, constraint: ctx.impersonationConstraint }),
  paths: new Map(),
  prefixes: [],
};

/** `verb [group/]resource[/subresource] [ns/]name` of each check. */
function recorded(allowed: (text: string) => boolean) {
  const checks: string[] = [];
  const authorizer = authorizerOf((a: AuthorizationAttributes) => {
    const resource =
      (a.group === '' ? '' : `${a.group}/`) + a.resource + (a.subresource === '' ? '' : `/${a.subresource}`);
    const text = `${a.user.name}: ${a.verb} ${resource} ${a.namespace === '' ? '' : `${a.namespace}/`}${a.name}`;
    checks.push(text);
    return allowed(text);
  });
  return { checks, ask: createTestPipeline(routes, { authorizer }).ask };
}

const list = 'GET /api/v1/namespaces/a/pods';
const jane = { authorization: 'Bearer jane' };

test('the legacy verb allows a whole user, part by part', async () => {
  const { checks, ask } = recorded((text) => !text.includes('impersonate-on'));
  const answer = await ask(list, {
    ...jane,
    'impersonate-user': 'bob',
    'impersonate-group': ['devs', 'ops'],
    'impersonate-uid': '7',
    'impersonate-extra-acme.io%2fproject': 'x',
  });
  assert.deepEqual(JSON.parse(answer.body), {
    name: 'bob',
    uid: '7',
    groups: ['devs', 'ops', 'system:authenticated'],
    extra: { 'acme.io/project': ['x'] },
    requester: 'jane',
    constraint: '',
  });
  assert.deepEqual(checks, [
    'jane: impersonate-on:user-info:list pods a/',
    'jane: impersonate users bob',
    'jane: impersonate authentication.k8s.io/uids 7',
    'jane: impersonate groups devs',
    'jane: impersonate groups ops',
    'jane: impersonate authentication.k8s.io/userextras/acme.io/project x',
    'bob: list pods a/',
  ]);
});

test('a constrained mode needs the action and the identity', async () => {
  const { ask } = recorded((text) => !text.includes(': impersonate '));
  const bob = JSON.parse((await ask(list, { ...jane, 'impersonate-user': 'bob' })).body);
  assert.equal(bob.constraint, 'impersonate:user-info');
  const account = await ask(list, { ...jane, 'impersonate-user': 'system:serviceaccount:kube-system:robot' });
  assert.deepEqual(JSON.parse(account.body).groups, [
    'system:serviceaccounts',
    'system:serviceaccounts:kube-system',
    'system:authenticated',
  ]);
  const node = JSON.parse((await ask(list, { ...jane, 'impersonate-user': 'system:node:n1' })).body);
  assert.deepEqual(
    [node.groups, node.constraint],
    [['system:nodes', 'system:authenticated'], 'impersonate:arbitrary-node'],
  );
});

test('the masters cannot be impersonated in a constrained mode', async () => {
  const { ask } = recorded((text) => !text.includes(': impersonate '));
  const answer = await ask(list, { ...jane, 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' });
  assert.equal(answer.status, 403);
  assert.match(answer.body, /impersonating the system:masters group is not allowed/);
});

test('the first refusal is told; parts without a user are a bad request', async () => {
  const { ask } = recorded(() => false);
  const refused = await ask(list, { ...jane, 'impersonate-user': 'bob' });
  assert.equal(refused.status, 403);
  assert.match(
    JSON.parse(refused.body).message,
    /^pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods"/,
  );
  const bad = await ask(list, { ...jane, 'impersonate-group': 'system:masters' });
  assert.equal(bad.status, 400);
  assert.match(bad.body, /without impersonating a user name/);
});

test('hostile keys of extra are data', async () => {
  const { ask } = recorded((text) => !text.includes('impersonate-on'));
  const answer = await ask(list, {
    ...jane,
    'impersonate-user': 'bob',
    'impersonate-extra-__proto__': 'x',
    'impersonate-extra-%zz': 'y',
  });
  assert.match(answer.body, /"__proto__":\["x"\],"%zz":\["y"\]/);
});
