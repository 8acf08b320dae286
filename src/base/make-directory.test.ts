import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectory } from './make-directory.ts';

test('a directory is made with those above it, and may be there', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'keelson-'));
  t.after(() => rmSync(home, { recursive: true }));
  const path = join(home, 'a', 'b', 'c');
  makeDirectory(path, 0o700);
  makeDirectory(path, 0o700);
  assert.deepEqual(
    [path, join(home, 'a')].map((made) => statSync(made).mode & 0o777),
    [0o700, 0o700],
  );
  const file = join(home, 'file');
  writeFileSync(file, '');
  assert.throws(() => makeDirectory(file, 0o700), { code: 'EEXIST' });
  assert.throws(() => makeDirectory(join(file, 'x', 'y'), 0o700), { code: 'ENOTDIR' });
});

test('where nothing can be made, that is told at once', (t) => {
  if (!existsSync('/proc/self')) return t.skip('there is no /proc');
  assert.throws(() => makeDirectory('/proc/nothing/here', 0o700), { code: 'ENOENT' });
});
