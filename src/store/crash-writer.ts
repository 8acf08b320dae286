/**
 * The victim of crash.test.ts: writes to the store at `argv[2]` until it is killed, and reports each acknowledged write
 * on stdout as `<key> <count> <revision>`.
 */
import { writeSync } from 'node:fs';
import type { Engine, Revision } from './engine.ts';
import { createLmdbEngine } from './lmdb.ts';

const writers = 8;

const engine = createLmdbEngine({ path: process.argv[2] ?? '' });
await Promise.all(Array.from({ length: writers }, (_, writer) => write(engine, `/crash/${writer}`)));

/** Counts up in one key, forever; every tenth write deletes the key, the one after creates it again. */
async function write(engine: Engine, key: string): Promise<void> {
  const outcome = await engine.get(`${key}/count`, 0);
  const record = outcome.kind === 'ok' ? outcome.value : null;
  let revision: Revision = record?.modRevision ?? 0;
  for (let count = record === null ? 0 : countOf(record.value) + 1; ; count++) {
    revision = await put(engine, `${key}/count`, wholeValue(count), revision);
    writeSync(1, `${key}/count ${count} ${revision}\n`);
    const short = await put(engine, `${key}/${count}`, wholeValue(count), 0);
    if (count % 10 !== 9) continue;
    await engine.write({ type: 'delete', key: `${key}/${count}`, expectedRevision: short, attachment: null });
    writeSync(1, `${key}/${count} gone ${short}\n`);
    if (count % 50 === 49) await engine.compact(await engine.currentRevision());
  }
}

async function put(engine: Engine, key: string, value: Buffer, expectedRevision: Revision): Promise<Revision> {
  const operation = { type: 'put', key, value, expectedRevision, ttlSeconds: null, attachment: null } as const;
  const outcome = await engine.write(operation);
  if (outcome.kind === 'committed') return outcome.revision;
  // Written by the life before, but not acknowledged.
  if (outcome.kind === 'exists') return put(engine, key, value, outcome.current.modRevision);
  throw new Error(`${key}: ${outcome.kind}`);
}

/** A value that shows its count and, by its length and its end, that it is whole. */
function wholeValue(count: number): Buffer {
  return Buffer.from(`${count}:${'x'.repeat(count % 9000)}:${count}`);
}

function countOf(value: Buffer): number {
  return Number.parseInt(value.toString(), 10);
}
