import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rangeOf, read } from './contract/helpers.ts';
import { createLmdbEngine } from './lmdb.ts';

/** Set KEELSON_CRASH_ROUNDS for more. */
const rounds = Number(process.env['KEELSON_CRASH_ROUNDS'] ?? 3);
const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

/** Runs the writer until it has acknowledged something for a while, kills it, and returns what it acknowledged. */
async function killInFlight(path: string, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  assert.equal(child.exitCode, null, 'the writer stopped by itself');
  child.kill('SIGKILL');
  await once(child, 'close');
  // The last line may be cut off by the kill.
  return output.split('\n').slice(0, -1);
}

it(`keeps every acknowledged write through kill -9 (${rounds} rounds)`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-crash-'));
  const path = join(directory, 'data.mdb');
  let newest = 0;
  for (let round = 0; round < rounds; round++) {
    const lines = await killInFlight(path, 20 + ((round * 37) % 150));
    assert.ok(lines.length > 0);
    const engine = createLmdbEngine({ path });
    const { records } = await read(rangeOf(engine, '/crash/'));
    const found = new Map(records.map((record) => [record.key, record]));
    for (const line of lines) {
      const [key, count, revision] = line.split(' ');
      newest = Math.max(newest, Number(revision));
      const record = found.get(key!);
      if (count === 'gone') assert.equal(record, undefined, `${line}, but it is back`);
      else assert.ok(record !== undefined && Number.parseInt(record.value.toString(), 10) >= Number(count), line);
    }
    const revision = await engine.currentRevision();
    assert.ok(revision >= newest, `the revision went back from ${newest} to ${revision}`);
    newest = revision;
    for (const record of records) {
      const text = record.value.toString();
      const count = Number.parseInt(text, 10);
      assert.equal(text, `${count}:${'x'.repeat(count % 9000)}:${count}`, `${record.key} is not whole`);
    }
    await engine.close();
  }
  rmSync(directory, { recursive: true });
});
