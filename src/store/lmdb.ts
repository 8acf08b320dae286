/**
 * The LMDB engine: the embedded default.
 *
 * Tables: `log` (revision -> record head) and `values` (revision -> value); both only grow at their end, so a commit
 * writes few pages besides the values themselves. `meta` holds how far history was forgotten and who owns the store.
 *
 * Durability: `overlappingSync` is off. LMDB then writes a transaction's pages, waits for fdatasync, and writes the new
 * root through a descriptor opened with O_DSYNC, all before the commit's promise resolves. (With it, lmdb-js would
 * resolve before anything is flushed; waiting for its `flushed` promise instead measured slower, not faster.)
 */
import { closeSync, openSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type Clock, systemClock } from '../base/clock.ts';
import { invariant, type Stop, stopProcess } from '../base/invariant.ts';
import type { Backend, LogHead, LogRecord } from './backend.ts';
import { createEmbeddedEngine } from './embedded.ts';
import type { Engine, Revision } from './engine.ts';
import { StoreDamagedError, StoreFullError } from './errors.ts';
import { type CheckedFile, checkLmdbFile, tableNames } from './lmdb-check.ts';
import { decodeHead, encodeHead, type RecordFormat, recordFormat, seal, unseal } from './lmdb-record.ts';
import { checkVolume, createRoom, freeOnDisk, type Room, reserveBytesDefault } from './room.ts';

export interface LmdbEngineOptions {
  /** The data file, in a directory that exists; created when missing. A lock file `<path>-lock` stands beside it. */
  readonly path: string;
  readonly clock?: Clock;
  readonly stop?: Stop;
  /** Address space to begin with, in bytes; it grows when the file needs more. */
  readonly mapSizeBytes?: number;
  /** Puts are refused while there is less room than this. */
  readonly reserveBytes?: number;
  /** Bytes that the volume of a directory has left. */
  readonly freeOnDisk?: (directory: string) => number;
  /** What the check of this very file found, if it was made already. */
  readonly checked?: CheckedFile | null;
}

export const mapSizeBytesDefault = 64 * 1024 ** 3;
export interface LmdbTables {
  readonly path: string;
  readonly format: RecordFormat;
  readonly root: RootDatabase<Buffer, string>;
  readonly log: Database<Buffer, Revision>;
  readonly values: Database<Buffer, Revision>;
  readonly meta: Database<Buffer, string>;
}

/** Throws StoreDamagedError, and StoreFullError when the volume is too small. */
export function createLmdbEngine(options: LmdbEngineOptions): Engine {
  const { clock = systemClock, stop = stopProcess } = options;
  return createEmbeddedEngine({ backend: createLmdbBackend(options, clock, stop), clock, stop });
}

export function openRoot(path: string, mapSize: number, readOnly: boolean): RootDatabase<Buffer, string> {
  return open<Buffer, string>({
    // Each commit is one explicit batch: the library is not to gather a turn's writes once more.
    eventTurnBatching: false,
    path,
    noSubdir: true,
    mapSize,
    readOnly,
    overlappingSync: false,
    encoding: 'binary',
  });
}

/** The file must have passed its check (lmdb-check.ts), which also tells its format. */
export function openTables(path: string, mapSize: number, readOnly: boolean, format: RecordFormat): LmdbTables {
  const root = openRoot(path, mapSize, readOnly);
  const names = tableNames[format];
  const log = root.openDB<Buffer, Revision>({ name: names.log, encoding: 'binary' });
  const values = root.openDB<Buffer, Revision>({ name: names.values, encoding: 'binary' });
  const meta = root.openDB<Buffer, string>({ name: names.meta, encoding: 'binary', useVersions: true });
  return { path, format, root, log, values, meta };
}

export function readCompacted({ path, format, meta }: LmdbTables): Revision {
  const sealed = meta.get('compacted');
  if (sealed === undefined) return 0;
  const bytes = unseal(0, sealed, format);
  if (bytes === null) throw new StoreDamagedError(path, 'the record of what was compacted');
  return bytes.readDoubleLE(0);
}

export async function writeCompacted({ format, meta }: LmdbTables, revision: Revision): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(revision);
  await meta.put('compacted', seal(0, bytes, format), 1);
}

/** null: there is no such record. Throws StoreDamagedError. */
export function readValue({ path, format, values }: LmdbTables, revision: Revision): Buffer | null {
  // The library's own buffer, valid until its next call.
  const shared = values.getBinaryFast(revision);
  if (shared === undefined) return null;
  const value = unseal(revision, shared, format);
  if (value === null) throw new StoreDamagedError(path, `the value of revision ${revision}`);
  return value;
}

function createLmdbBackend(options: LmdbEngineOptions, clock: Clock, stop: Stop): Backend {
  const directory = dirname(options.path);
  const reserveBytes = options.reserveBytes ?? reserveBytesDefault;
  checkVolume(directory, reserveBytes);
  // LMDB itself would create them readable by all.
  for (const path of [options.path, `${options.path}-lock`]) closeSync(openSync(path, 'a', 0o600));
  const isNew = statSync(options.path).size === 0;
  const { format } = isNew ? { format: recordFormat } : (options.checked ?? checkLmdbFile(options.path));
  const tables = openTables(options.path, options.mapSizeBytes ?? mapSizeBytesDefault, false, format);
  const room = createRoom({
    directory,
    clock,
    reserveBytes,
    freeOnDisk: options.freeOnDisk ?? freeOnDisk,
    freeInFile: () => freeBytesOf(tables),
  });
  const owner = claim(tables, room);
  let compactedOnDisk = readCompacted(tables);
  return {
    name: 'lmdb',
    compacted: compactedOnDisk,
    load(visit) {
      for (const { key, value } of tables.log.getRange({})) visit(wholeHead(tables, key, value));
    },
    async commit(records, dropped, compacted) {
      const write = () =>
        tables.meta.ifVersion('owner', owner, () => {
          putAll(tables, records);
          removeAll(tables, dropped);
          if (compacted !== compactedOnDisk) void writeCompacted(tables, compacted);
        });
      const isUndone = () => newestOf(tables) < (records[0]?.revision ?? Number.POSITIVE_INFINITY);
      const isOwner = await write().catch(async function again(error: unknown): Promise<boolean> {
        const message = `cannot write ${options.path}: ${await causeOf(error)}; ${room.describe()}`;
        if (!room.isExhausted() || !isUndone()) throw new Error(message);
        const hasPuts = records.some(({ type }) => type === 'put');
        if (hasPuts || !room.shrinkBallast()) throw new StoreFullError(message);
        return write().catch(again);
      });
      invariant(isOwner, `another process has taken over ${options.path}`);
      compactedOnDisk = compacted;
      for (const { value } of records) if (value !== null) room.settled(1, value.length);
    },
    head: (revision) => orStop(stop, () => readHead(tables, revision)),
    value: (revision) => orStop(stop, () => readValue(tables, revision)),
    take: room.take,
    untake: (valueBytes) => room.settled(1, valueBytes),
    sizeBytes: async () => (await stat(options.path)).size,
    close: () => tables.root.close(),
  };
}

/** Every page is used by one tree or free; the library tells how many each uses. */
function freeBytesOf({ path, root, log, values, meta }: LmdbTables): number {
  const stats = root.getStats() as TreeStats & { readonly lastPageNumber: number; readonly free: TreeStats };
  const trees = [stats, stats.free, ...[log, values, meta].map((table) => table.getStats() as TreeStats)];
  const usedPages = trees.reduce((sum, tree) => sum + pagesOf(tree), metaPages);
  return Math.max(0, statSync(path).size - usedPages * stats.pageSize);
}

interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

const metaPages = 2;

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: TreeStats): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages;
}

/** Every commit is conditional on this number: a process that lost the store to another cannot write any more. */
function claim({ meta }: LmdbTables, room: Room): number {
  for (;;) {
    try {
      return meta.transactionSync(() => {
        const owner = (meta.getEntry('owner')?.version ?? 0) + 1;
        meta.putSync('owner', Buffer.from(String(process.pid)), owner);
        return owner;
      });
    } catch (error) {
      if (!room.isExhausted() || !room.shrinkBallast()) throw error;
    }
  }
}

/** Without LMDB's append flag: it saves nothing measurable, and with it a record out of order would be dropped silently. */
function putAll({ log, values, format }: LmdbTables, records: readonly LogRecord[]): void {
  for (const record of records) {
    log.put(record.revision, encodeHead(record, format));
    if (record.value !== null) values.put(record.revision, seal(record.revision, record.value, format));
  }
}

function removeAll({ log, values }: LmdbTables, revisions: readonly Revision[]): void {
  for (const revision of revisions) {
    log.remove(revision);
    values.remove(revision);
  }
}

function readHead(tables: LmdbTables, revision: Revision): LogHead | null {
  const bytes = tables.log.getBinaryFast(revision);
  return bytes === undefined ? null : wholeHead(tables, revision, bytes);
}

function wholeHead({ path, format }: LmdbTables, revision: Revision, bytes: Buffer): LogHead {
  const head = decodeHead(revision, bytes, format);
  if (head === null) throw new StoreDamagedError(path, `the log record of revision ${revision}`);
  return head;
}

/** Damage that shows while the server runs ends it: nothing is answered from a store that cannot be trusted. */
function orStop<T>(stop: Stop, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreDamagedError) stop(error);
    throw error;
  }
}

/** The newest revision in the log; 0: none. */
function newestOf({ log }: LmdbTables): Revision {
  for (const revision of log.getKeys({ reverse: true, limit: 1 })) return revision;
  return 0;
}

/** The library rejects a commit with an error that holds a promise of the reason. */
async function causeOf(error: unknown): Promise<string> {
  const reason: unknown = error instanceof Error && 'commitError' in error ? error.commitError : null;
  return String(reason instanceof Promise ? await reason.catch((cause: unknown) => cause) : error);
}
