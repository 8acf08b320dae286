/** The allocation's view of the stored objects: caches for reading, the registry for writing. */
import type { ServiceSpec } from '../../generated/interfaces.ts';
import { defaultDeleteOptions } from '../../meta/delete-options.ts';
import { StatusError } from '../../meta/status.ts';
import { createObject } from '../../registry/create.ts';
import { deleteObject } from '../../registry/delete.ts';
import { type Entry, entryObject } from '../../registry/entry.ts';
import { fresh } from '../../registry/read.ts';
import type { Registry } from '../../registry/registry.ts';
import {
  type Resource,
  type ResourceTable,
  resourceKey,
  scopeOf,
  storageKey,
  storageOf,
} from '../../registry/resource.ts';
import { serverRequest } from '../../registry/server-request.ts';
import type { ServiceAllocationStore } from './service-allocation.ts';
import { nodePortsOf } from './service-node-ports.ts';

/** Thunks, since the registry's hooks are made before the registry is. */
export function serviceAllocationStore(registry: () => Registry, table: () => ResourceTable): ServiceAllocationStore {
  const networking = (plural: string) => served(table(), 'networking.k8s.io', plural);
  const portsByEntry = new WeakMap<Entry, readonly number[]>();

  return {
    ready() {
      const resources = [served(table(), '', 'services'), networking('ipaddresses'), networking('servicecidrs')];
      const waiting = resources.flatMap((resource) => fresh(registry(), storageOf(resource), '') ?? []);
      return waiting.length === 0 ? null : Promise.all(waiting).then(() => undefined);
    },
    serviceCidrs: () => entriesOf(networking('servicecidrs')).map(entryObject),
    isServiceStored(namespace, name) {
      const storage = storageOf(served(table(), '', 'services'));
      return storage.cache.get(storageKey(storage, namespace, name)) !== undefined;
    },
    ipAddress(name) {
      const storage = storageOf(networking('ipaddresses'));
      const entry = storage.cache.get(storageKey(storage, '', name));
      return entry === undefined ? null : entryObject(entry);
    },
    async createIpAddress(object) {
      try {
        await createObject(registry(), serverRequest(networking('ipaddresses'), '', ''), object, 'Update', null);
        return 'created';
      } catch (error) {
        if (error instanceof StatusError && error.reason === 'AlreadyExists') return 'exists';
        throw error;
      }
    },
    async deleteIpAddress(name) {
      const request = { ...serverRequest(networking('ipaddresses'), '', name), options: defaultDeleteOptions };
      try {
        await deleteObject(registry(), request);
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) throw error;
      }
    },
    usedNodePorts() {
      const used = new Set<number>();
      for (const entry of entriesOf(served(table(), '', 'services'))) {
        let ports = portsByEntry.get(entry);
        if (ports === undefined) {
          ports = portsOf(entry);
          portsByEntry.set(entry, ports);
        }
        for (const port of ports) used.add(port);
      }
      return used;
    },
  };
}

function served(table: ResourceTable, group: string, plural: string): Resource {
  const resource = table.get(resourceKey(group, 'v1', plural));
  if (resource === undefined) throw new Error(`services need ${plural}, which are not served`);
  return resource;
}

function entriesOf(resource: Resource): readonly Entry[] {
  const storage = storageOf(resource);
  return storage.cache.list(scopeOf(storage, '', '', null)).entries;
}

/** Most services have none: their bytes say so without being parsed. */
function portsOf(entry: Entry): readonly number[] {
  if (!entry.bytes.includes('odePort":')) return [];
  return nodePortsOf((entryObject(entry)['spec'] ?? {}) as ServiceSpec);
}
