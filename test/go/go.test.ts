/** Runs the tests of Go's own client against a server of this process. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { startKeelson } from '../../src/testing/keelson.ts';

const go = spawnSync('go', ['version'], { encoding: 'utf8' });
const skip = go.status === 0 ? false : 'needs Go';

test("client-go's typed clients and informers, in JSON and protobuf", { skip }, async () => {
  await using keelson = await startKeelson();
  const child = spawn('go', ['test', '-count=1', './...'], {
    cwd: import.meta.dirname,
    env: { ...process.env, KUBECONFIG: keelson.kubeconfigPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0, output);
});
