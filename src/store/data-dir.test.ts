import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dataPathOf, openDataDir } from './data-dir.ts';

describe('a data directory', () => {
  let parent: string;
  let path: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'keelson-dir-'));
    path = join(parent, 'deep', 'data');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is made when missing, for its owner only, and opened again', () => {
    const directory = openDataDir(path);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    for (const name of readdirSync(path)) assert.equal(statSync(join(path, name)).mode & 0o777, 0o600, name);
    assert.equal(dataPathOf(path), directory.dataPath);
    directory.release();
    openDataDir(path).release();
  });

  it('is used by one process at a time', () => {
    const directory = openDataDir(path);
    const message = `${path} is in use by process ${process.pid}; stop it or choose another data directory`;
    assert.throws(() => openDataDir(path), { name: 'DataDirError', problem: 'locked', message });
    directory.release();
    openDataDir(path).release();
  });

  it('is free again when its process was killed', async () => {
    const module = JSON.stringify(new URL('./data-dir.ts', import.meta.url).href);
    const script = `import { openDataDir } from ${module}; openDataDir(${JSON.stringify(path)}); console.log('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    assert.throws(() => openDataDir(path), { problem: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const directory = openDataDir(path);
    assert.match(readFileSync(join(path, 'lock'), 'utf8'), new RegExp(`"pid":${process.pid},`));
    directory.release();
  });

  it('does not take over a lock whose process number was used again', () => {
    openDataDir(path).release();
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: process.pid, started: '1', boot: 'another' }));
    openDataDir(path).release();
    writeFileSync(join(path, 'lock'), 'garbage');
    openDataDir(path).release();
  });

  it('refuses directories of others, places that cannot be written and newer formats', () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'notes.txt'), 'mine');
    assert.throws(() => openDataDir(path), { problem: 'foreign', message: /^.* is not empty and not a Keelson.*$/ });
    assert.throws(() => dataPathOf(path), { problem: 'foreign' });
    const file = join(path, 'notes.txt');
    assert.throws(() => openDataDir(file), { problem: 'not-writable' });
    assert.throws(() => openDataDir(join(file, 'below')), { problem: 'not-writable', message: /ENOTDIR/ });
    const other = join(parent, 'newer');
    openDataDir(other).release();
    writeFileSync(join(other, 'keelson.json'), '{"kind":"keelson-data","format":3}');
    assert.throws(() => openDataDir(other), { problem: 'newer-format', message: /format 3, .* up to 2/ });
    for (const text of ['x', '', 'null', '{"kind":"keelson-data"}', '{"kind":"keelson-data","format":"1"}']) {
      writeFileSync(join(other, 'keelson.json'), text);
      assert.throws(() => openDataDir(other), { problem: 'damaged', message: /keelson\.json is damaged; restore it / });
    }
    writeFileSync(join(other, 'keelson.json'), '{"kind":"tape\\n","format":1}');
    assert.throws(() => openDataDir(other), { problem: 'foreign', message: /^.*keelson\.json says "tape\\n".*$/ });
    rmSync(join(other, 'keelson.json'));
    writeFileSync(join(other, 'data.mdb'), '');
    assert.throws(() => openDataDir(other), {
      problem: 'damaged',
      message: /keelson\.json is missing, data\.mdb is there; /,
    });
    mkdirSync(join(other, 'keelson.json'));
    assert.throws(() => openDataDir(other), {
      problem: 'damaged',
      message: /^cannot read .*keelson\.json \(EISDIR\); /,
    });
  });

  it('is refused when it was in use and its data are gone', () => {
    const first = openDataDir(path);
    first.release();
    openDataDir(path).release();
    const again = openDataDir(path);
    again.markUsed();
    again.release();
    const message = new RegExp(
      `data.mdb, the store of this directory, is missing; .*snapshot restore FILE --data-dir ${path}$`,
    );
    assert.throws(() => openDataDir(path), { problem: 'missing-data', message });
    writeFileSync(join(path, 'data.mdb'), '');
    assert.throws(() => openDataDir(path), { problem: 'missing-data', message: /is empty/ });
    openDataDir(path, { isRestoring: true }).release();
    rmSync(join(path, 'data.mdb'));
    // As the first format left it, without a mark.
    writeFileSync(join(path, 'keelson.json'), '{"kind":"keelson-data","format":1}');
    openDataDir(path).release();
    writeFileSync(join(path, 'data.mdb-lock'), '');
    assert.throws(() => openDataDir(path), { problem: 'missing-data' });
  });

  it('keeps the samples of the compactor', () => {
    const directory = openDataDir(path);
    assert.deepEqual(directory.samples.read(), []);
    directory.samples.write([{ timeMs: 1, revision: 2 }]);
    assert.deepEqual(directory.samples.read(), [{ timeMs: 1, revision: 2 }]);
    writeFileSync(join(path, 'samples.json'), '[{"timeMs":"x"},null,{"timeMs":3,"revision":4}');
    assert.deepEqual(directory.samples.read(), []);
    directory.release();
  });
});
