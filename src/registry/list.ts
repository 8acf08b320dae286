/**
 * Lists: from the cache at its revision, or from the store's history when an exact older revision is asked for (a
 * continue token, resourceVersionMatch=Exact).
 */
import { decodeContinue, encodeContinue } from '../meta/continue-token.ts';
import type { ListOptions } from '../meta/list-options.ts';
import { badRequest, expired, tooLargeResourceVersion } from '../meta/status.ts';
import type { Revision, StoredRecord } from '../store/engine.ts';
import { type Entry, entryOf } from './entry.ts';
import { fresh, parseRevision } from './read.ts';
import type { Registry } from './registry.ts';
import { type Resource, type Storage, scopeOf, storageOf } from './resource.ts';
import { compileSelection, type Selection } from './selection.ts';

export interface ListResult {
  readonly entries: readonly Entry[];
  readonly revision: Revision;
  /** '' when the list is complete. */
  readonly continueToken: string;
  /** Objects after the last one; null when unknown (selectors) or none. */
  readonly remaining: number | null;
}

/** Records read from history at a time while a selector thins them out. */
const HISTORY_PAGE = 1000;

export function list(
  registry: Registry,
  resource: Resource,
  namespace: string,
  given: ListOptions,
): ListResult | Promise<ListResult> {
  const storage = storageOf(resource);
  // Below 0 there is no limit, as at 0.
  const options = given.limit < 0 ? { ...given, limit: 0 } : given;
  const selection = compileSelection(resource, storage, options.labelSelector, options.fieldSelector);
  if (storage.namespaced && namespace !== '' && selection.namespace !== '' && selection.namespace !== namespace) {
    return listCurrent(
      registry,
      storage,
      namespace,
      { ...selection, everything: false, matches: () => false },
      options,
    );
  }
  const within = namespace === '' && storage.namespaced ? selection.namespace : namespace;
  if (options.continue !== '') return listContinued(registry, storage, within, selection, options);
  const exact = exactRevision(options);
  if (exact !== 0)
    return listHistory(registry, storage, within, selection, {
      ...options,
      revision: exact,
      startAfter: '',
      token: null,
    });
  return listCurrent(registry, storage, within, selection, options);
}

/** The revision that must be matched exactly; 0: none. A limit without resourceVersionMatch asks for it too (legacy). */
function exactRevision(options: ListOptions): Revision {
  const revision = parseRevision(options.resourceVersion, 'invalid resource version: ');
  if (revision === 0) return 0;
  if (options.resourceVersionMatch === 'Exact') return revision;
  return options.resourceVersionMatch === '' && options.limit > 0 ? revision : 0;
}

function listCurrent(
  registry: Registry,
  storage: Storage,
  namespace: string,
  selection: Selection,
  options: ListOptions,
): ListResult | Promise<ListResult> {
  const waiting = fresh(registry, storage, options.resourceVersion);
  if (waiting === null) return fromCache(storage, namespace, selection, options);
  return waiting.then(() => fromCache(storage, namespace, selection, options));
}

function fromCache(storage: Storage, namespace: string, selection: Selection, options: ListOptions): ListResult {
  const scope = scopeOf(storage, namespace, selection.name, selection.index);
  const snapshot = storage.cache.list(scope);
  // As upstream's watch cache: with resourceVersion=0 the limit does not count.
  const limit = options.resourceVersion === '0' ? 0 : options.limit;
  if (selection.everything) return firstPage(storage, snapshot.entries, snapshot.revision, limit);
  const entries: Entry[] = [];
  for (const entry of snapshot.entries) {
    if (!selection.matches(entry)) continue;
    if (limit > 0 && entries.length === limit) {
      const last = entries[entries.length - 1];
      return {
        entries,
        revision: snapshot.revision,
        continueToken: tokenAfter(storage, snapshot.revision, last),
        remaining: null,
      };
    }
    entries.push(entry);
  }
  return { entries, revision: snapshot.revision, continueToken: '', remaining: null };
}

function firstPage(storage: Storage, all: readonly Entry[], revision: Revision, limit: number): ListResult {
  if (limit === 0 || all.length <= limit) return { entries: all, revision, continueToken: '', remaining: null };
  const entries = all.slice(0, limit);
  return {
    entries,
    revision,
    continueToken: tokenAfter(storage, revision, entries[limit - 1]),
    remaining: all.length - limit,
  };
}

interface HistoryRequest {
  readonly limit: number;
  readonly revision: Revision;
  /** Key suffix after the prefix of the last object already sent; '' for none. */
  readonly startAfter: string;
  /** The token that asked, for the fresh one in a 410; null: none. */
  readonly token: string | null;
}

function listContinued(
  registry: Registry,
  storage: Storage,
  namespace: string,
  selection: Selection,
  options: ListOptions,
): ListResult | Promise<ListResult> {
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { revision, start } = decodeContinue(options.continue);
  const startAfter = start.endsWith('\0') ? start.slice(0, -1) : start;
  if (revision > 0)
    return listHistory(registry, storage, namespace, selection, {
      ...options,
      revision,
      startAfter,
      token: options.continue,
    });
  return inconsistentPage(registry, storage, namespace, selection, options.limit, startAfter);
}

/** The rest of a list whose revision is gone: from the present state, as the client agreed by using such a token. */
async function inconsistentPage(
  registry: Registry,
  storage: Storage,
  namespace: string,
  selection: Selection,
  limit: number,
  startAfter: string,
): Promise<ListResult> {
  await fresh(registry, storage, '');
  const snapshot = storage.cache.list(scopeOf(storage, namespace, selection.name, selection.index));
  const after = storage.prefix + startAfter;
  const rest = snapshot.entries.filter((entry) => entry.key > after && selection.matches(entry));
  const page = firstPage(storage, rest, snapshot.revision, limit);
  return selection.everything ? page : { ...page, remaining: null };
}

async function listHistory(
  registry: Registry,
  storage: Storage,
  namespace: string,
  selection: Selection,
  request: HistoryRequest,
): Promise<ListResult> {
  const scope = scopeOf(storage, namespace, selection.name, null);
  const end = scope.exact ? `${scope.prefix}\0` : prefixEnd(scope.prefix);
  let start = request.startAfter === '' ? scope.prefix : `${storage.prefix}${request.startAfter}\0`;
  const entries: Entry[] = [];
  for (;;) {
    const limit = selection.everything ? request.limit : HISTORY_PAGE;
    const page = await registry.store.range({ start, end, revision: request.revision, limit });
    if (page.kind === 'compacted') throw tooOld(request);
    if (page.kind === 'future') throw tooLargeResourceVersion(request.revision, page.current);
    const { records, more, count } = page.value;
    for (const record of records) {
      const entry = historyEntry(storage, record);
      if (!selection.matches(entry)) continue;
      if (request.limit > 0 && entries.length === request.limit) {
        const token = tokenAfter(storage, request.revision, entries[entries.length - 1]);
        return { entries, revision: request.revision, continueToken: token, remaining: null };
      }
      entries.push(entry);
    }
    const last = records[records.length - 1];
    if (!more || last === undefined) return { entries, revision: request.revision, continueToken: '', remaining: null };
    if (selection.everything && request.limit > 0) {
      const token = tokenAfter(storage, request.revision, entries[entries.length - 1]);
      return { entries, revision: request.revision, continueToken: token, remaining: count - records.length };
    }
    start = `${last.key}\0`;
  }
}

function historyEntry(storage: Storage, record: StoredRecord): Entry {
  const live = storage.cache.get(record.key);
  if (live !== undefined && live.revision === record.modRevision) return live;
  return entryOf(storage, record.key, record.value, record.modRevision, null);
}

function tooOld(request: HistoryRequest): Error {
  if (request.token === null) return expired(`The resourceVersion for the provided list is too old.`);
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    encodeContinue({ revision: -1, start: `${request.startAfter}\0` }),
  );
}

/** Upstream's tokens name the key after the last one sent, below the resource's prefix. */
function tokenAfter(storage: Storage, revision: Revision, last: Entry | undefined): string {
  if (last === undefined) return '';
  return encodeContinue({ revision, start: `${last.key.slice(storage.prefix.length)}\0` });
}

/** The first string after all that begin with `prefix` (which ends in `/`). */
function prefixEnd(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
