/** Opens what keeps the state, and closes it again in order. */
import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { makeDirectory } from '../base/make-directory.ts';
import { startCompactor } from '../store/compactor.ts';
import { type DataDir, DataDirError, openDataDir } from '../store/data-dir.ts';
import type { Engine } from '../store/engine.ts';
import { StoreDamagedError, StoreFullError } from '../store/errors.ts';
import { createMemoryEngine } from '../store/memory.ts';
import { createStore, type Store } from '../store/store.ts';
import { type Config, OperatorError } from './config.ts';

const FULL_REPORT_MS = 60_000;

export interface Storage {
  readonly store: Store;
  /** Where certificates and kubeconfigs go; null: nothing is kept. */
  readonly directory: string | null;
  close(): Promise<void>;
}

/** Throws OperatorError when the data directory cannot be used. */
export async function openStorage(config: Config, clock: Clock, logger: Logger): Promise<Storage> {
  const dataDir = config.dataDir === null ? null : openDirectory(config.dataDir);
  try {
    return await openIn(dataDir, config, clock, logger);
  } catch (error) {
    dataDir?.release();
    throw error;
  }
}

async function openIn(dataDir: DataDir | null, config: Config, clock: Clock, logger: Logger): Promise<Storage> {
  const engine =
    config.storage === 'memory' || dataDir === null ? createMemoryEngine({ clock }) : await openLmdb(dataDir, clock);
  const store = reportFull(createStore({ engine }), clock, logger);
  const compactor = startCompactor({
    engine,
    clock,
    samples: config.storage === 'memory' ? null : (dataDir?.samples ?? null),
    keepMs: config.historySeconds * 1000,
    onError: (error) => logger.error(error, 'compaction failed'),
  });
  return {
    store,
    directory: dataDir?.path ?? null,
    async close() {
      compactor.close();
      await store.close();
      dataDir?.release();
    },
  };
}

/** Says that puts are refused, once a minute as long as they are. */
function reportFull(store: Store, clock: Clock, logger: Logger): Store {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const report = (error: unknown): never => {
    if (error instanceof StoreFullError && clock.monotonic() - toldAtMs > FULL_REPORT_MS) {
      toldAtMs = clock.monotonic();
      logger.error(error.message, 'the store takes no more writes but deletes');
    }
    throw error;
  };
  return { ...store, write: (operation) => store.write(operation).catch(report) };
}

async function openLmdb(dataDir: DataDir, clock: Clock): Promise<Engine> {
  const [{ createLmdbEngine }, { renewDataFile }] = await Promise.all([
    import('../store/lmdb.ts'),
    import('../store/lmdb-renew.ts'),
  ]);
  try {
    // First the mark: a version that knows only the older format must not take the new file for an empty store.
    if ((statSync(dataDir.dataPath, { throwIfNoEntry: false })?.size ?? 0) > 0) dataDir.markUsed();
    const checked = await renewDataFile(dataDir.dataPath);
    const engine = createLmdbEngine({ path: dataDir.dataPath, clock, checked });
    dataDir.markUsed();
    return engine;
  } catch (error) {
    if (error instanceof StoreDamagedError || error instanceof StoreFullError) throw new OperatorError(error.message);
    throw new OperatorError(`cannot open the store ${dataDir.dataPath}: ${(error as Error).message}`);
  }
}

function openDirectory(path: string): DataDir {
  try {
    makeDirectory(path, 0o700);
    return openDataDir(path);
  } catch (error) {
    if (error instanceof DataDirError) throw new OperatorError(error.message);
    throw new OperatorError(`cannot use the data directory ${path}: ${(error as Error).message}`);
  }
}
