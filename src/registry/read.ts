/** How fresh a read is: the rules of the resourceVersion parameter (KEP-2340, API concepts: resource versions). */
import { goParseUint64 } from '../base/go-text.ts';
import { badRequest, StatusError, tooLargeResourceVersion } from '../meta/status.ts';
import type { Revision } from '../store/engine.ts';
import type { Registry } from './registry.ts';
import type { Storage } from './resource.ts';

/** How long a read waits for a revision that the cache has not seen yet before it answers 504. */
const FRESHNESS_WAIT_MS = 3000;

/** Parses the text of a resourceVersion; '' and '0' are 0. `lead`: what the refusal begins with. */
export function parseRevision(text: string, lead = ''): Revision {
  if (text === '' || text === '0') return 0;
  const revision = goParseUint64(text);
  if (typeof revision === 'string') {
    throw badRequest(`${lead}resourceVersion: Invalid value: ${JSON.stringify(text)}: ${revision}`);
  }
  return revision;
}

/**
 * Null when the cache can answer at once. '' waits for everything acknowledged before the call, '0' takes what is there,
 * N waits until the cache has seen revision N.
 */
export function fresh(registry: Registry, storage: Storage, resourceVersion: string): Promise<void> | null {
  const loading = storage.cache.ready();
  if (loading !== null) return loading.then(() => fresh(registry, storage, resourceVersion) ?? undefined);
  if (resourceVersion === '0') return null;
  if (resourceVersion === '') {
    const current = registry.store.currentRevision();
    if (typeof current === 'number') return storage.cache.waitFor(current);
    return current.then((revision) => storage.cache.waitFor(revision) ?? undefined);
  }
  return notOlderThan(registry, storage, parseRevision(resourceVersion));
}

/** Waits until the cache has seen `revision`; 504 with ResourceVersionTooLarge when it does not come. */
export function notOlderThan(registry: Registry, storage: Storage, revision: Revision): Promise<void> | null {
  const waiting = storage.cache.waitFor(revision);
  if (waiting === null) return null;
  return new Promise((resolve, reject) => {
    const timer = registry.clock.setTimer(FRESHNESS_WAIT_MS, () =>
      reject(tooLargeResourceVersion(revision, storage.cache.revision())),
    );
    waiting.then(
      () => {
        timer.cancel();
        resolve();
      },
      (error: unknown) => {
        timer.cancel();
        reject(
          error instanceof StatusError ? error : new Error('the cache closed while a read waited', { cause: error }),
        );
      },
    );
  });
}
