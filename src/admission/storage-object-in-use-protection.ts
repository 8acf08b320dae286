/** Volumes, claims and classes of volume attributes stay until their controllers have found that nobody uses them. */
import type { AdmissionPlugin } from './chain.ts';
import { isWriteOf } from './targets.ts';

const PROTECTED = [
  { group: '', resource: 'persistentvolumes', finalizer: 'kubernetes.io/pv-protection' },
  { group: '', resource: 'persistentvolumeclaims', finalizer: 'kubernetes.io/pvc-protection' },
  { group: 'storage.k8s.io', resource: 'volumeattributesclasses', finalizer: 'kubernetes.io/vac-protection' },
];

export function createStorageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: 'StorageObjectInUseProtection',
    mutate(attributes) {
      const found = PROTECTED.find(({ group, resource }) => isWriteOf(attributes, group, resource, 'CREATE'));
      const { object } = attributes;
      if (found === undefined || object === null) return;
      const finalizers = object.metadata.finalizers ?? [];
      if (!finalizers.includes(found.finalizer)) object.metadata.finalizers = [...finalizers, found.finalizer];
    },
    validate: null,
  };
}
