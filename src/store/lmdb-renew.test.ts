import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { brief, committed, put, rangeOf, read, remove } from './contract/helpers.ts';
import { createLmdbEngine, openTables, writeCompacted } from './lmdb.ts';
import { checkLmdbFile } from './lmdb-check.ts';
import { encodeHead } from './lmdb-record.ts';
import { renewDataFile } from './lmdb-renew.ts';

describe('a data file', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keelson-renew-'));
    path = join(directory, 'data.mdb');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('of the first format gets checksums', async () => {
    const tables = openTables(path, 2 ** 30, false, 1);
    for (const revision of [3, 5]) {
      const key = `/r/${revision}`;
      const head = { revision, type: 'put', key, createRevision: revision, expiresAtMs: 0 } as const;
      tables.log.putSync(revision, encodeHead(head, 1));
      tables.values.putSync(revision, Buffer.from(`value of ${key}`));
    }
    tables.meta.putSync('owner', Buffer.from('1'), 7);
    await writeCompacted(tables, 4);
    await tables.root.close();
    assert.equal(checkLmdbFile(path).format, 1);
    await renewDataFile(path);
    assert.equal(checkLmdbFile(path).format, 2);
    const engine = createLmdbEngine({ path });
    assert.deepEqual(brief(await read(engine.get('/r/5', 0))), ['/r/5', 'value of /r/5', 5, 5]);
    assert.equal(engine.compactedRevision(), 4);
    assert.equal(await committed(put(engine, '/r/6', 'new', 0)), 6);
    await engine.close();
  });

  it('that is mostly free becomes smaller and keeps what is in it', async () => {
    let engine = createLmdbEngine({ path });
    const value = 'x'.repeat(100_000);
    for (let index = 0; index < 300; index++) {
      const revision = await committed(put(engine, `/r/${index}`, value, 0));
      if (index > 4) await committed(remove(engine, `/r/${index}`, revision));
    }
    await engine.compact(await engine.currentRevision());
    const revision = await engine.currentRevision();
    await engine.close();
    const sizeBytes = statSync(path).size;
    await renewDataFile(path);
    assert.ok(statSync(path).size < sizeBytes / 4, `${statSync(path).size} of ${sizeBytes} bytes`);
    assert.deepEqual(readdirSync(directory), ['ballast', 'data.mdb']);
    engine = createLmdbEngine({ path });
    assert.equal(await engine.currentRevision(), revision);
    assert.equal(
      (await read(rangeOf(engine, '/r/'))).records.filter((one) => one.value.toString() === value).length,
      5,
    );
    await engine.close();
  });
});
