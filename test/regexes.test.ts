/** No pattern of the server can be made slow by the text that it reads. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { regexLiterals } from './regex-literals.ts';

// The checker's other backends are native programs.
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
const { checkSync } = await import('recheck');

const ROOT = new URL('..', import.meta.url).pathname;
const sources = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((path) => !path.endsWith('.test.ts'))
  .sort();

/** '' for a pattern whose matching takes time linear in the text. */
function slowness(source: string, flags: string): string {
  const outcome = checkSync(source, flags, { timeout: 60_000 });
  if (outcome.status === 'safe') return '';
  return outcome.status === 'vulnerable' ? outcome.complexity.summary : 'cannot be decided';
}

test('every pattern is linear', () => {
  const places = new Map<string, { source: string; flags: string; path: string }>();
  for (const path of sources) {
    for (const { source, flags, line } of regexLiterals(readFileSync(join(ROOT, path), 'utf8'))) {
      places.set(`/${source}/${flags}`, { source, flags, path: `${path}:${line}` });
    }
  }
  assert.ok(places.size > 50);
  const slow: string[] = [];
  for (const [pattern, { source, flags, path }] of places) {
    const why = slowness(source, flags);
    if (why !== '') slow.push(`${path}: ${pattern}: ${why}`);
  }
  assert.deepEqual(slow, []);
});

test('no pattern is made of text', () => {
  const made = sources.filter((path) => /\bRegExp\(/.test(readFileSync(join(ROOT, path), 'utf8')));
  assert.deepEqual(made, []);
});

test('the checker finds patterns that begin anew at each character', () => {
  for (const [source, flags] of [
    ['^ +| +$', 'g'],
    ['^[0-9]*\\.?[0-9]*$', ''],
    ['iqn\\.[0-9]{4}-[0-9]{2}\\.[A-Za-z0-9.-]+:[^,;*&$|\\s]+$', ''],
    ['^(a+)+$', ''],
  ] as const) {
    assert.notEqual(slowness(source, flags), '', source);
  }
});

test('literals are told from divisions, comments, texts and templates', () => {
  const text = [
    'const a = /[/"]\\/x/gu.test(b) ? c / d / e : (f + 1) / 2 / g; // /no/',
    "/* /no/ */ const t = `/no/ $\x7bs.replace(/'/, `$\x7bx ? /y`/ : '/no/'}`)} /no/`;",
    "if (h) return /z/;\nconst k = '/no/' + list[0] / 3 / l;",
  ].join('\n');
  assert.deepEqual(
    regexLiterals(text).map(({ source, flags, line }) => `${line} /${source}/${flags}`),
    ['1 /[/"]\\/x/gu', "2 /'/", '2 /y`/', '3 /z/'],
  );
});
