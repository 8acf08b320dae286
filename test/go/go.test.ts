/** Runs the tests of Go's own client against a server of this process. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { startKeelson } from '../../src/testing/keelson.ts';

/** Without Go, or without a way to its modules, there is nothing to run. */
const modules = spawnSync('go', ['mod', 'download'], { cwd: import.meta.dirname });
const skip = modules.status === 0 ? false : 'needs Go and its modules';

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
