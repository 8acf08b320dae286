/** `npm test`: all tests with Node's own runner. Paths given after `--` narrow it: `npm test -- src/store`. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const given = process.argv.slice(2);
const roots = given.length > 0 ? given : ['src', 'test', 'tools', 'bench'];
const files = roots.flatMap((root) => (root.endsWith('.test.ts') ? [root] : globSync(`${root}/**/*.test.ts`))).sort();

// End-to-end tests run what a user runs, as the sources stand now.
const built = spawnSync(process.execPath, ['tools/build.ts'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
