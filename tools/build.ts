/**
 * Builds `dist/`: one bundle per entry, so that a start opens few files, with lazily needed parts (certificates, YAML,
 * WebSocket, OpenAPI) in chunks of their own. Native code stays in its package.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { buildDescriptions } from './descriptions.ts';

const OUT = new URL('../dist/', import.meta.url).pathname;

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await build({
  entryPoints: {
    main: 'src/cli/main.ts',
    testing: 'src/testing/keelson.ts',
    'yaml-worker': 'src/codec/yaml-worker.ts',
  },
  absWorkingDir: new URL('..', import.meta.url).pathname,
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  // Native code, and CommonJS that is imported lazily: bundled, it would lose its named exports.
  external: ['lmdb', 'yaml'],
  // Readable on purpose: stack traces of a running server must tell something.
  minify: false,
  // ES modules where a package has both: bundled CommonJS loses its named exports.
  mainFields: ['module', 'main'],
  sourcemap: false,
  legalComments: 'external',
  // Bundled CommonJS packages ask for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(`${OUT}keelson.js`, entry());
chmodSync(`${OUT}keelson.js`, 0o755);
writeFileSync(`${OUT}descriptions.json`, JSON.stringify(buildDescriptions()));

/**
 * The command. What a request leaves behind is garbage at once: a bounded young generation, and a heap that may grow little
 * between collections, save a quarter of the memory for a tenth of the speed of writes. Checks Node's version in words that
 * old versions understand, then loads the bundle, compiled once.
 */
function entry(): string {
  return `#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error('keelson needs Node.js 22.18 or newer; this is ' + process.version + '. In a source checkout use npm start or npx keelson, which bring their own.');
  process.exit(1);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const { main } = await import('./main.js');
await main(process.argv.slice(2));
`;
}
