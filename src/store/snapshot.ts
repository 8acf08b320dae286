/**
 * Snapshots: one file that is a compacted copy of the LMDB data file, followed by a trailer of 8 bytes of magic and the
 * SHA-256 of what is before it. Saving works while a server runs, from another process: LMDB readers see one state.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, link, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { DataDirError, dataPathOf, openDataDir } from './data-dir.ts';
import type { Revision } from './engine.ts';
import { addVersion, createKeyIndex } from './key-index.ts';
import { mapSizeBytesDefault, openRoot, openTables, writeCompacted } from './lmdb.ts';
import { checkLmdbFile } from './lmdb-check.ts';

export type SnapshotProblem = 'exists' | 'missing' | 'damaged';

/** The message is one line and says what to do. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly problem: SnapshotProblem;

  constructor(problem: SnapshotProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

export interface SnapshotStatus {
  readonly revision: Revision;
  /** Keys that exist. */
  readonly keys: number;
  readonly sizeBytes: number;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export interface RestoreOptions {
  /** Added to the revision, so that clients who saw later ones than the snapshot's do not take old news for new. */
  readonly revisionBump: number;
}

const magic = Buffer.from('KEELSNP1');
const hashBytes = 32;
const trailerBytes = magic.length + hashBytes;

/** Copies the store of a data directory, in use or not, into a new file. Throws SnapshotError and DataDirError. */
export async function saveSnapshot(dataDir: string, target: string): Promise<SnapshotStatus> {
  if (existsSync(target)) throw new SnapshotError('exists', `${target} exists; choose another file`);
  const dataPath = dataPathOf(dataDir);
  if (!existsSync(dataPath)) throw new SnapshotError('missing', `${dataDir} holds no data yet; start the server first`);
  const partial = `${target}.${randomUUID()}`;
  try {
    await copyData(dataPath, partial);
    await chmod(partial, 0o600);
    const file = await open(partial, 'a');
    try {
      await file.write(Buffer.concat([magic, await hashOf(partial, null)]));
      await file.sync();
    } finally {
      await file.close();
    }
    const status = await snapshotStatus(partial);
    await link(partial, target);
    return status;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Verifies the store of a data directory that nobody uses. Throws SnapshotError, DataDirError and StoreDamagedError. */
export async function checkStore(dataDir: string): Promise<Omit<SnapshotStatus, 'hash'>> {
  // Not opened first, which would make a directory that is missing.
  const dataPath = dataPathOf(dataDir);
  const directory = openDataDir(dataDir);
  try {
    if (!existsSync(dataPath))
      throw new SnapshotError('missing', `${dataDir} holds no data yet; start the server first`);
    return { ...readAll(dataPath), sizeBytes: (await stat(dataPath)).size };
  } finally {
    directory.release();
  }
}

/** Verifies a snapshot, every value included, and tells what is in it. Throws SnapshotError. */
export async function snapshotStatus(path: string): Promise<SnapshotStatus> {
  const { hash, sizeBytes } = await verify(path);
  return { ...readAll(path), sizeBytes, hash };
}

/** Makes a new data directory of a snapshot. Throws SnapshotError and DataDirError. */
export async function restoreSnapshot(path: string, dataDir: string, options: RestoreOptions): Promise<SnapshotStatus> {
  const status = await snapshotStatus(path);
  const directory = openDataDir(dataDir, { isRestoring: true });
  try {
    if (((await stat(directory.dataPath).catch(() => null))?.size ?? 0) > 0) {
      throw new DataDirError('not-empty', `${dataDir} holds data already; choose an empty directory`);
    }
    const partial = `${directory.dataPath}.${randomUUID()}`;
    try {
      await copyFile(path, partial);
      await chmod(partial, 0o600);
      await truncate(partial, status.sizeBytes - trailerBytes);
      const revision = status.revision + options.revisionBump;
      if (options.revisionBump > 0) await setCompacted(partial, revision);
      await sync(partial);
      await rename(partial, directory.dataPath);
      await rm(`${directory.dataPath}-lock`, { force: true });
      directory.markUsed();
      return { ...status, revision };
    } finally {
      await rm(partial, { force: true });
      await rm(`${partial}-lock`, { force: true });
    }
  } finally {
    directory.release();
  }
}

/** Page by page first: LMDB compacts only what has passed the check, whoever has damaged it. */
async function copyData(dataPath: string, target: string): Promise<void> {
  const whole = `${target}.whole`;
  try {
    const source = openRoot(dataPath, mapSizeBytesDefault, true);
    await source.backup(whole, false).finally(() => source.close());
    checkLmdbFile(whole);
    const copy = openRoot(whole, mapSizeBytesDefault, true);
    await copy.backup(target, true).finally(() => copy.close());
  } finally {
    await rm(whole, { force: true });
    await rm(`${whole}-lock`, { force: true });
  }
}

async function verify(path: string): Promise<{ hash: string; sizeBytes: number }> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => {
      throw new SnapshotError('missing', `there is no snapshot ${path}; check the path`);
    },
  );
  const trailer = Buffer.alloc(trailerBytes);
  if (sizeBytes > trailerBytes) {
    const file = await open(path, 'r');
    await file.read(trailer, 0, trailerBytes, sizeBytes - trailerBytes).finally(() => file.close());
  }
  if (!trailer.subarray(0, magic.length).equals(magic)) {
    throw new SnapshotError('damaged', `${path} is not a complete Keelson snapshot; take another one`);
  }
  const hash = await hashOf(path, sizeBytes - trailerBytes);
  if (hash.equals(trailer.subarray(magic.length))) return { hash: hash.toString('hex'), sizeBytes };
  throw new SnapshotError('damaged', `${path} is damaged, its checksum does not match; take another one`);
}

/** `length` null: the whole file. */
async function hashOf(path: string, length: number | null): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, length === null ? {} : { end: length - 1 })) hash.update(chunk);
  return hash.digest();
}

/** Every page and record of a copy. Throws StoreDamagedError. */
function readAll(dataPath: string): { revision: Revision; keys: number } {
  const index = createKeyIndex();
  const { revision } = checkLmdbFile(dataPath, ({ key, revision: mod, createRevision, expiresAtMs }) => {
    addVersion(index, index.keys.get(key), key, mod, createRevision, expiresAtMs);
  });
  let keys = 0;
  index.keys.visit('', null, (state) => {
    if (state.create !== 0) keys++;
    return true;
  });
  return { revision, keys };
}

/** Says of a store that everything up to `revision` was forgotten: it will go on above. */
async function setCompacted(dataPath: string, revision: Revision): Promise<void> {
  const tables = openTables(dataPath, mapSizeBytesDefault, false, checkLmdbFile(dataPath).format);
  try {
    await writeCompacted(tables, revision);
  } finally {
    await tables.root.close();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}
