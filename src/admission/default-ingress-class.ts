/** Ingresses that name no ingress class get the default one. */
import type { Ingress } from '../generated/interfaces.ts';
import type { AdmissionPlugin } from './chain.ts';
import { annotatedDefault, type ClassObject, type ClassSource, withClasses } from './classes.ts';
import { isWriteOf } from './targets.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

export const ingressClassDefault = annotatedDefault('ingressclass.kubernetes.io/is-default-class');

export interface DefaultIngressClassOptions {
  readonly ingressClasses: ClassSource<ClassObject>;
}

export function createDefaultIngressClass({ ingressClasses }: DefaultIngressClassOptions): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    mutate(attributes) {
      if (!isWriteOf(attributes, 'networking.k8s.io', 'ingresses', 'CREATE')) return undefined;
      const ingress = attributes.object as Ingress;
      if (ingress.spec?.ingressClassName !== undefined) return undefined;
      if (Object.hasOwn(ingress.metadata?.annotations ?? {}, CLASS_ANNOTATION)) return undefined;
      return withClasses(ingressClasses, (classes) => {
        const name = classes.default()?.metadata.name;
        if (name !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: name };
      });
    },
    validate: null,
  };
}
