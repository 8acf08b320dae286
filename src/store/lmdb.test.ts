import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createManualClock } from '../base/manual-clock.ts';
import { ballastBytes } from './ballast.ts';
import { committed, put, rangeOf, read, remove, until } from './contract/helpers.ts';
import { storeContract } from './contract/suite.ts';
import type { Engine } from './engine.ts';
import { createLmdbEngine } from './lmdb.ts';

storeContract('the LMDB engine', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-store-'));
  const clock = createManualClock();
  let isFull = false;
  const open = (): Engine =>
    createLmdbEngine({ path: join(directory, 'data.mdb'), clock, freeOnDisk: () => (isFull ? 0 : 2 ** 30) });
  let engine = open();
  return {
    engine,
    clock,
    limitRoom(full) {
      isFull = full;
      // Free space is asked for again after a while.
      clock.advance(10_000);
    },
    async reopen() {
      await engine.close();
      engine = open();
      return engine;
    },
    async dispose() {
      await engine.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('the LMDB engine', () => {
  let directory: string;
  let path: string;
  const engines: Engine[] = [];
  const open = (options: Partial<Parameters<typeof createLmdbEngine>[0]> = {}): Engine => {
    const engine = createLmdbEngine({ path, ...options });
    engines.push(engine);
    return engine;
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keelson-store-'));
    path = join(directory, 'data.mdb');
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    rmSync(directory, { recursive: true });
  });

  it('grows beyond the address space it began with', async () => {
    const engine = open({ mapSizeBytes: 1024 * 1024 });
    const value = 'x'.repeat(100_000);
    await Promise.all(Array.from({ length: 200 }, (_, index) => committed(put(engine, `/r/${index}`, value, 0))));
    const page = await read(rangeOf(engine, '/r/'));
    assert.ok(page.records.every((record) => record.value.length === value.length));
    assert.ok((await engine.sizeBytes()) > 200 * value.length);
  });

  it('refuses puts on a full disk, but not deletes', async () => {
    let engine = open();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    await engine.close();
    const { blocks, bsize } = statfsSync(directory);
    engine = open({ reserveBytes: blocks * bsize - ballastBytes - 1 });
    await assert.rejects(put(engine, '/r/b', '1', 0), {
      name: 'StoreFullError',
      message: /^no space left in .*bytes are free/,
    });
    await committed(remove(engine, '/r/a', revision));
  });

  it('stops when another process takes the store over, acknowledging nothing', async () => {
    const stopped: Error[] = [];
    const first = open({ stop: (error) => void stopped.push(error) });
    await committed(put(first, '/r/a', '1', 0));
    const second = open();
    let isAnswered = false;
    put(first, '/r/b', 'of the loser', 0).then(
      () => (isAnswered = true),
      () => (isAnswered = true),
    );
    await until(() => stopped.length > 0);
    assert.match(stopped[0]!.message, /taken over/);
    assert.equal(isAnswered, false);
    await committed(put(second, '/r/b', 'of the winner', 0));
    assert.equal((await read(second.get('/r/b', 0)))!.value.toString(), 'of the winner');
  });

  it('keeps its files to their owner', () => {
    open();
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(`${path}-lock`).mode & 0o777, 0o600);
  });
});
