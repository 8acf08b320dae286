import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { ballastBytes } from './ballast.ts';
import { committed, put, rangeOf, read, remove } from './contract/helpers.ts';
import type { Engine } from './engine.ts';
import { StoreFullError } from './errors.ts';
import { createLmdbEngine } from './lmdb.ts';

const value = 'x'.repeat(20_000);

/** A volume of its own; null: only the superuser of a machine that permits it has one. */
function mountVolume(t: TestContext, size: string): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-volume-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'keelson', directory]);
  t.after(() => {
    if (status === 0) spawnSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });
  if (status !== 0) t.skip('mounting a volume is not permitted here');
  return status === 0 ? directory : null;
}

/** Puts values until one is refused; notes the revisions of those taken. */
async function fill(engine: Engine, revisions = new Map<string, number>()): Promise<Map<string, number>> {
  for (;;) {
    const key = `/r/${revisions.size}`;
    try {
      revisions.set(key, await committed(put(engine, key, value, 0)));
    } catch (error) {
      assert.ok(error instanceof StoreFullError, String(error));
      return revisions;
    }
  }
}

async function empty(engine: Engine, revisions: ReadonlyMap<string, number>): Promise<void> {
  await Promise.all([...revisions].map(([key, revision]) => committed(remove(engine, key, revision))));
  await engine.compact(await engine.currentRevision());
}

it('takes writes again on a full volume once all was deleted and compacted, also after a restart', async (t) => {
  const directory = mountVolume(t, '24m');
  if (directory === null) return;
  const path = join(directory, 'data.mdb');
  let engine = createLmdbEngine({ path });
  let revisions = await fill(engine);
  assert.ok(revisions.size > 300, `only ${revisions.size} values`);
  for (let round = 0; round < 3; round++) {
    assert.equal((await read(rangeOf(engine, '/r/'))).count, revisions.size);
    await engine.close();
    engine = createLmdbEngine({ path });
    await fill(engine, revisions);
    assert.equal((await read(rangeOf(engine, '/r/'))).count, revisions.size);
    await empty(engine, revisions);
    // Free space is asked for again after a while; a restart knows at once.
    await engine.close();
    engine = createLmdbEngine({ path });
    revisions = await fill(engine);
    assert.ok(revisions.size > 300, `only ${revisions.size} values in round ${round}`);
  }
  await engine.close();
});

it('refuses a volume that is smaller than what deletes need', (t) => {
  const directory = mountVolume(t, '4m');
  if (directory === null) return;
  assert.throws(() => createLmdbEngine({ path: join(directory, 'data.mdb') }), {
    name: 'StoreFullError',
    message: /^the volume of .* has 4194304 bytes, more than 12582912 are needed; use a larger one$/,
  });
});

/** Another process takes the last byte of a volume. */
function takeRest(directory: string): string {
  const path = join(directory, 'other');
  for (const length of [64 * 1024, 1024, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(length), { flag: 'a' });
    } catch (error) {
      assert.match(String(error), /ENOSPC/);
    }
  }
  return path;
}

it('refuses puts at once when somebody else takes the last byte; deletes, compaction, reads and a restart work', async (t) => {
  const directory = mountVolume(t, '32m');
  if (directory === null) return;
  const stopped: Error[] = [];
  const path = join(directory, 'data.mdb');
  const open = () => createLmdbEngine({ path, stop: (error) => void stopped.push(error) });
  let engine = open();
  const before = await Promise.all(
    Array.from({ length: 100 }, (_, index) => committed(put(engine, `/r/before/${index}`, value, 0))),
  );
  const other = takeRest(directory);
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 20 }, (_, index) => put(engine, `/r/${index}`, value, 0)),
    remove(engine, '/r/before/0', before[0] ?? 0),
  ]);
  for (const outcome of outcomes.slice(0, -1)) {
    assert.equal(outcome.status === 'rejected' && outcome.reason.name, 'StoreFullError');
  }
  assert.equal(outcomes.at(-1)?.status, 'fulfilled');
  assert.equal((await read(rangeOf(engine, '/r/'))).count, 99);
  for (const [index, revision] of before.slice(1, 50).entries()) {
    await committed(remove(engine, `/r/before/${index + 1}`, revision));
  }
  await engine.compact(await engine.currentRevision());
  assert.equal((await read(engine.get('/r/before/50', 0)))?.value.toString(), value);
  await engine.close();
  engine = open();
  assert.equal((await read(rangeOf(engine, '/r/'))).count, 50);
  rmSync(other);
  await engine.close();
  engine = open();
  assert.equal(statSync(join(directory, 'ballast')).size, ballastBytes, 'made again');
  for (let index = 0; index < 20; index++) await committed(put(engine, `/r/${index}`, value, 0));
  assert.deepEqual(stopped, []);
  await engine.close();
});
