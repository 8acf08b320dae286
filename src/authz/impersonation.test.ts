import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import { impersonate, wantedUserOf } from './impersonation.ts';

function headers(pairs: [string, string][]) {
  return {
    eachHeader(visit: (name: string, value: string) => void) {
      for (const [name, value] of pairs) visit(name, value);
    },
  };
}

function user(name: string, more: Partial<UserInfo> = {}): UserInfo {
  return { name, uid: '', groups: [], extra: {}, ...more };
}

function request(requestor: UserInfo): AuthorizationAttributes {
  const none = { subresource: '', name: '', path: '' };
  return {
    user: requestor,
    verb: 'list',
    isResource: true,
    group: '',
    version: 'v1',
    resource: 'pods',
    namespace: 'dev',
    ...none,
  };
}

/** `verb group/resource/subresource namespace/name`, as asked; allows what `allowed` lists. */
function authorizer(allowed: readonly (string | RegExp)[], asked: string[] = []): Authorizer {
  return {
    authorize({ verb, group, resource, subresource, namespace, name }) {
      const text = `${verb} ${group}/${resource}${subresource === '' ? '' : `/${subresource}`} ${namespace}/${name}`;
      asked.push(text);
      const yes = allowed.some((one) => (typeof one === 'string' ? one === text : one.test(text)));
      return { decision: yes ? 'allow' : 'no-opinion', reason: '', error: '' };
    },
  };
}

async function message(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return `${error.code} ${error.message}`;
  }
  return '';
}

test('headers', () => {
  assert.equal(wantedUserOf(headers([['accept', 'x']])), null);
  assert.equal(wantedUserOf(headers([['impersonate-user', '']])), null);
  assert.deepEqual(
    wantedUserOf(
      headers([
        ['impersonate-user', 'bob'],
        ['impersonate-uid', 'u'],
        ['impersonate-group', 'a'],
        ['impersonate-group', 'b'],
        ['impersonate-extra-acme.com%2fscopes', 'x'],
        ['impersonate-extra-acme.com%2Fscopes', 'y'],
        ['impersonate-extra-50%', 'z'],
        ['impersonate-extra-__proto__', 'p'],
      ]),
    ),
    user('bob', {
      uid: 'u',
      groups: ['a', 'b'],
      extra: Object.fromEntries([
        ['acme.com/scopes', ['x', 'y']],
        ['50%', ['z']],
        ['__proto__', ['p']],
      ]),
    }),
  );
});

test('a user name is needed', async () => {
  const cases: [[string, string], string][] = [
    [['impersonate-group', 'g"'], 'Name:"", UID:"", Groups:[]string{"g\\""}, Extra:map[string][]string(nil)'],
    [['impersonate-uid', 'u'], 'Name:"", UID:"u", Groups:[]string(nil), Extra:map[string][]string(nil)'],
    [
      ['impersonate-extra-a', 'b'],
      'Name:"", UID:"", Groups:[]string(nil), Extra:map[string][]string{"a":[]string{"b"}}',
    ],
  ];
  for (const [pair, text] of cases) {
    const expected = `400 requested &user.DefaultInfo{${text}} without impersonating a user name`;
    assert.equal(await message((async () => wantedUserOf(headers([pair])))()), expected);
  }
});

const boss = user('boss');

test('the older form: one permission for each thing asked for', async () => {
  const wanted = user('bob', { uid: 'u', groups: ['g', 'system:masters'], extra: { k: ['1', '2'] } });
  const asked: string[] = [];
  const result = await impersonate(authorizer([/^impersonate /], asked), wanted, request(boss));
  assert.deepEqual(result, {
    user: { ...wanted, groups: ['g', 'system:masters', 'system:authenticated'] },
    constraint: '',
  });
  assert.deepEqual(asked, [
    'impersonate-on:user-info:list /pods dev/',
    'impersonate /users /bob',
    'impersonate authentication.k8s.io/uids /u',
    'impersonate /groups /g',
    'impersonate /groups /system:masters',
    'impersonate authentication.k8s.io/userextras/k /1',
    'impersonate authentication.k8s.io/userextras/k /2',
  ]);
});

test('constrained: the action and the identity', async () => {
  const on = /^impersonate-on:user-info:list \/pods dev\/$/;
  const name = 'impersonate:user-info authentication.k8s.io/users /bob';
  const group = 'impersonate:user-info authentication.k8s.io/groups /g';
  const wanted = user('bob', { groups: ['g'] });
  assert.deepEqual(await impersonate(authorizer([on, name, group]), wanted, request(boss)), {
    user: { ...wanted, groups: ['g', 'system:authenticated'] },
    constraint: 'impersonate:user-info',
  });
  assert.equal(
    await message(impersonate(authorizer([on, name]), wanted, request(boss))),
    '403 groups.authentication.k8s.io "g" is forbidden: User "boss" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope',
  );
  assert.equal(
    await message(impersonate(authorizer([]), wanted, request(boss))),
    '403 pods is forbidden: User "boss" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "dev"',
  );
});

test('constrained: what is never allowed, and how it is told', async () => {
  const all = /^impersonate(-on)?:user-info/;
  const cases: [Partial<UserInfo>, string][] = [
    [{ groups: ['a', 'system:masters'] }, 'impersonating the system:masters group is not allowed'],
    [{ groups: [''] }, 'impersonating the empty string group is not allowed'],
    [{ extra: { '': ['x'] } }, 'impersonating the empty string key in extra is not allowed'],
    [
      { extra: { plain: ['x'] } },
      'impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "plain": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [{ extra: { 'acme.io/Foo': ['x'] } }, 'impersonating a non-lowercase key in extra is not allowed: "acme.io/Foo"'],
    [{ extra: { 'acme.io/foo': [] } }, 'impersonating empty values in extra is not allowed'],
    [{ extra: { 'acme.io/foo': [''] } }, 'impersonating the empty string value in extra is not allowed'],
  ];
  for (const [more, reason] of cases) {
    const text = await message(impersonate(authorizer([all]), user('bob', more), request(boss)));
    assert.match(text, /^403 .*User "boss" cannot impersonate:user-info resource "(groups|userextras)" in API group/);
    assert.ok(text.endsWith(`: ${reason}`), text);
  }
});

test('constrained: with many values the permission for all is asked for first', async () => {
  const wanted = user('bob', { groups: ['a', 'b', 'c', 'd'], extra: { 'acme.io/x': ['1', '2', '3', '4'] } });
  const asked: string[] = [];
  const allowed = [/^impersonate-on:/, /users/, /groups \/\*$/, /userextras\/acme/];
  const { constraint } = await impersonate(authorizer(allowed, asked), wanted, request(boss));
  assert.equal(constraint, 'impersonate:user-info');
  assert.deepEqual(asked.slice(2), [
    'impersonate:user-info authentication.k8s.io/groups /*',
    'impersonate:user-info authentication.k8s.io/userextras/* /*',
    ...[1, 2, 3, 4].map((i) => `impersonate:user-info authentication.k8s.io/userextras/acme.io/x /${i}`),
  ]);
});

test('service accounts and nodes', async () => {
  const account = user('system:serviceaccount:dev:bot');
  assert.deepEqual(await impersonate(authorizer([/:serviceaccount/]), account, request(boss)), {
    user: { ...account, groups: ['system:serviceaccounts', 'system:serviceaccounts:dev', 'system:authenticated'] },
    constraint: 'impersonate:serviceaccount',
  });
  const asked: string[] = [];
  await impersonate(authorizer([/^impersonate /], asked), account, request(boss));
  assert.equal(asked.at(-1), 'impersonate /serviceaccounts dev/bot');

  const node = user('system:node:n1');
  const agent = user('system:serviceaccount:kube-system:agent', {
    extra: { 'authentication.kubernetes.io/node-name': ['n1'], a: ['b'] },
  });
  const nodes: string[] = [];
  assert.deepEqual(await impersonate(authorizer([/:associated-node/], nodes), node, request(agent)), {
    user: { ...node, groups: ['system:nodes', 'system:authenticated'] },
    constraint: 'impersonate:associated-node',
  });
  assert.deepEqual(nodes, [
    'impersonate-on:associated-node:list /pods dev/',
    'impersonate:associated-node authentication.k8s.io/nodes /*',
  ]);
  const other = await impersonate(authorizer([/:arbitrary-node/]), user('system:node:n2'), request(agent));
  assert.equal(other.constraint, 'impersonate:arbitrary-node');
  const legacy = await impersonate(authorizer([/^impersonate \/users/]), node, request(agent));
  assert.deepEqual(legacy.user.groups, ['system:authenticated'], 'only the constrained form knows what a node is');
});

test('whether the impersonated user counts as authenticated', async () => {
  const groupsOf = async (wanted: UserInfo) =>
    (await impersonate(authorizer([/^impersonate /]), wanted, request(boss))).user.groups;
  assert.deepEqual(await groupsOf(user('system:anonymous')), ['system:unauthenticated']);
  assert.deepEqual(await groupsOf(user('x', { groups: ['system:unauthenticated'] })), ['system:unauthenticated']);
  assert.deepEqual(await groupsOf(user('x', { groups: ['system:authenticated'] })), ['system:authenticated']);
});

test('headers that nobody means are refused, however many they are', () => {
  const jane: [string, string] = ['impersonate-user', 'jane'];
  for (const [pairs, message] of [
    [[jane, ['impersonate-user', 'root']], /more than one user/],
    [[jane, ['impersonate-uid', '1'], ['impersonate-uid', '2']], /more than one user/],
    [
      [jane, ...Array.from({ length: 1001 }, (_, i) => [`impersonate-extra-k${i}`, 'v'] as [string, string])],
      /more than 1000/,
    ],
    [
      [jane, ...Array.from({ length: 1001 }, (_, i) => ['impersonate-group', `g${i}`] as [string, string])],
      /more than 1000/,
    ],
  ] as [[string, string][], RegExp][]) {
    assert.throws(() => wantedUserOf(headers(pairs)), { code: 400, message });
  }
  let visits = 0;
  const many = Array.from({ length: 1000 }, (_, i) => [`impersonate-extra-k${i}`, 'v'] as [string, string]);
  const counted = {
    eachHeader: (visit: (name: string, value: string) => void) => {
      for (const [name, value] of [jane, ...many]) {
        visits++;
        visit(name, value);
      }
    },
  };
  assert.equal(Object.keys(wantedUserOf(counted)?.extra ?? {}).length, 1000);
  assert.equal(visits, 1001, 'one pass');
});
