/** Claims that name no storage class get the default one. A claim whose class is '' wants none. */
import type { PersistentVolumeClaim } from '../generated/interfaces.ts';
import type { AdmissionPlugin } from './chain.ts';
import { annotatedDefault, type ClassObject, type ClassSource, withClasses } from './classes.ts';
import { isWriteOf } from './targets.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const storageClassDefault = annotatedDefault(
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
);

export interface DefaultStorageClassOptions {
  readonly storageClasses: ClassSource<ClassObject>;
}

export function createDefaultStorageClass({ storageClasses }: DefaultStorageClassOptions): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    mutate(attributes) {
      if (!isWriteOf(attributes, '', 'persistentvolumeclaims', 'CREATE')) return undefined;
      const claim = attributes.object as PersistentVolumeClaim;
      if (claim.spec?.storageClassName !== undefined) return undefined;
      if (Object.hasOwn(claim.metadata?.annotations ?? {}, CLASS_ANNOTATION)) return undefined;
      return withClasses(storageClasses, (classes) => {
        const name = classes.default()?.metadata.name;
        if (name !== undefined) claim.spec = { ...claim.spec, storageClassName: name };
      });
    },
    validate: null,
  };
}
