/** Takes the protecting finalizer from claims and volumes that are deleted, once nobody uses them. */
import type { PersistentVolume, Pod } from '../generated/interfaces.ts';
import type { KubeObject } from '../meta/object.ts';
import { keyOf, startInformer } from './informer.ts';
import type { Controller, ControllerOptions } from './namespace.ts';
import { createWorkQueue } from './work-queue.ts';

/** How often a claim that is in use is looked at again: pods are not followed for the few that wait. */
const IN_USE_RETRY_MS = 1000;

interface Protection {
  readonly what: string;
  /** Of all objects. */
  readonly path: string;
  readonly finalizer: string;
  pathOf(object: KubeObject): string;
  isUsed(object: KubeObject): Promise<boolean>;
}

/** Claims are in use while a scheduled pod mounts them (KEP: storage object in use protection). */
export function startClaimProtection(options: ControllerOptions): Controller {
  const { client } = options;
  const namespaceOf = (object: KubeObject): string =>
    `/api/v1/namespaces/${encodeURIComponent(object.metadata.namespace ?? '')}`;
  return startProtection(options, {
    what: 'claims',
    path: '/api/v1/persistentvolumeclaims',
    finalizer: 'kubernetes.io/pvc-protection',
    pathOf: (claim) => `${namespaceOf(claim)}/persistentvolumeclaims/${encodeURIComponent(claim.metadata.name ?? '')}`,
    async isUsed(claim) {
      const pods = await client.list(`${namespaceOf(claim)}/pods`);
      // Sound: the path serves Pods.
      return pods.items.some((pod) => mounts(pod as unknown as Pod, claim.metadata.name ?? ''));
    },
  });
}

/** Volumes are in use while they are bound. */
export function startVolumeProtection(options: ControllerOptions): Controller {
  return startProtection(options, {
    what: 'volumes',
    path: '/api/v1/persistentvolumes',
    finalizer: 'kubernetes.io/pv-protection',
    pathOf: (volume) => `/api/v1/persistentvolumes/${encodeURIComponent(volume.metadata.name ?? '')}`,
    // Sound: the path serves PersistentVolumes. One that is bound comes again when it changes.
    isUsed: async (volume) => (volume as unknown as PersistentVolume).status?.phase === 'Bound',
  });
}

function startProtection({ client, clock, logger }: ControllerOptions, protection: Protection): Controller {
  const { what, path, finalizer } = protection;
  const queue = createWorkQueue(clock, sync, (name, error) =>
    logger.error(error, `letting ${what} go failed`, { name }),
  );
  const informer = startInformer({
    client,
    path,
    clock,
    onError: (error) => logger.error(error, `watching ${what} failed`),
    handlers: {
      changed(object) {
        if (waits(object)) queue.add(keyOf(object));
      },
      deleted() {},
    },
  });

  function waits({ metadata }: KubeObject): boolean {
    return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;
  }

  async function sync(key: string): Promise<void> {
    const object = informer.objects.get(key);
    if (object === undefined || !waits(object)) return;
    if (await protection.isUsed(object)) {
      queue.addAfter(key, IN_USE_RETRY_MS);
      return;
    }
    const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    await client.update(protection.pathOf(object), { ...object, metadata: { ...object.metadata, finalizers } });
  }

  return {
    synced: informer.synced,
    async stop() {
      informer.stop();
      await queue.stop();
    },
  };
}

/** A kubelet starts no pod whose claim is being deleted, so only those that were scheduled count. */
function mounts({ metadata, spec, status }: Pod, claim: string): boolean {
  if (!spec?.nodeName) return false;
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return (spec.volumes ?? []).some(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName === claim) return true;
    return !isOver && ephemeral !== undefined && `${metadata?.name ?? ''}-${name ?? ''}` === claim;
  });
}
