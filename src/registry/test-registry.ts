/** A registry over the memory engine, for tests of this room and of those above: a manual clock, repeatable randomness. */
import { createManualClock, type ManualClock } from '../base/manual-clock.ts';
import { createSeededRandom } from '../base/random.ts';
import { type DeleteOptions, defaultDeleteOptions } from '../meta/delete-options.ts';
import type { KubeObject } from '../meta/object.ts';
import { StatusError } from '../meta/status.ts';
import type { ResourceRow } from '../schema/resource-table.ts';
import { resourceList } from '../schema/resources.ts';
import { typeTable } from '../schema/types.ts';
import type { Engine } from '../store/engine.ts';
import { createMemoryEngine } from '../store/memory.ts';
import { createStore } from '../store/store.ts';
import type { Action } from './action.ts';
import type { Admission } from './admission.ts';
import type { ParsedBody } from './body.ts';
import { create } from './create.ts';
import type { Behavior, Conversion } from './definition.ts';
import { type Deleted, deleteObject } from './delete.ts';
import { type Entry, entryObject } from './entry.ts';
import { get } from './get.ts';
import type { WriteHooks } from './hooks.ts';
import type { Written } from './modify.ts';
import { type PatchType, patch } from './patch.ts';
import type { WriteRequest } from './prepare.ts';
import type { Registry } from './registry.ts';
import { type Resource, type ResourceTable, resourceKey } from './resource.ts';
import { compileResources } from './table.ts';
import { update } from './update.ts';

export interface TestRegistryParts {
  /** By `<group>/<plural>`: these resources are served, in all their default versions. */
  readonly behaviors: Readonly<Record<string, Behavior>>;
  readonly conversions?: Readonly<Record<string, Conversion>>;
  readonly hooks?: (registry: () => Registry, table: () => ResourceTable) => ReadonlyMap<string, WriteHooks>;
  readonly actions?: (registry: () => Registry, table: () => ResourceTable) => ReadonlyMap<string, Action>;
  readonly admission?: Admission;
}

export interface TestRegistry {
  readonly registry: Registry;
  readonly table: ResourceTable;
  readonly engine: Engine;
  readonly clock: ManualClock;
  /** `<group>/<version>/<plural>`; throws for what is not served. */
  resource(key: string): Resource;
  /** Operations on one resource, as its clients ask for them. */
  on(key: string, namespace?: string): TestClient;
  close(): Promise<void>;
}

export type TestOptions = Partial<
  Pick<WriteRequest, 'subresource' | 'dryRun' | 'fieldManager'> & {
    fieldValidation: 'Strict' | 'Warn' | 'Ignore';
    force: boolean;
    warnings: string[];
  }
>;

/** Bodies are given as objects and copied; answers are parsed. */
export interface TestClient {
  create(object: object, options?: TestOptions): Promise<KubeObject>;
  get(name: string): Promise<KubeObject>;
  /** Null: not there. */
  find(name: string): Promise<KubeObject | null>;
  update(object: KubeObject, options?: TestOptions): Promise<KubeObject>;
  write(object: KubeObject, options?: TestOptions): Promise<Written>;
  patch(name: string, type: PatchType, body: unknown, options?: TestOptions): Promise<KubeObject>;
  delete(name: string, options?: Partial<DeleteOptions>): Promise<Deleted>;
}

export const TEST_USER = { name: 'jane', uid: 'u1', groups: ['devs'], extra: {} };

export function createTestRegistry(parts: TestRegistryParts): TestRegistry {
  const clock = createManualClock(Date.parse('2024-01-02T03:04:05Z'));
  const engine = createMemoryEngine({ clock });
  const store = createStore({ engine });
  const rows = resourceList().resources.filter((row) => row.default && served(parts, row));
  const table = compileResources({
    rows,
    allRows: rows,
    types: typeTable(),
    behaviors: parts.behaviors,
    conversions: parts.conversions ?? {},
    openCache: ({ prefix, toEntry, indexOf }) => store.cacheFor(prefix, toEntry, indexOf),
    eventTtlSeconds: 3600,
  });
  const registry: Registry = {
    store: {
      write: store.write,
      range: (options) => engine.range(options),
      currentRevision: store.currentRevision,
      compactedRevision: () => engine.compactedRevision(),
    },
    admission: parts.admission ?? { mutate: null, validate: null },
    clock,
    random: createSeededRandom(1),
    actions:
      parts.actions?.(
        () => registry,
        () => table,
      ) ?? new Map<string, Action>(),
    hooks:
      parts.hooks?.(
        () => registry,
        () => table,
      ) ?? new Map<string, WriteHooks>(),
  };
  const resource = (key: string): Resource => {
    const [group = '', version = '', plural = ''] = key.split('/');
    const found = table.get(resourceKey(group, version, plural));
    if (found === undefined) throw new Error(`${key} is not served`);
    return found;
  };
  return {
    registry,
    table,
    engine,
    clock,
    resource,
    on: (key, namespace = '') => clientOf(registry, resource(key), namespace),
    close: () => store.close(),
  };
}

function served({ behaviors }: TestRegistryParts, row: ResourceRow): boolean {
  return Object.hasOwn(behaviors, `${row.group}/${row.plural}`);
}

export function bodyOf(value: unknown): ParsedBody {
  return { value: structuredClone(value), text: null, memberCount: 0, duplicates: [] };
}

function clientOf(registry: Registry, resource: Resource, namespace: string): TestClient {
  const request = (name: string, options: TestOptions = {}): WriteRequest => ({
    resource,
    subresource: options.subresource ?? '',
    namespace,
    name,
    caller: {
      user: TEST_USER,
      defaultFieldManager: 'test',
      warn: (text) => void options.warnings?.push(text),
    },
    dryRun: options.dryRun ?? false,
    fieldManager: options.fieldManager ?? '',
    bodyBytes: 0,
  });
  const read = async (name: string): Promise<Entry> => get(registry, resource, namespace, name, '');
  const fieldValidation = (options?: TestOptions) => options?.fieldValidation ?? 'Warn';
  const write = (object: KubeObject, options?: TestOptions): Promise<Written> =>
    update(registry, {
      ...request(object.metadata.name ?? '', options),
      body: () => bodyOf(object),
      fieldValidation: fieldValidation(options),
      mayCreate: () => {},
    });
  return {
    async create(object, options) {
      const body = bodyOf(object);
      return entryObject(
        await create(registry, { ...request('', options), body, fieldValidation: fieldValidation(options) }),
      );
    },
    get: async (name) => entryObject(await read(name)),
    async find(name) {
      try {
        return entryObject(await read(name));
      } catch (error) {
        if (error instanceof StatusError && error.code === 404) return null;
        throw error;
      }
    },
    write,
    update: async (object, options) => entryObject((await write(object, options)).entry),
    async patch(name, type, body, options) {
      const written = await patch(registry, {
        ...request(name, options),
        type,
        body: () => bodyOf(body),
        fieldValidation: fieldValidation(options),
        force: options?.force ?? false,
        mayCreate: () => {},
      });
      return entryObject(written.entry);
    },
    delete: (name, options) =>
      deleteObject(registry, {
        ...request(name, options?.dryRun === undefined ? {} : { dryRun: options.dryRun }),
        options: { ...defaultDeleteOptions, ...options },
      }),
  };
}

/** A behaviour with the usual rules but for `rules`. */
export function testBehavior(rules: Partial<Behavior> = {}): Behavior {
  return {
    validateName: () => [],
    setDefaults: null,
    generation: 'none',
    prepareForCreate: null,
    prepareForUpdate: null,
    validate: null,
    validateUpdate: null,
    repeatsMetadataChecks: false,
    warnings: null,
    resetFields: [],
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: true,
    gracePeriodSeconds: null,
    deleteReturnsObject: false,
    holdsDeletion: null,
    beginDeletion: null,
    deletionUnderWay: null,
    fieldLabels: null,
    fieldLabelAliases: null,
    unknownFieldLabel: null,
    indexLabel: null,
    printer: { columns: [], cells: () => [], conditions: null, compare: null },
    subresources: {},
    scale: null,
    ttl: null,
    ...rules,
  };
}
