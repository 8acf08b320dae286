/** Runs the two Java clients, fabric8 and the official one, with the administrator's kubeconfig. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startKeelson } from '../../src/testing/keelson.ts';
import { temporaryDirectory } from '../support/child-server.ts';
import { run } from '../support/kubectl.ts';

/** Starting up takes its time on a busy machine. */
const PATIENT = { timeoutMs: 300_000 };
const scratch = temporaryDirectory();
after(() => scratch[Symbol.dispose]());
const classpath = join(scratch.path, 'classpath');

/** Without a JDK, Maven or a way to the libraries there is nothing to run. What Maven has it does not ask for again. */
const resolved = spawnSync('mvn', ['-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`], {
  cwd: import.meta.dirname,
});
const hasCompiler = spawnSync('javac', ['-version']).status === 0;
const skip = resolved.status === 0 && hasCompiler ? false : 'needs a JDK, Maven and the libraries';

test("Java's clients read the kubeconfig and work", { skip }, async () => {
  await using keelson = await startKeelson();
  const program = join(import.meta.dirname, 'Clients.java');
  const args = ['-cp', readFileSync(classpath, 'utf8'), program, keelson.kubeconfigPath];
  const { code, stdout, stderr } = await run('java', args, PATIENT);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'fabric8 ok\nclient-java ok\n');
});
