/**
 * The real kubectl: what it prints for us is what it prints for kube-apiserver. The sessions are in transcripts/.
 * `UPDATE_TRANSCRIPTS=1` writes what came instead of comparing it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { kubectlFor, MISSING, type Tool } from '../support/kubectl.ts';
import { play, readTranscript, writeTranscript } from '../support/transcript.ts';

const UPDATE = process.env['UPDATE_TRANSCRIPTS'] !== undefined;
const TRANSCRIPTS = ['cluster', 'objects', 'apply', 'workloads', 'lists'];

let keelson: Keelson;
let kubectl: Tool;
let directory: string;

describe('kubectl', { skip: MISSING ?? false }, () => {
  before(async () => {
    keelson = await startKeelson();
    kubectl = kubectlFor(keelson.kubeconfigPath);
    directory = mkdtempSync(join(tmpdir(), 'keelson-kubectl-'));
  });
  after(async () => {
    await keelson.stop();
    rmSync(directory, { recursive: true });
  });

  for (const name of TRANSCRIPTS) {
    describe(name, () => {
      const path = new URL(`transcripts/${name}.txt`, import.meta.url).pathname;
      const steps = readTranscript(path);
      const outcomes: string[] = [];
      for (const step of steps) {
        it(step.command, async () => {
          const outcome = await play(step, { kubectl }, { KUBE_EDITOR: editor(directory) });
          outcomes.push(outcome);
          if (!UPDATE) assert.equal(outcome, step.expected);
        });
      }
      after(() => {
        if (UPDATE) writeTranscript(path, steps, outcomes);
      });
    });
  }

  it('watches until it is told to stop', async () => {
    await kubectl.ok('create', 'configmap', 'watched');
    const child = kubectl.start(
      'get',
      'cm',
      '--watch',
      '--output-watch-events',
      '-o',
      'name',
      '--field-selector=metadata.name=watched',
    );
    let seen = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    await until(() => seen.includes('watched'));
    await kubectl.ok('label', 'cm', 'watched', 'a=b');
    await until(() => seen.split('\n').length > 2);
    await kubectl.ok('delete', 'cm', 'watched');
    await until(() => seen.includes('DELETED') || seen.split('\n').length > 3);
    child.kill('SIGINT');
    await once(child, 'close');
    assert.deepEqual(seen.trimEnd().split('\n'), Array(3).fill('configmap/watched'));
  });

  it('waits for a deletion that comes while it waits', async () => {
    await kubectl.ok('create', 'configmap', 'going');
    const waiting = kubectl.ok('wait', '--for=delete', 'cm/going', '--timeout=10s');
    await kubectl.ok('delete', 'cm', 'going');
    await waiting;
  });

  it('proxies', async () => {
    const child = kubectl.start('proxy', '--port=0');
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await until(() => /:\d+\n/.test(printed));
    const port = /:(\d+)\n/.exec(printed)![1];
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/namespaces/default`);
    assert.equal(((await answer.json()) as { metadata: { name: string } }).metadata.name, 'default');
    child.kill('SIGINT');
    await once(child, 'close');
  });

  it('says with -v=6 whom it asks', async () => {
    const { stderr } = await kubectl('get', 'ns', 'default', '-v=6');
    assert.match(stderr, /verb="GET" url="https:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/default" status="200 OK"/);
  });

  it('creates from a kubeconfig that it wrote itself', async () => {
    const path = join(directory, 'own');
    writeFileSync(path, readFileSync(keelson.kubeconfigPath));
    const own = kubectlFor(path);
    await own.ok('config', 'set-credentials', 'token', `--token=${keelson.token}`);
    await own.ok('config', 'set-context', 'by-token', '--cluster=keelson', '--user=token');
    await own.ok('config', 'use-context', 'by-token');
    assert.match(await own.ok('auth', 'whoami'), /kubernetes-admin/);
  });
});

/** An editor that appends to data. */
function editor(directory: string): string {
  const path = join(directory, 'editor.sh');
  writeFileSync(path, `#!/bin/sh\nsed -i 's/again: fresh/again: edited/' "$1"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function until(holds: () => boolean): Promise<void> {
  for (let left = 200; !holds(); left--) {
    if (left === 0) throw new Error('waited for too long');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
