import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
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
    message: /^the volume of .* has 4194304 bytes, more than 8388608 are needed; use a larger one$/,
  });
});

it('stays up for reads when somebody else takes the last byte, and goes on when there is room', async (t) => {
  const directory = mountVolume(t, '24m');
  if (directory === null) return;
  const stopped: Error[] = [];
  const engine = createLmdbEngine({ path: join(directory, 'data.mdb'), stop: (error) => void stopped.push(error) });
  await committed(put(engine, '/r/before', value, 0));
  const other = join(directory, 'other');
  const filler = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(other, filler, { flag: 'a' });
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  }
  const writes = Array.from({ length: 20 }, (_, index) => put(engine, `/r/${index}`, value, 0));
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal((await read(engine.get('/r/before', 0)))?.value.toString(), value);
  assert.equal((await read(rangeOf(engine, '/r/'))).count, 1);
  rmSync(other);
  for (const write of writes) await committed(write);
  assert.equal((await read(rangeOf(engine, '/r/'))).count, 21);
  assert.deepEqual(stopped, []);
  await engine.close();
});
