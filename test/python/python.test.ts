/** Runs Python's official client with the administrator's kubeconfig. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startKeelson } from '../../src/testing/keelson.ts';
import { temporaryDirectory } from '../support/child-server.ts';
import { run } from '../support/kubectl.ts';

/** Starting up takes its time on a busy machine. */
const PATIENT = { timeoutMs: 300_000 };
const scratch = temporaryDirectory();
after(() => scratch[Symbol.dispose]());
const python = join(scratch.path, 'bin/python');
const succeeds = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

/** Without Python, or without a way to its packages, there is nothing to run. */
const installed =
  succeeds('python3', '-m', 'venv', scratch.path) &&
  succeeds(python, '-m', 'pip', 'install', '-q', 'kubernetes==36.0.2');
const skip = installed ? false : 'needs Python 3 with venv and its packages';

test("Python's client reads the kubeconfig and works", { skip }, async () => {
  await using keelson = await startKeelson();
  const { code, stdout, stderr } = await run(
    python,
    [join(import.meta.dirname, 'clients.py'), keelson.kubeconfigPath],
    PATIENT,
  );
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'python ok\n');
});
