/** Who may do what: roles, bindings, aggregation, escalation, impersonation, anonymous requests. */
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Answer, type Api, createApi, type Json } from '../support/api.ts';
import { kubectlFor, MISSING } from '../support/kubectl.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const ALICE = { token: 'alice' };
const CAROL = { token: 'carol' };
const ERIN = { token: 'erin' };
const FRANK = { token: 'frank' };
const ROBOT_USER = 'system:serviceaccount:rbac:robot';

let keelson: Keelson;
let api: Api;

before(async () => {
  keelson = await startKeelson({
    tokens: {
      alice: { user: 'alice', groups: ['devs'] },
      carol: { user: 'carol' },
      dave: { user: 'dave' },
      erin: { user: 'erin' },
      frank: { user: 'frank' },
    },
  });
  api = createApi(keelson);
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'rbac' } });
});
after(async () => {
  api.close();
  await keelson.stop();
});

const user = (name: string) => ({ kind: 'User', apiGroup: GROUP, name });
const group = (name: string) => ({ kind: 'Group', apiGroup: GROUP, name });
const roleRef = (kind: 'Role' | 'ClusterRole', name: string) => ({ apiGroup: GROUP, kind, name });
const bind = (name: string, ref: Json, subjects: Json[]): Promise<Json> =>
  api.ok('POST', `${RBAC}/namespaces/rbac/rolebindings`, { metadata: { name }, roleRef: ref, subjects });

/** Rights follow their objects at once, or a moment later. */
async function settles(ask: () => Promise<Answer>, status: number): Promise<Answer> {
  for (let left = 100; ; left--) {
    const answer = await ask();
    if (answer.status === status || left === 0) {
      assert.equal(answer.status, status, answer.text);
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('roles', () => {
  const PODS = '/api/v1/namespaces/rbac/pods';

  it('allow what they name, in their namespace, once bound', async () => {
    assert.equal((await api.get(PODS, ALICE)).status, 403);
    await api.ok('POST', `${RBAC}/namespaces/rbac/roles`, {
      metadata: { name: 'readers' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    });
    assert.equal((await api.get(PODS, ALICE)).status, 403);
    await bind('readers', roleRef('Role', 'readers'), [group('devs')]);
    await settles(() => api.get(PODS, ALICE), 200);
    assert.equal((await api.get('/api/v1/pods', ALICE)).status, 403);
    assert.equal((await api.get('/api/v1/namespaces/default/pods', ALICE)).status, 403);
    assert.equal((await api.delete(`${PODS}/x`, undefined, ALICE)).status, 403);
    assert.equal((await api.get(PODS, CAROL)).status, 403);
    await api.ok('DELETE', `${RBAC}/namespaces/rbac/rolebindings/readers`);
    await settles(() => api.get(PODS, ALICE), 403);
  });

  it('allow single names and subresources', async () => {
    await api.ok('POST', `${RBAC}/namespaces/rbac/roles`, {
      metadata: { name: 'one' },
      rules: [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get', 'update'] },
        { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get'] },
      ],
    });
    await bind('one', roleRef('Role', 'one'), [user('carol')]);
    await settles(() => api.get('/api/v1/namespaces/rbac/configmaps/mine', CAROL), 404);
    assert.equal((await api.get('/api/v1/namespaces/rbac/configmaps/other', CAROL)).status, 403);
    assert.equal((await api.get('/api/v1/namespaces/rbac/configmaps', CAROL)).status, 403);
    assert.equal((await api.get('/apis/apps/v1/namespaces/rbac/deployments/x/scale', CAROL)).status, 404);
    assert.equal((await api.get('/apis/apps/v1/namespaces/rbac/deployments/x', CAROL)).status, 403);
  });

  it('of the cluster, bound in a namespace, count there', async () => {
    await bind('viewers', roleRef('ClusterRole', 'view'), [user('dave')]);
    await settles(() => api.get('/api/v1/namespaces/rbac/services', { token: 'dave' }), 200);
    assert.equal((await api.get('/api/v1/namespaces/rbac/secrets', { token: 'dave' })).status, 403);
    assert.equal((await api.get('/api/v1/namespaces/default/services', { token: 'dave' })).status, 403);
  });

  it('of the cluster gather those that their labels select', async () => {
    await api.ok('POST', `${RBAC}/clusterroles`, {
      metadata: { name: 'gathered' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'rbac.example.com/gather': 'true' } }] },
      rules: [],
    });
    await api.ok('POST', `${RBAC}/clusterroles`, {
      metadata: { name: 'part', labels: { 'rbac.example.com/gather': 'true' } },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
    });
    await api.ok('POST', `${RBAC}/clusterrolebindings`, {
      metadata: { name: 'gathered' },
      roleRef: roleRef('ClusterRole', 'gathered'),
      subjects: [user('carol')],
    });
    await settles(() => api.get('/api/v1/nodes', CAROL), 200);
    const { rules } = await api.ok('GET', `${RBAC}/clusterroles/gathered`);
    assert.deepEqual(rules, [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]);
  });

  it('bind to one role for good', async () => {
    const answer = await api.patch('merge', `${RBAC}/namespaces/rbac/rolebindings/viewers`, {
      roleRef: { name: 'edit' },
    });
    assert.equal(answer.status, 422);
    assert.match(answer.json.message, /roleRef: Invalid value: .*: cannot change roleRef/);
  });

  it('come as upstream ships them', async () => {
    const names = (await api.ok('GET', `${RBAC}/clusterroles`)).items.map((item: Json) => item.metadata.name);
    for (const name of ['cluster-admin', 'admin', 'edit', 'view', 'system:discovery', 'system:node']) {
      assert.ok(names.includes(name), name);
    }
    const admin = await api.ok('GET', `${RBAC}/clusterroles/admin`);
    assert.ok(admin.rules.length > 5, 'the rules that it aggregates are there');
  });
});

describe('escalation', () => {
  before(async () => {
    await api.ok('POST', `${RBAC}/clusterroles`, {
      metadata: { name: 'role-writer' },
      rules: [
        { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'patch', 'get'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      ],
    });
    await bind('role-writers', roleRef('ClusterRole', 'role-writer'), [user('alice')]);
    await settles(() => api.get(`${RBAC}/namespaces/rbac/roles/nothing`, ALICE), 404);
  });

  it('to what one has not is refused', async () => {
    const own = { metadata: { name: 'own' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] };
    assert.equal((await api.post(`${RBAC}/namespaces/rbac/roles`, own, ALICE)).status, 201);
    const more = { metadata: { name: 'more' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] };
    const answer = await api.post(`${RBAC}/namespaces/rbac/roles`, more, ALICE);
    assert.equal(answer.status, 403);
    assert.equal(
      answer.json.message,
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "alice" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    );
  });

  it('by binding to it is refused as well', async () => {
    const answer = await api.post(
      `${RBAC}/namespaces/rbac/rolebindings`,
      { metadata: { name: 'grab' }, roleRef: roleRef('ClusterRole', 'admin'), subjects: [user('alice')] },
      ALICE,
    );
    assert.equal(answer.status, 403);
    assert.match(answer.json.message, /is attempting to grant RBAC permissions not currently held:/);
  });

  it('is allowed to who may bind', async () => {
    await api.ok('POST', `${RBAC}/namespaces/rbac/roles`, {
      metadata: { name: 'binder' },
      rules: [{ apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: ['view'], verbs: ['bind'] }],
    });
    await bind('binders', roleRef('Role', 'binder'), [user('alice')]);
    const binding = (name: string) => ({
      metadata: { name: `by-alice-${name}` },
      roleRef: roleRef('ClusterRole', name),
      subjects: [user('erin')],
    });
    await settles(() => api.post(`${RBAC}/namespaces/rbac/rolebindings?dryRun=All`, binding('view'), ALICE), 201);
    assert.equal((await api.post(`${RBAC}/namespaces/rbac/rolebindings`, binding('edit'), ALICE)).status, 403);
  });
});

describe('impersonation', () => {
  it('is for those who may', async () => {
    const pods = '/api/v1/namespaces/rbac/configmaps';
    const asRobot = { headers: { 'impersonate-user': ROBOT_USER } };
    const answer = await api.get(pods, asRobot);
    assert.equal(answer.status, 403);
    assert.match(answer.json.message, /User "system:serviceaccount:rbac:robot" cannot list resource "configmaps"/);
    assert.equal((await api.get(pods, { ...ALICE, ...asRobot })).status, 403);
  });

  it('carries groups, uid and extra', async () => {
    const answer = await api.post(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {},
      {
        headers: {
          'impersonate-user': 'jane',
          'impersonate-group': 'ops',
          'impersonate-uid': '7',
          'impersonate-extra-example.com%2fteam': 'blue',
        },
      },
    );
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(answer.json.status.userInfo, {
      username: 'jane',
      uid: '7',
      groups: ['ops', 'system:authenticated'],
      extra: { 'example.com/team': ['blue'] },
    });
  });

  it('needs a user', async () => {
    const answer = await api.get('/api/v1/pods', { headers: { 'impersonate-group': 'ops' } });
    assert.equal(answer.status, 400);
  });
});

describe('reviews', () => {
  const ACCESS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const review = async (spec: Json): Promise<Json> =>
    (await api.ok('POST', ACCESS, { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec })).status;

  it('say whether and why', async () => {
    const status = await review({
      user: 'dave',
      resourceAttributes: { namespace: 'rbac', verb: 'list', group: '', resource: 'services' },
    });
    assert.deepEqual(status, {
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "viewers/rbac" of ClusterRole "view" to User "dave"',
    });
    assert.deepEqual(
      await review({ user: 'dave', resourceAttributes: { namespace: 'rbac', verb: 'delete', resource: 'services' } }),
      { allowed: false },
    );
  });

  it('list rules', async () => {
    const { status } = await api.ok(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      { spec: { namespace: 'rbac' } },
      { token: 'dave' },
    );
    assert.equal(status.incomplete, false);
    assert.ok(status.resourceRules.some((rule: Json) => rule.resources.includes('services')));
    assert.ok(status.nonResourceRules.some((rule: Json) => rule.nonResourceURLs.includes('/healthz')));
  });

  it('refuse nonsense', async () => {
    const answer = await api.post(ACCESS, { spec: { user: 'dave' } });
    assert.equal(answer.status, 422);
    assert.equal(
      answer.json.message,
      '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  });
});

describe('without a name', () => {
  it('health and version are open, all else is closed', async () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) {
      assert.equal((await api.get(path, { token: null })).status, 200, path);
    }
    for (const path of ['/', '/api', '/apis', '/api/v1', '/openapi/v2', '/metrics', '/api/v1/namespaces']) {
      assert.equal((await api.get(path, { token: null })).status, 403, path);
    }
  });

  it('may be shut out altogether', async () => {
    await using closed = await startKeelson({
      config: { authentication: { clientCaFile: '', tokenFile: '', anonymous: false } },
    });
    const other = createApi(closed);
    assert.equal((await other.get('/healthz', { token: null })).status, 401);
    other.close();
  });
});

describe('certificates', { skip: MISSING ?? false }, () => {
  it('name users and groups', async () => {
    const { writeFileSync, mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const directory = mkdtempSync(`${tmpdir()}/keelson-rbac-`);
    writeFileSync(`${directory}/config`, await keelson.kubeconfigFor('frank', ['ops', 'devs']));
    const printed = await kubectlFor(`${directory}/config`).ok('auth', 'whoami', '-o', 'json');
    const { username, groups } = JSON.parse(printed).status.userInfo;
    assert.equal(username, 'frank');
    assert.deepEqual(groups, ['ops', 'devs', 'system:authenticated']);
    rmSync(directory, { recursive: true });
  });
});

describe('who may do all in one namespace', () => {
  const NAMESPACE = '/api/v1/namespaces/rbac';

  before(async () => {
    await bind('owner', roleRef('ClusterRole', 'admin'), [user('erin')]);
    const all = { metadata: { name: 'all' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] };
    await api.ok('POST', `${RBAC}/namespaces/rbac/roles`, all);
    await bind('all', roleRef('Role', 'all'), [user('erin')]);
    await settles(() => api.get(`${NAMESPACE}/secrets`, ERIN), 200);
  });

  it('gets nothing of the cluster by way of it', async () => {
    for (const [method, path] of [
      ['GET', `${NAMESPACE}/namespaces`],
      ['GET', `${NAMESPACE}/namespaces/kube-system`],
      ['DELETE', `${NAMESPACE}/namespaces/kube-system`],
      ['DELETE', `${NAMESPACE}/namespaces`],
      ['PATCH', `${NAMESPACE}/namespaces/kube-system/status`],
      ['PUT', `${NAMESPACE}/namespaces/kube-system/finalize`],
      ['GET', '/api/v1/watch/namespaces/rbac/namespaces'],
      ['GET', '/api/v1/watch/namespaces/rbac/namespaces/kube-system'],
      ['GET', `${NAMESPACE}/nodes`],
    ] as const) {
      assert.equal((await api.ask(method, path, method === 'GET' ? undefined : {}, ERIN)).status, 404, path);
    }
    const post = await api.post(`${NAMESPACE}/namespaces`, { metadata: { name: 'more' } }, ERIN);
    assert.equal(post.status, 404);
    assert.equal((await api.get('/api/v1/namespaces/kube-system')).status, 200);
  });

  it('watches by the old path as by the new, and only by GET', async () => {
    assert.equal((await api.post('/api/v1/watch/namespaces/rbac/pods', {}, ERIN)).status, 405);
    const path = '/api/v1/watch/namespaces/rbac/pods/p?fieldSelector=metadata.name%3Dother';
    const answer = await api.get(path, ERIN);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.message, "fieldSelector metadata.name doesn't match requested name");
  });
});

describe('who may change but not create', () => {
  it('creates neither by PUT nor by apply', async () => {
    await api.ok('POST', `${RBAC}/namespaces/rbac/roles`, {
      metadata: { name: 'changers' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'update', 'patch'] }],
    });
    await bind('changers', roleRef('Role', 'changers'), [user('frank')]);
    const MAPS = '/api/v1/namespaces/rbac/configmaps';
    await settles(() => api.get(`${MAPS}/none`, FRANK), 404);
    const why = (resource: string, group: string, name: string): string =>
      `${resource} "${name}" is forbidden: User "frank" cannot create resource "${resource.split('.')[0]}" ` +
      `in API group "${group}" in the namespace "rbac"`;
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'none' } };
    const applied = await api.patch('apply', `${MAPS}/none?fieldManager=f`, map, FRANK);
    assert.equal(applied.status, 403);
    assert.equal(applied.json.message, why('configmaps', '', 'none'));
    const LEASE = '/apis/coordination.k8s.io/v1/namespaces/rbac/leases/l';
    const lease = await api.put(LEASE, { metadata: { name: 'l' } }, FRANK);
    assert.equal(lease.status, 403);
    assert.equal(lease.json.message, why('leases.coordination.k8s.io', 'coordination.k8s.io', 'l'));
    assert.equal((await api.put(LEASE, { metadata: { name: 'l' } })).status, 201);
    assert.equal((await api.patch('merge', LEASE, { metadata: { labels: { a: 'b' } } }, FRANK)).status, 200);
    assert.equal((await api.get(`${MAPS}/none`)).status, 404);
    await api.ok('POST', MAPS, map);
    assert.equal((await api.put(`${MAPS}/none`, { ...map, data: { a: '1' } }, FRANK)).status, 200);
    assert.equal((await api.patch('apply', `${MAPS}/none?fieldManager=f`, map, FRANK)).status, 200);
  });
});

describe('signing requests', () => {
  const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const PEM = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

  it('are decided by those who may approve for their signer', async () => {
    const made = await api.post(PATH, {
      metadata: { name: 'masters' },
      spec: { request: PEM, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
    });
    assert.equal(made.status, 422, 'what is no request at all is told by validation');
    await api.ok('POST', PATH, {
      metadata: { name: 'mine' },
      spec: { request: await signingRequest('CN=jane'), signerName: 'example.com/ours', usages: ['client auth'] },
    });
    const role = {
      metadata: { name: 'deciders' },
      rules: [
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
          verbs: ['update', 'patch'],
        },
      ],
    };
    await api.ok('POST', `${RBAC}/clusterroles`, role);
    const subjects = [user('alice')];
    const binding = { metadata: { name: 'deciders' }, roleRef: roleRef('ClusterRole', 'deciders'), subjects };
    await api.ok('POST', `${RBAC}/clusterrolebindings`, binding);
    const approve = (): Promise<Answer> =>
      api.patch(
        'merge',
        `${PATH}/mine/approval`,
        { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'r' }] } },
        ALICE,
      );
    const base64Ca = Buffer.from(keelson.caPem).toString('base64');
    const sign = (): Promise<Answer> =>
      api.patch('merge', `${PATH}/mine/status`, { status: { certificate: base64Ca } }, ALICE);
    const text = 'certificatesigningrequests.certificates.k8s.io "mine" is forbidden: user not permitted to';
    let refused = await approve();
    for (let left = 100; left > 0 && refused.json.message.includes('cannot patch'); left--) refused = await approve();
    assert.equal(refused.json.message, `${text} approve requests with signerName "example.com/ours"`);
    assert.equal((await sign()).json.message, `${text} sign requests with signerName "example.com/ours"`);
    const signers = (verbs: string[]) => ({
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: ['example.com/*'],
      verbs,
    });
    await api.ok('PUT', `${RBAC}/clusterroles/deciders`, { ...role, rules: [...role.rules, signers(['approve'])] });
    await settles(approve, 200);
    assert.equal((await sign()).status, 403);
    await api.ok('PUT', `${RBAC}/clusterroles/deciders`, { ...role, rules: [...role.rules, signers(['sign'])] });
    await settles(sign, 200);
  });

  it('of the signer of client certificates never name system:masters', async () => {
    const answer = await api.post(PATH, {
      metadata: { name: 'masters' },
      spec: {
        request: await signingRequest('CN=jane,O=system:masters'),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['client auth'],
      },
    });
    assert.equal(answer.status, 403);
    assert.match(answer.json.message, /use of .* signer with system:masters group is not allowed$/);
  });
});

/** As the field holds it: PEM in base64. */
async function signingRequest(name: string): Promise<string> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm }, webcrypto);
  return Buffer.from(`${request.toString('pem')}\n`).toString('base64');
}
