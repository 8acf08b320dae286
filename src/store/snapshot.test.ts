import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { committed, put, rangeOf, read, remove } from './contract/helpers.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import type { Engine } from './engine.ts';
import { createLmdbEngine } from './lmdb.ts';
import { restoreSnapshot, saveSnapshot, snapshotStatus } from './snapshot.ts';

/** As `keelson snapshot save` does it: in a process of its own. */
async function saveElsewhere(dataDir: string, target: string): Promise<string> {
  const module = JSON.stringify(new URL('./snapshot.ts', import.meta.url).href);
  const script = `import { saveSnapshot } from ${module};
    console.log(JSON.stringify(await saveSnapshot(${JSON.stringify(dataDir)}, ${JSON.stringify(target)})));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout);
}

describe('a snapshot', () => {
  let parent: string;
  let source: DataDir;
  let engine: Engine;
  let file: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'keelson-snapshot-'));
    source = openDataDir(join(parent, 'source'));
    engine = createLmdbEngine({ path: source.dataPath });
    file = join(parent, 'snapshot');
  });
  afterEach(async () => {
    await engine.close();
    source.release();
    rmSync(parent, { recursive: true });
  });

  it('is taken by another process while writes go on, and is one state', async () => {
    let isWriting = true;
    const writer = async (name: string): Promise<void> => {
      // Each key is written before the next: a snapshot without gaps is one state.
      for (let count = 0; isWriting; count++) await committed(put(engine, `/r/${name}/${count}`, 'x'.repeat(5000), 0));
    };
    const writers = ['a', 'b', 'c'].map(writer);
    const status = await saveElsewhere(source.path, file);
    isWriting = false;
    await Promise.all(writers);
    assert.deepEqual(await snapshotStatus(file), status);
    const target = join(parent, 'target');
    const restored = await restoreSnapshot(file, target, { revisionBump: 0 });
    const directory = openDataDir(target);
    const copy = createLmdbEngine({ path: directory.dataPath });
    assert.equal(await copy.currentRevision(), restored.revision);
    const page = await read(rangeOf(copy, '/r/'));
    assert.equal(page.count, restored.keys);
    for (const name of ['a', 'b', 'c']) {
      const { count } = await read(rangeOf(copy, `/r/${name}/`));
      for (let index = 0; index < count; index++) assert.ok(await read(copy.get(`/r/${name}/${index}`, 0)));
    }
    await committed(put(copy, '/r/new', 'new', 0));
    await copy.close();
    directory.release();
  });

  it('counts living keys, not history', async () => {
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    await committed(put(engine, '/r/a', 'a2', a1));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const last = await committed(remove(engine, '/r/b', b1));
    await saveElsewhere(source.path, file);
    const status = await snapshotStatus(file);
    assert.deepEqual([status.revision, status.keys, status.sizeBytes], [last, 1, statSync(file).size]);
    assert.match(status.hash, /^[0-9a-f]{64}$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('goes on above the revisions that clients may have seen', async () => {
    const revision = await committed(put(engine, '/r/a', 'a1', 0));
    await saveElsewhere(source.path, file);
    const target = join(parent, 'target');
    await restoreSnapshot(file, target, { revisionBump: 1000 });
    const copy = createLmdbEngine({ path: join(target, 'data.mdb') });
    assert.equal(await copy.currentRevision(), revision + 1000);
    assert.equal((await copy.get('/r/a', revision)).kind, 'compacted');
    assert.equal((await read(copy.get('/r/a', 0)))!.value.toString(), 'a1');
    assert.equal(await committed(put(copy, '/r/a', 'a2', revision)), revision + 1001);
    await copy.close();
  });

  it('is refused when it is damaged, incomplete, missing or would replace something', async () => {
    await committed(put(engine, '/r/a', 'a1', 0));
    await saveElsewhere(source.path, file);
    await assert.rejects(saveSnapshot(source.path, file), { name: 'SnapshotError', problem: 'exists' });
    await assert.rejects(restoreSnapshot(file, source.path, { revisionBump: 0 }), { problem: 'locked' });
    await assert.rejects(snapshotStatus(join(parent, 'none')), { problem: 'missing' });
    const bytes = readFileSync(file);
    writeFileSync(join(parent, 'short'), bytes.subarray(0, bytes.length - 1));
    await assert.rejects(snapshotStatus(join(parent, 'short')), { problem: 'damaged' });
    appendFileSync(join(parent, 'tiny'), 'x');
    await assert.rejects(snapshotStatus(join(parent, 'tiny')), { problem: 'damaged' });
    bytes[5000]! ^= 1;
    writeFileSync(join(parent, 'flipped'), bytes);
    await assert.rejects(snapshotStatus(join(parent, 'flipped')), { problem: 'damaged', message: /checksum/ });
    const used = join(parent, 'used');
    await restoreSnapshot(file, used, { revisionBump: 0 });
    await assert.rejects(restoreSnapshot(file, used, { revisionBump: 0 }), { problem: 'not-empty' });
  });
});
