/**
 * Writes a data file anew, record by record, when it is of an older format or more than half of it holds nothing. A process
 * that dies meanwhile leaves the old file as it was.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreDamagedError } from './errors.ts';
import { type LmdbTables, mapSizeBytesDefault, openTables, readCompacted, readValue, writeCompacted } from './lmdb.ts';
import { type CheckedFile, checkLmdbFile } from './lmdb-check.ts';
import { decodeHead, encodeHead, recordFormat, seal } from './lmdb-record.ts';
import { reserveBytesDefault } from './room.ts';

/** Smaller files are left as they are. */
const renewBytesMin = 16 * 1024 ** 2;
/** Bytes of values in one transaction of the copy. */
const batchBytes = 8 * 1024 ** 2;

/**
 * Call it before the engine is made, with the directory locked. Returns what the check of the file found, for the engine
 * to be spared it; null: there is no data yet. Throws StoreDamagedError.
 */
export async function renewDataFile(path: string): Promise<CheckedFile | null> {
  const partial = `${path}.new`;
  for (const name of [partial, `${partial}-lock`]) rmSync(name, { force: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  const checked = checkLmdbFile(path);
  if (!isDue(checked) || !hasRoom(path, checked)) return checked;
  closeSync(openSync(partial, 'a', 0o600));
  const source = openTables(path, mapSizeBytesDefault, false, checked.format);
  const target = openTables(partial, mapSizeBytesDefault, false, recordFormat);
  try {
    copyRecords(source, target);
    await target.meta.put('owner', Buffer.from(String(process.pid)), source.meta.getEntry('owner')?.version ?? 1);
    const compacted = readCompacted(source);
    if (compacted > 0) await writeCompacted(target, compacted);
  } finally {
    await target.root.close();
    await source.root.close();
  }
  const renewed = checkLmdbFile(partial);
  syncPath(partial);
  renameSync(partial, path);
  syncPath(dirname(path));
  for (const name of [`${path}-lock`, `${partial}-lock`]) rmSync(name, { force: true });
  return renewed;
}

function isDue({ format, sizeBytes, pageSize, freePages }: CheckedFile): boolean {
  return format !== recordFormat || (sizeBytes > renewBytesMin && freePages * pageSize * 2 > sizeBytes);
}

function hasRoom(path: string, { usedBytes }: CheckedFile): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > usedBytes * 1.25 + reserveBytesDefault;
}

function copyRecords(source: LmdbTables, target: LmdbTables): void {
  const records = source.log.getRange({})[Symbol.iterator]();
  for (let isDone = false; !isDone; ) {
    target.root.transactionSync(() => {
      for (let bytes = 0; bytes < batchBytes && !isDone; ) {
        const next = records.next();
        isDone = next.done === true;
        if (next.done === true) break;
        const { key: revision, value: record } = next.value;
        const head = decodeHead(revision, record, source.format);
        const value = readValue(source, revision);
        if (head === null || (head.type === 'put') !== (value !== null)) {
          throw new StoreDamagedError(source.path, `the log record of revision ${revision}`);
        }
        target.log.putSync(revision, encodeHead(head, target.format));
        if (value !== null) target.values.putSync(revision, seal(revision, value, target.format));
        bytes += 200 + (value?.length ?? 0);
      }
    });
  }
}

function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
