/** `npm test`: all tests with Node's own runner. Paths given after `--` narrow it: `npm test -- src/store`. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';

const given = process.argv.slice(2);
const roots = given.length > 0 ? given : ['src', 'test', 'tools', 'bench'];
const files = roots.flatMap((root) => (root.endsWith('.test.ts') ? [root] : globSync(`${root}/**/*.test.ts`))).sort();

// End-to-end tests run what a user runs.
if (!existsSync('dist/keelson.js')) spawnSync(process.execPath, ['tools/build.ts'], { stdio: 'inherit' });
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
