/** The real Helm: a chart of its own is installed, upgraded, rolled back and taken away. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi } from '../support/api.ts';
import { helmFor, MISSING, type Tool } from '../support/kubectl.ts';

const FILES: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: sample\nversion: 1.0.0\nappVersion: "1"\n',
  'values.yaml': 'replicas: 1\ncolor: red\n',
  'templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-settings
  labels:
    app.kubernetes.io/managed-by: {{ .Release.Service }}
data:
  color: {{ .Values.color }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  clusterIP: None
  selector: {app: sample}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: sample}
  template:
    metadata:
      labels: {app: sample}
    spec:
      containers:
      - {name: main, image: "registry.example/main:1"}
`,
  'templates/NOTES.txt': 'Kubernetes {{ .Capabilities.KubeVersion.Minor }}',
};

describe('helm', { skip: MISSING ?? false }, () => {
  let keelson: Keelson;
  let api: Api;
  let helm: Tool;
  let chart: string;

  before(async () => {
    keelson = await startKeelson();
    api = createApi(keelson);
    helm = helmFor(keelson.kubeconfigPath);
    chart = mkdtempSync(join(tmpdir(), 'keelson-chart-'));
    mkdirSync(join(chart, 'templates'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(chart, name), text);
  });
  after(async () => {
    api.close();
    await keelson.stop();
    rmSync(chart, { recursive: true });
  });

  const replicas = async () => (await api.ok('GET', '/apis/apps/v1/namespaces/apps/deployments/web')).spec.replicas;
  const color = async () => (await api.ok('GET', '/api/v1/namespaces/apps/configmaps/web-settings')).data.color;

  it('installs', async () => {
    const printed = await helm.ok('install', 'web', chart, '-n', 'apps', '--create-namespace');
    assert.match(printed, /STATUS: deployed\nREVISION: 1\n/);
    assert.match(printed, /NOTES:\nKubernetes 36/);
    assert.equal(await replicas(), 1);
    const { items } = await api.ok(
      'GET',
      '/api/v1/namespaces/apps/secrets?labelSelector=owner%3Dhelm,status%3Ddeployed',
    );
    assert.equal(items.length, 1);
    assert.equal(items[0].type, 'helm.sh/release.v1');
  });

  it('refuses a name that is taken', async () => {
    const { code, stderr } = await helm('install', 'web', chart, '-n', 'apps');
    assert.equal(code, 1);
    assert.match(stderr, /cannot re-?use a name that is still in use/);
  });

  it('upgrades', async () => {
    const printed = await helm.ok('upgrade', 'web', chart, '-n', 'apps', '--set', 'replicas=3,color=blue');
    assert.match(printed, /REVISION: 2\n/);
    assert.equal(await replicas(), 3);
    assert.equal(await color(), 'blue');
  });

  it('tells history and manifests', async () => {
    const history = JSON.parse(await helm.ok('history', 'web', '-n', 'apps', '-o', 'json'));
    assert.deepEqual(
      history.map((entry: { status: string }) => entry.status),
      ['superseded', 'deployed'],
    );
    assert.match(await helm.ok('get', 'manifest', 'web', '-n', 'apps'), /color: blue/);
    assert.match(await helm.ok('list', '-n', 'apps'), /^web\s+apps\s+2/m);
  });

  it('rolls back', async () => {
    assert.match(await helm.ok('rollback', 'web', '1', '-n', 'apps'), /Rollback was a success/);
    assert.equal(await replicas(), 1);
    assert.equal(await color(), 'red');
  });

  it('drops what a chart no longer has', async () => {
    const smaller = `${chart}-smaller`;
    cpSync(chart, smaller, { recursive: true });
    writeFileSync(join(smaller, 'templates/all.yaml'), FILES['templates/all.yaml']!.split('---')[0]!);
    await helm.ok('upgrade', 'web', smaller, '-n', 'apps');
    assert.equal((await api.get('/apis/apps/v1/namespaces/apps/deployments/web')).status, 404);
    rmSync(smaller, { recursive: true });
  });

  it('uninstalls', async () => {
    assert.match(await helm.ok('uninstall', 'web', '-n', 'apps'), /release "web" uninstalled/);
    assert.deepEqual((await api.ok('GET', '/api/v1/namespaces/apps/configmaps')).items, []);
    assert.deepEqual((await api.ok('GET', '/api/v1/namespaces/apps/secrets')).items, []);
  });
});
