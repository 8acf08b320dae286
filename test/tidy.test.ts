/** The rules of the house, read off the sources: who may import whom, how long a file may be, what is not written. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** Rooms import from lower floors and from themselves; these rooms of one floor also from each other. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  generated: 0,
  meta: 1,
  codec: 1,
  store: 1,
  schema: 2,
  registry: 3,
  apis: 4,
  authn: 4,
  authz: 4,
  admission: 4,
  http: 5,
  endpoints: 6,
  controllers: 7,
  server: 8,
  cli: 9,
  testing: 9,
};
/** Files that are longer than they should be; the list may only shrink. */
const LONG_FILES: ReadonlySet<string> = new Set([]);
const LINES_MAX = 500;

const ROOT = new URL('..', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const files = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();
const sources = files('src/**/*.ts');

/** What a file imports, as paths from the root; packages are left out. */
function importsOf(path: string): string[] {
  const found = read(path).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => normalize(join(dirname(path), match[1] ?? '')));
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

test('every room stands on a floor', () => {
  assert.deepEqual(
    [...new Set(sources.map(roomOf))].filter((room) => FLOORS[room] === undefined),
    [],
  );
});

test('imports never climb, and rooms of one floor keep apart', () => {
  const climbing: string[] = [];
  for (const path of sources.filter((source) => !source.endsWith('.test.ts'))) {
    for (const target of importsOf(path)) {
      const from = roomOf(path);
      const to = roomOf(target);
      if (!target.startsWith('src/')) climbing.push(`${path} leaves the house: ${target}`);
      else if (from !== to && (FLOORS[to] ?? 99) >= (FLOORS[from] ?? 0)) climbing.push(`${path} -> ${target}`);
    }
  }
  assert.deepEqual(climbing, []);
});

test('every module is reached', () => {
  const reached = new Set<string>();
  const roots = [
    'src/cli/main.ts',
    ...files('src/testing/*.ts'),
    ...files('{tools,bench,test}/**/*.ts'),
    // Run as a process of its own.
    'src/store/crash-writer.ts',
    // Run as a thread of its own.
    'src/codec/yaml-worker.ts',
    ...sources.filter((path) => path.endsWith('.test.ts')),
  ];
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const target of importsOf(path)) if (target.endsWith('.ts')) visit(target);
  };
  for (const root of roots) visit(root);
  assert.deepEqual(
    sources.filter((path) => !reached.has(path)),
    [],
  );
});

test('what the server runs is not kept alive by tests alone', () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const target of importsOf(path)) if (target.endsWith('.ts')) visit(target);
  };
  for (const root of [
    'src/cli/main.ts',
    'src/codec/yaml-worker.ts',
    ...files('src/testing/*.ts'),
    ...files('tools/**/*.ts'),
  ])
    visit(root);
  const support = /(^|\/|-)(test|testing|contract|manual-clock|crash-writer|test-[a-z]+)(\.test)?(\.ts|\/)|\.test\.ts$/;
  assert.deepEqual(
    sources.filter((path) => !reached.has(path) && !support.test(path)),
    [],
  );
});

test('files stay short', () => {
  const long = [...sources, ...files('{test,tools,bench}/**/*.ts')].filter(
    (path) => !path.startsWith('src/generated/') && read(path).split('\n').length > LINES_MAX + 1,
  );
  assert.deepEqual(
    long.filter((path) => !LONG_FILES.has(path)),
    [],
  );
});

test('nothing is put off, silenced or tied to one machine', () => {
  const offences: string[] = [];
  const forbidden = [
    /@ts-(ignore|expect-error|nocheck)/,
    /\b(TODO|FIXME|XXX)\b/,
    /[:<(,|] ?any\b[\])>;,=[]/,
    /['"`( ]\/(work|root|home)\//,
  ];
  for (const path of sources.filter((source) => !source.startsWith('src/generated/'))) {
    for (const [i, line] of read(path).split('\n').entries()) {
      if (forbidden.some((pattern) => pattern.test(line)) && !/^\s*(\/?\*|\/\/)/.test(line))
        offences.push(`${path}:${i + 1}: ${line.trim()}`);
    }
  }
  assert.deepEqual(offences, []);
});

test('the steps of the pipeline are those that the documents list', () => {
  const listed = [...read('ARCHITECTURE.md').matchAll(/^[0-9]+\. (.+)$/gm)].flatMap((match) =>
    (match[1] ?? '').split(', '),
  );
  const heading = /in the order of the lines: audit id, ([^.]+)\./.exec(
    read('src/endpoints/pipeline.ts').replaceAll('\n * ', ' '),
  );
  assert.deepEqual((heading?.[1] ?? '').split(', '), listed);
});
