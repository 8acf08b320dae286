/**
 * Checks a data file whole, without mapping it: its meta pages and length, every tree and the list of free pages, and
 * every record's checksum. A file that passes can be given to LMDB.
 */
import { crc32 } from 'node:zlib';
import type { LogHead } from './backend.ts';
import type { Revision } from './engine.ts';
import { StoreDamagedError } from './errors.ts';
import { type LmdbFile, openLmdbFile, readTreeHead, readWord, type TreeHead, treeHeadBytes } from './lmdb-file.ts';
import { decodeHead, type RecordFormat, unseal } from './lmdb-record.ts';
import { createPageSet, type Walk, walkTree } from './lmdb-walk.ts';

export interface CheckedFile {
  readonly format: RecordFormat;
  readonly sizeBytes: number;
  readonly pageSize: number;
  readonly lastPage: number;
  readonly freePages: number;
  /** Bytes that the records take, whole pages. */
  readonly usedBytes: number;
  /** The newest revision, also of what was forgotten; 0: none. */
  readonly revision: Revision;
}

/** The tables by their role; the names tell the format, since a name cannot become another by damage. */
export const tableNames = {
  1: { log: 'log', values: 'values', meta: 'meta' },
  2: { log: 'log.2', values: 'values.2', meta: 'meta.2' },
} as const satisfies Record<RecordFormat, Record<string, string>>;

/** How trees differ: the free list has numbers for keys, and the library marks a table whose records have versions. */
const treeFlags = { free: 0x4008, main: 0, records: 0, versioned: 0x100 };
const versionBytes = 8;

/** `visit` is told every record of the log in order. Throws StoreDamagedError. */
export function checkLmdbFile(path: string, visit: (head: LogHead) => void = () => {}): CheckedFile {
  const file = openLmdbFile(path);
  try {
    const walk: Walk = { file, used: createPageSet(file.lastPage) };
    const tables = readTables(walk);
    const format = formatOf(file, tables);
    const revision = checkRecords(walk, tables, format, visit);
    const usedPages = walk.used.size();
    checkFreeList(walk);
    const { sizeBytes, pageSize, lastPage } = file;
    const freePages = walk.used.size() - usedPages;
    return { format, sizeBytes, pageSize, lastPage, freePages, usedBytes: usedPages * pageSize, revision };
  } finally {
    file.close();
  }
}

function readTables(walk: Walk): Map<string, TreeHead> {
  const { file } = walk;
  const { main } = file;
  const tables = new Map<string, TreeHead>();
  // Every transaction writes the root of the main tree anew: an older one is not what was committed last.
  if (main.root !== null && !file.isCopy && readWord(file.read(main.root, 16), 8) !== file.transaction) {
    throw new StoreDamagedError(file.path, 'the root of its main tree is not of the last transaction');
  }
  expectFlags(file, 'the main tree', main, treeFlags.main);
  walkTree(walk, 'the main tree', main, Buffer.compare, ({ key, isTree, data }) => {
    // The library ends a table's name with a zero.
    const name = key.toString('latin1').replace(/\0$/, '');
    if (!isTree || data.length !== treeHeadBytes) throw new StoreDamagedError(file.path, `${name} is no table`);
    tables.set(name, readTreeHead(data, 0));
  });
  return tables;
}

function formatOf(file: LmdbFile, tables: ReadonlyMap<string, TreeHead>): RecordFormat {
  const names = [...tables.keys()];
  for (const format of [2, 1] as const) {
    const known: readonly string[] = Object.values(tableNames[format]);
    if (names.every((name) => known.includes(name))) return format;
  }
  throw new StoreDamagedError(
    file.path,
    `its tables are called ${names.map((name) => JSON.stringify(name)).join(', ')}`,
  );
}

function checkRecords(
  walk: Walk,
  tables: ReadonlyMap<string, TreeHead>,
  format: RecordFormat,
  visit: (head: LogHead) => void,
): Revision {
  const names = tableNames[format];
  const { path } = walk.file;
  let newest = 0;
  // The keys of the values must be those of the puts: compared by their checksums.
  let puts = 0;
  let values = 0;
  walkTable(walk, names.log, tables, (key, data) => {
    const revision = revisionOf(key);
    const head = revision === null ? null : decodeHead(revision, data, format);
    if (head === null) throw new StoreDamagedError(path, `the log record of revision ${revision ?? '?'}`);
    if (head.type === 'put') puts = crc32(key, puts);
    newest = Math.max(newest, head.revision);
    visit(head);
  });
  walkTable(walk, names.values, tables, (key, data) => {
    const revision = revisionOf(key);
    const isWhole = revision !== null && (format === 1 || unseal(revision, data, format) !== null);
    if (!isWhole) throw new StoreDamagedError(path, `the value of revision ${revision ?? '?'}`);
    values = crc32(key, values);
  });
  if (puts !== values) throw new StoreDamagedError(path, 'its log and its values do not belong together');
  let hasOwner = false;
  walkTable(walk, names.meta, tables, (key, data) => {
    if (key.toString('latin1') === 'owner') hasOwner = true;
    else if (key.toString('latin1') === 'compacted') newest = Math.max(newest, compactedOf(path, data, format));
    else throw new StoreDamagedError(path, `${names.meta} has an unknown record`);
  });
  if (newest > 0 && !hasOwner) throw new StoreDamagedError(path, `${names.meta} lacks its owner`);
  return newest;
}

/** `data`: the library's version of a record and what it says. */
function compactedOf(path: string, data: Buffer, format: RecordFormat): Revision {
  const bytes = data.length < versionBytes ? null : unseal(0, data.subarray(versionBytes), format);
  if (bytes?.length !== 8) throw new StoreDamagedError(path, 'the record of what was compacted');
  return bytes.readDoubleLE(0);
}

function walkTable(
  walk: Walk,
  name: string,
  tables: ReadonlyMap<string, TreeHead>,
  visit: (key: Buffer, data: Buffer) => void,
): void {
  const head = tables.get(name);
  if (head === undefined) return;
  expectFlags(walk.file, name, head, name.startsWith('meta') ? treeFlags.versioned : treeFlags.records);
  walkTree(walk, name, head, Buffer.compare, ({ key, isTree, data }) => {
    if (isTree) throw new StoreDamagedError(walk.file.path, `${name} has a table within`);
    visit(key, data);
  });
}

/**
 * Each record: the transaction that freed the pages, and a count of words that follow: 0 for none, a page, or a negative
 * length and the first page of a run.
 */
function checkFreeList({ file, used }: Walk): void {
  const { path, transaction } = file;
  const add = (page: number): void => {
    if (!used.add(page)) throw new StoreDamagedError(path, `the free list has page ${page}, which is none or in use`);
  };
  const compare = (a: Buffer, b: Buffer): number => readWord(a, 0) - readWord(b, 0);
  const lists: Buffer[] = [];
  expectFlags(file, 'the free list', file.free, treeFlags.free);
  walkTree({ file, used }, 'the free list', file.free, compare, ({ key, data }) => {
    if (key.length !== 8 || readWord(key, 0) > transaction) {
      throw new StoreDamagedError(path, 'the free list has an unknown transaction');
    }
    lists.push(Buffer.from(data));
  });
  for (const list of lists) {
    const count = list.length < 8 ? Number.NaN : readWord(list, 0);
    if (!((count + 1) * 8 <= list.length)) throw new StoreDamagedError(path, 'the free list has a record cut short');
    for (let at = 8; at < (count + 1) * 8; at += 8) {
      const isRun = list.readInt32LE(at + 4) < 0;
      if (!isRun && readWord(list, at) === 0) continue;
      const length = isRun ? -Number(list.readBigInt64LE(at)) : 1;
      if (isRun) at += 8;
      if (at + 8 > list.length) throw new StoreDamagedError(path, 'the free list has a record cut short');
      const first = readWord(list, at);
      for (let page = first; page < first + length; page++) add(page);
    }
  }
}

function expectFlags(file: LmdbFile, name: string, head: TreeHead, flags: number): void {
  if (head.flags !== flags) throw new StoreDamagedError(file.path, `${name} is of another kind`);
}

/** The library writes a number as 4 bits (1 for positive ones), then the 64 bits of a double, without zeros at the end. */
function revisionOf(key: Buffer): Revision | null {
  if (key.length < 2 || key.length > 9 || key[0]! >> 4 !== 1) return null;
  const bytes = Buffer.alloc(10);
  key.copy(bytes);
  const high = ((bytes.readUInt32BE(0) << 4) | (bytes[4]! >> 4)) >>> 0;
  const low = ((bytes.readUInt32BE(4) << 4) | (bytes[8]! >> 4)) >>> 0;
  bytes.writeUInt32BE(high, 0);
  bytes.writeUInt32BE(low, 4);
  const revision = bytes.readDoubleBE(0);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : null;
}
