/** `keelson snapshot save | restore | status` and `keelson check`. */
import { OperatorError } from '../server/config.ts';
import { DataDirError } from '../store/data-dir.ts';
import { StoreDamagedError } from '../store/errors.ts';
import { checkStore, restoreSnapshot, SnapshotError, saveSnapshot, snapshotStatus } from '../store/snapshot.ts';

/** Above any revision that clients may have seen after the snapshot was taken, so that theirs are never met again. */
const REVISION_BUMP = 1_000_000_000;

type Facts = Awaited<ReturnType<typeof snapshotStatus>>;

export async function save(file: string, dataDir: string): Promise<void> {
  print(`saved ${file}`, await told(saveSnapshot(dataDir, file)));
}

export async function restore(file: string, dataDir: string): Promise<void> {
  print(
    `restored ${file} into ${dataDir}`,
    await told(restoreSnapshot(file, dataDir, { revisionBump: REVISION_BUMP })),
  );
}

export async function status(file: string): Promise<void> {
  print(file, await told(snapshotStatus(file)));
}

export async function check(dataDir: string): Promise<void> {
  const { revision, keys, sizeBytes } = await told(checkStore(dataDir));
  process.stdout.write(`${dataDir} is whole: revision ${revision}, ${keys} keys, ${sizeBytes} bytes\n`);
}

function print(what: string, { revision, keys, sizeBytes, hash }: Facts): void {
  process.stdout.write(`${what}: revision ${revision}, ${keys} keys, ${sizeBytes} bytes, hash ${hash}\n`);
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isTold =
      error instanceof SnapshotError || error instanceof DataDirError || error instanceof StoreDamagedError;
    throw isTold ? new OperatorError(error.message) : error;
  }
}
