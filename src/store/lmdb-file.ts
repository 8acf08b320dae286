/**
 * Reads an LMDB data file page by page, without mapping it: what is damaged must be found before LMDB trusts it, since
 * LMDB checks next to nothing and a page that is missing under its map ends the process by a signal.
 *
 * Layout (LMDB data format 2, 64 bits, little-endian): pages 0 and 1 are the meta pages; transaction N writes page N % 2.
 * A page begins with its number (8 bytes), the transaction that wrote it (8), padding (2), flags (2), and the bounds of
 * its free space (2 + 2) or, at the head of a run of overflow pages, their count (4).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StoreDamagedError } from './errors.ts';

/** One B-tree as a meta page or the main tree describes it. */
export interface TreeHead {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** null: the tree is empty. */
  readonly root: number | null;
}

export interface LmdbFile {
  readonly path: string;
  readonly pageSize: number;
  readonly sizeBytes: number;
  /** The last page in use or free; the file may be shorter by free ones. */
  readonly lastPage: number;
  /** The newest transaction. */
  readonly transaction: number;
  /** LMDB has copied it, and nothing was committed since: its pages are of older transactions. */
  readonly isCopy: boolean;
  readonly free: TreeHead;
  readonly main: TreeHead;
  /** Bytes of a page and those after it; valid until the next call. Throws StoreDamagedError when the file is shorter. */
  read(page: number, length: number): Buffer;
  close(): void;
}

export const pageHeaderBytes = 24;
export const treeHeadBytes = 48;
export const pageFlags = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;

const magic = 0xbeefc0de;
const dataVersion = 2;
const metaBytes = 144;
const pageSizeMin = 512;
const pageSizeMax = 65_536;
/** Bytes read at once where reads follow each other. */
const windowBytes = 256 * 1024;

interface Meta {
  readonly lastPage: number;
  readonly transaction: number;
  readonly free: TreeHead;
  readonly main: TreeHead;
}

/** Throws StoreDamagedError when the meta pages are not what LMDB writes. */
export function openLmdbFile(path: string): LmdbFile {
  const fd = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(fd).size;
    const read = createReader(path, fd, sizeBytes);
    const pageSize = pageSizeOf(path, read(0, pageHeaderBytes + metaBytes));
    const metas = [0, 1].map((page) =>
      parseMeta(path, page, pageSize, read(page * pageSize, pageHeaderBytes + metaBytes)),
    );
    const newest = newestOf(path, metas);
    return {
      path,
      pageSize,
      sizeBytes,
      ...newest,
      isCopy: newest.transaction > 1 && metas[0]?.transaction === 0,
      read: (page, length) => read(page * pageSize, length),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

export function readTreeHead(bytes: Buffer, at: number): TreeHead {
  const root = readWord(bytes, at + 40);
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: readWord(bytes, at + 8),
    leafPages: readWord(bytes, at + 16),
    overflowPages: readWord(bytes, at + 24),
    entries: readWord(bytes, at + 32),
    root: bytes.readUInt32LE(at + 40) === 0xffffffff && bytes.readUInt32LE(at + 44) === 0xffffffff ? null : root,
  };
}

/** A 64-bit number; beyond 2^53 it is no longer exact, but never small. */
export function readWord(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

function createReader(path: string, fd: number, sizeBytes: number): (start: number, length: number) => Buffer {
  let bytes = Buffer.alloc(windowBytes);
  let from = 0;
  let until = 0;
  return (start, length) => {
    const end = start + length;
    if (end > sizeBytes) {
      throw new StoreDamagedError(path, `it ends after ${sizeBytes} bytes, at least ${end} are needed`);
    }
    if (start < from || end > until) {
      const isNext = start >= until && start < until + windowBytes;
      const wanted = isNext ? Math.max(length, Math.min(windowBytes, sizeBytes - start)) : length;
      if (wanted > bytes.length) bytes = Buffer.alloc(wanted);
      from = start;
      until = start + readSync(fd, bytes, 0, wanted, start);
      if (end > until) throw new StoreDamagedError(path, `it cannot be read at byte ${until}`);
    }
    return bytes.subarray(start - from, end - from);
  };
}

function pageSizeOf(path: string, bytes: Buffer): number {
  const pageSize = bytes.readUInt32LE(pageHeaderBytes + 24);
  if (bytes.readUInt32LE(pageHeaderBytes) !== magic) throw new StoreDamagedError(path, 'meta page 0 is not one');
  if (pageSize >= pageSizeMin && pageSize <= pageSizeMax && (pageSize & (pageSize - 1)) === 0) return pageSize;
  throw new StoreDamagedError(path, `meta page 0 tells of pages of ${pageSize} bytes`);
}

function parseMeta(path: string, page: number, pageSize: number, bytes: Buffer): Meta {
  const at = pageHeaderBytes;
  const isMeta =
    readWord(bytes, 0) === page &&
    bytes.readUInt16LE(18) === pageFlags.meta &&
    bytes.readUInt32LE(at) === magic &&
    bytes.readUInt32LE(at + 4) === dataVersion &&
    readWord(bytes, at + 8) === 0 &&
    bytes.readUInt32LE(at + 24) === pageSize;
  if (!isMeta) throw new StoreDamagedError(path, `meta page ${page} is not one`);
  return {
    free: readTreeHead(bytes, at + 24),
    main: readTreeHead(bytes, at + 24 + treeHeadBytes),
    lastPage: readWord(bytes, at + 24 + 2 * treeHeadBytes),
    transaction: readWord(bytes, at + 32 + 2 * treeHeadBytes),
  };
}

/** Each transaction writes the page of the one before the last: both pages must be of neighbours, but in a fresh copy. */
function newestOf(path: string, metas: readonly Meta[]): Meta {
  const [even, odd] = metas as [Meta, Meta];
  const isNew = even.transaction === 0 && even.main.root === null;
  const areNeighbours = Math.abs(even.transaction - odd.transaction) === 1;
  const areInPlace = even.transaction % 2 === 0 && odd.transaction % 2 === 1;
  if (isNew || (areNeighbours && areInPlace)) return odd.transaction > even.transaction ? odd : even;
  throw new StoreDamagedError(path, `its meta pages are of transactions ${even.transaction} and ${odd.transaction}`);
}
