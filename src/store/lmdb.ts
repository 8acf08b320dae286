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
import { closeSync, openSync, statfsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type Clock, systemClock } from '../base/clock.ts';
import { invariant, type Stop, stopProcess } from '../base/invariant.ts';
import type { Backend, LogHead, LogRecord } from './backend.ts';
import { createEmbeddedEngine } from './embedded.ts';
import type { Engine, Revision } from './engine.ts';
import { decodeHead, encodeHead } from './lmdb-record.ts';

export interface LmdbEngineOptions {
  /** The data file, in a directory that exists; created when missing. A lock file `<path>-lock` stands beside it. */
  readonly path: string;
  readonly clock?: Clock;
  readonly stop?: Stop;
  /** Address space to begin with, in bytes; it grows when the file needs more. */
  readonly mapSizeBytes?: number;
  /** Puts are refused while the disk has less free space than this. */
  readonly freeBytesMin?: number;
}

export const mapSizeBytesDefault = 64 * 1024 ** 3;
const freeBytesMinDefault = 64 * 1024 ** 2;
/** Free space is asked for again after so many bytes written, or after so long. */
const freeCheckBytes = 8 * 1024 ** 2;
const freeCheckMs = 5_000;

export interface LmdbTables {
  readonly root: RootDatabase<Buffer, string>;
  readonly log: Database<Buffer, Revision>;
  readonly values: Database<Buffer, Revision>;
  readonly meta: Database<Buffer, string>;
}

export function createLmdbEngine(options: LmdbEngineOptions): Engine {
  const clock = options.clock ?? systemClock;
  return createEmbeddedEngine({ backend: createLmdbBackend(options, clock), clock, stop: options.stop ?? stopProcess });
}

export function openTables(path: string, mapSize: number, readOnly: boolean): LmdbTables {
  // Each commit is one explicit batch: the library is not to gather a turn's writes once more.
  const eventTurnBatching = false;
  const root = open<Buffer, string>({
    eventTurnBatching,
    path,
    noSubdir: true,
    mapSize,
    readOnly,
    overlappingSync: false,
    encoding: 'binary',
  });
  const log = root.openDB<Buffer, Revision>({ name: 'log', encoding: 'binary' });
  const values = root.openDB<Buffer, Revision>({ name: 'values', encoding: 'binary' });
  const meta = root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary', useVersions: true });
  return { root, log, values, meta };
}

export function readCompacted(tables: LmdbTables): Revision {
  return tables.meta.get('compacted')?.readDoubleLE(0) ?? 0;
}

/** null: there is no such record. */
export function readValue(tables: LmdbTables, revision: Revision): Buffer | null {
  // The library's own buffer, valid until its next call.
  const shared = tables.values.getBinaryFast(revision);
  if (shared === undefined) return null;
  const value = Buffer.allocUnsafe(shared.length);
  shared.copy(value, 0, 0, value.length);
  return value;
}

function createLmdbBackend(options: LmdbEngineOptions, clock: Clock): Backend {
  // LMDB itself would create them readable by all.
  for (const path of [options.path, `${options.path}-lock`]) closeSync(openSync(path, 'a', 0o600));
  const tables = openTables(options.path, options.mapSizeBytes ?? mapSizeBytesDefault, false);
  const owner = claim(tables);
  const room = createRoomCheck(dirname(options.path), options.freeBytesMin ?? freeBytesMinDefault, clock);
  let compactedOnDisk = readCompacted(tables);
  return {
    name: 'lmdb',
    compacted: compactedOnDisk,
    load(visit) {
      for (const { key, value } of tables.log.getRange({})) visit(decodeHead(key, value));
    },
    async commit(records, dropped, compacted) {
      const done = tables.meta.ifVersion('owner', owner, () => {
        putAll(tables, records);
        removeAll(tables, dropped);
        if (compacted !== compactedOnDisk) tables.meta.put('compacted', encodeRevision(compacted), 1);
      });
      const isOwner = await done.catch(async (error: unknown) => {
        throw new Error(`cannot write ${options.path}: ${await causeOf(error)}; ${room.describe()}`);
      });
      invariant(isOwner, `another process has taken over ${options.path}`);
      compactedOnDisk = compacted;
      room.wrote(records);
    },
    head: (revision) => readHead(tables, revision),
    value: (revision) => readValue(tables, revision),
    full: room.full,
    sizeBytes: async () => (await stat(options.path)).size,
    close: () => tables.root.close(),
  };
}

/** Every commit is conditional on this number: a process that lost the store to another cannot write any more. */
function claim({ meta }: LmdbTables): number {
  return meta.transactionSync(() => {
    const owner = (meta.getEntry('owner')?.version ?? 0) + 1;
    meta.putSync('owner', Buffer.from(String(process.pid)), owner);
    return owner;
  });
}

/** Without LMDB's append flag: it saves nothing measurable, and with it a record out of order would be dropped silently. */
function putAll({ log, values }: LmdbTables, records: readonly LogRecord[]): void {
  for (const record of records) {
    log.put(record.revision, encodeHead(record));
    if (record.value !== null) values.put(record.revision, record.value);
  }
}

function removeAll({ log, values }: LmdbTables, revisions: readonly Revision[]): void {
  for (const revision of revisions) {
    log.remove(revision);
    values.remove(revision);
  }
}

function readHead({ log }: LmdbTables, revision: Revision): LogHead | null {
  const bytes = log.getBinaryFast(revision);
  return bytes === undefined ? null : decodeHead(revision, bytes);
}

/** The library rejects a commit with an error that holds a promise of the reason. */
async function causeOf(error: unknown): Promise<string> {
  const reason: unknown = error instanceof Error && 'commitError' in error ? error.commitError : null;
  return String(reason instanceof Promise ? await reason.catch((cause: unknown) => cause) : error);
}

function encodeRevision(revision: Revision): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(revision);
  return bytes;
}

interface RoomCheck {
  /** `<n> bytes are free` */
  describe(): string;
  full(): string | null;
  wrote(records: readonly LogRecord[]): void;
}

/** Refuses puts while there is still room for the deletes, and the commit, that make room again. */
function createRoomCheck(directory: string, freeBytesMin: number, clock: Clock): RoomCheck {
  let bytesSince = 0;
  let checkedAtMs = clock.monotonic();
  let isChecking = false;
  let message = refusalOf(statfsSync(directory));

  function refusalOf({ bavail, bsize }: { bavail: number; bsize: number }): string | null {
    const freeBytes = bavail * bsize;
    if (freeBytes >= freeBytesMin) return null;
    return `no space left in ${directory}: ${freeBytes} bytes are free, at least ${freeBytesMin} are needed`;
  }

  function check(): void {
    if (isChecking) return;
    isChecking = true;
    bytesSince = 0;
    checkedAtMs = clock.monotonic();
    statfs(directory)
      .then((stats) => {
        message = refusalOf(stats);
      })
      // What cannot be asked now is asked next time; a commit that fails stops the process anyway.
      .catch(() => {})
      .finally(() => {
        isChecking = false;
      });
  }

  return {
    describe() {
      const { bavail, bsize } = statfsSync(directory);
      return `${bavail * bsize} bytes are free in ${directory}`;
    },
    full() {
      if (clock.monotonic() - checkedAtMs > freeCheckMs) check();
      return message;
    },
    wrote(records) {
      for (const record of records) bytesSince += record.value?.length ?? 0;
      if (bytesSince > freeCheckBytes) check();
    },
  };
}
