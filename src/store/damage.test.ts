import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../base/random.ts';
import { committed, put, rangeOf, read, remove } from './contract/helpers.ts';
import { createLmdbEngine } from './lmdb.ts';

/** Set KEELSON_DAMAGE_ROUNDS for more. */
const rounds = Number(process.env['KEELSON_DAMAGE_ROUNDS'] ?? 40);
const pageBytes = 4096;
const engineModule = JSON.stringify(new URL('./lmdb.ts', import.meta.url).href);

/** In a process of its own, since LMDB on damaged pages ends in a signal: every record as text, or the refusal. */
const reader = `
  import { createLmdbEngine } from ${engineModule};
  const refuse = (error) => { process.stderr.write(error.message); process.exit(1); };
  for (const path of process.argv.slice(1)) {
    let line;
    try {
      let stopped = null;
      const engine = createLmdbEngine({ path, stop: (error) => { stopped ??= error; } });
      const outcome = await engine.range({ start: '/', end: '', revision: 0, limit: 0 });
      const records = outcome.value.records.map((one) => [one.key, one.modRevision, one.value.toString('latin1')]);
      await engine.write({ type: 'put', key: '/after', value: Buffer.from('x'), expectedRevision: 0, ttlSeconds: null, attachment: null });
      await engine.close();
      line = { records, revision: outcome.revision };
    } catch (error) {
      line = { refused: error.name, message: error.message };
    }
    process.stdout.write(JSON.stringify(line) + '\\n');
  }
`;

type Damage = (bytes: Buffer, random: Random) => Buffer;

const kinds: Record<string, Damage> = {
  'cut off': (bytes, random) => bytes.subarray(0, 1 + random.below(bytes.length - 1)),
  'zeroed page': (bytes, random) => {
    const at = pageBytes * random.below(bytes.length / pageBytes);
    return bytes.fill(0, at, at + pageBytes);
  },
  'flipped bit': (bytes, random) => {
    const at = random.below(bytes.length);
    bytes[at]! ^= 1 << random.below(8);
    return bytes;
  },
  'flipped bit in a header': (bytes, random) => {
    const at = pageBytes * random.below(bytes.length / pageBytes) + random.below(180);
    bytes[at]! ^= 1 << random.below(8);
    return bytes;
  },
  'swapped pages': (bytes, random) => {
    const [a, b] = [0, 0].map(() => pageBytes * random.below(bytes.length / pageBytes)) as [number, number];
    const page = Buffer.from(bytes.subarray(a, a + pageBytes));
    bytes.copyWithin(a, b, b + pageBytes);
    page.copy(bytes, b);
    return bytes;
  },
};

describe('a damaged store', () => {
  let directory: string;
  let path: string;
  let truth: unknown;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keelson-damage-'));
    path = join(directory, 'data.mdb');
    truth = await writeStore(path);
  });
  after(() => rmSync(directory, { recursive: true }));

  for (const [name, damage] of Object.entries(kinds)) {
    it(`is refused in one line or answers right: ${name} (${rounds} times)`, (t) => {
      const random = createSeededRandom(20_240_601);
      const copies = Array.from({ length: rounds }, (_, index) => {
        const copy = join(directory, `${index}.mdb`);
        writeFileSync(copy, damage(readFileSync(path), random));
        return copy;
      });
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', reader, '--', ...copies],
        { encoding: 'utf8', maxBuffer: 2 ** 30 },
      );
      assert.deepEqual([status, signal], [0, null], stderr);
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(answers.length, rounds);
      for (const answer of answers) {
        if (answer.refused === undefined) assert.deepEqual(answer, truth);
        else assert.match(answer.message, /^\S+\.mdb is damaged: .*; restore a snapshot .*$/);
      }
      const refused = answers.filter((answer) => answer.refused !== undefined).length;
      t.diagnostic(`${refused} refused`);
      assert.ok(refused > 0);
      for (const copy of copies) rmSync(copy);
    });
  }

  it('stops when a value is damaged while it runs, and gives nothing out', async () => {
    const copy = join(directory, 'running.mdb');
    copyFileSync(path, copy);
    const stopped: Error[] = [];
    const engine = createLmdbEngine({ path: copy, stop: (error) => void stopped.push(error) });
    const bytes = readFileSync(copy);
    const text = 'the value of /r/7 in round 2';
    // Pages that were replaced hold it as well.
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at + 28] = 0x5f;
    writeFileSync(copy, bytes, { flag: 'r+' });
    await assert.rejects(engine.get('/r/7', 0), { name: 'StoreDamagedError', message: /the value of revision/ });
    assert.equal(stopped.length, 1);
    await engine.close();
  });

  it('is found at any length that lacks a page in use', () => {
    const copy = join(directory, 'short.mdb');
    copyFileSync(path, copy);
    truncateSync(copy, statSync(copy).size - 100 * pageBytes);
    assert.throws(() => createLmdbEngine({ path: copy }), { name: 'StoreDamagedError' });
  });
});

/** Branch pages, values within leaves and on pages of their own, free pages, and what was compacted. */
async function writeStore(path: string): Promise<unknown> {
  const engine = createLmdbEngine({ path });
  const revisions = new Map<string, number>();
  for (let round = 0; round < 3; round++) {
    const writes = Array.from({ length: 300 }, async (_, index) => {
      const key = `/r/${index}`;
      const value = `the value of ${key} in round ${round} `.repeat(1 + (index % 40) * (index % 7));
      revisions.set(key, await committed(put(engine, key, value, revisions.get(key) ?? 0)));
    });
    await Promise.all(writes);
  }
  for (let index = 0; index < 300; index += 9)
    await committed(remove(engine, `/r/${index}`, revisions.get(`/r/${index}`)!));
  await engine.compact((await engine.currentRevision()) - 20);
  const { records } = await read(rangeOf(engine, '/'));
  const revision = await engine.currentRevision();
  await engine.close();
  return JSON.parse(
    JSON.stringify({
      records: records.map((one) => [one.key, one.modRevision, one.value.toString('latin1')]),
      revision,
    }),
  );
}
