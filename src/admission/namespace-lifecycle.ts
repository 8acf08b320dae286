/** Nothing is made in namespaces that are missing or on their way out; some namespaces stay for ever. */
import { forbidden, notFound, StatusError } from '../meta/status.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import type { AdmissionPlugin } from './chain.ts';
import { admissionForbidden } from './forbidden.ts';

export interface NamespaceState {
  /** status.phase */
  readonly phase: string;
}

export interface NamespaceLifecycleOptions {
  /** Null: there is no such namespace. Must know every namespace whose creation or deletion was acknowledged. */
  readonly namespaceOf: (name: string) => NamespaceState | null | Promise<NamespaceState | null>;
}

const IMMORTAL = ['default', 'kube-system', 'kube-public'];

export function createNamespaceLifecycle(options: NamespaceLifecycleOptions): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    mutate(attributes) {
      const { operation, namespace } = attributes;
      if (attributes.kind.kind === 'Namespace' && attributes.kind.group === '') {
        if (operation === 'DELETE' && attributes.subresource === '') refuseImmortal(attributes.name);
        return undefined;
      }
      if (namespace === '' || operation === 'DELETE' || operation === 'CONNECT' || isAccessReview(attributes)) {
        return undefined;
      }
      const state = options.namespaceOf(namespace);
      if (state instanceof Promise) return state.then((found) => check(attributes, found));
      check(attributes, state);
      return undefined;
    },
    validate: null,
  };
}

function refuseImmortal(name: string): void {
  if (!IMMORTAL.includes(name)) return;
  throw forbidden({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted');
}

function check(attributes: AdmissionAttributes, state: NamespaceState | null): void {
  const { namespace } = attributes;
  if (state === null) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (attributes.operation === 'CREATE' && state.phase === 'Terminating') throw terminating(attributes);
}

function terminating(attributes: AdmissionAttributes): StatusError {
  const { namespace } = attributes;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { message, details } = admissionForbidden(attributes, why);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new StatusError(403, 'Forbidden', message, { ...details, causes: [cause] });
}

/** To tell of the namespace would tell of it to those who may only ask what they may do. */
function isAccessReview(attributes: AdmissionAttributes): boolean {
  return attributes.resource === 'localsubjectaccessreviews' && attributes.group === 'authorization.k8s.io';
}
