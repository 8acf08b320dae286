/** The admission plugins of this server, each with what it asks. */
import { createCertificateApproval } from '../admission/certificate-approval.ts';
import { createCertificateSigning } from '../admission/certificate-signing.ts';
import { createCertificateSubjectRestriction } from '../admission/certificate-subject-restriction.ts';
import { createAdmission } from '../admission/chain.ts';
import type { ClassObject, ClassSource, DefaultRule } from '../admission/classes.ts';
import { createDefaultIngressClass, ingressClassDefault } from '../admission/default-ingress-class.ts';
import { createDefaultStorageClass, storageClassDefault } from '../admission/default-storage-class.ts';
import { createDefaultTolerationSeconds } from '../admission/default-toleration-seconds.ts';
import { createNamespaceLifecycle } from '../admission/namespace-lifecycle.ts';
import { createPriority, priorityDefault } from '../admission/priority.ts';
import { createRuntimeClass } from '../admission/runtime-class.ts';
import { createStorageObjectInUseProtection } from '../admission/storage-object-in-use-protection.ts';
import { createTaintNodesByCondition } from '../admission/taint-nodes-by-condition.ts';
import type { MayUseSigner } from '../authz/signers.ts';
import type { Logger } from '../base/logger.ts';
import type { Admission } from '../registry/admission.ts';
import { type ResourceTable, resourceKey } from '../registry/resource.ts';
import { feedClasses } from './class-feed.ts';
import { namespaceLookup } from './namespace-lookup.ts';

export interface AdmissionParts {
  readonly resources: ResourceTable;
  readonly mayUseSigner: MayUseSigner;
  readonly storageChecks: readonly Admission[];
  readonly logger: Logger;
}

export function createAdmissionChain({ resources, mayUseSigner, storageChecks, logger }: AdmissionParts): Admission {
  const classes = <T extends ClassObject>(
    group: string,
    resource: string,
    rule: DefaultRule<T> | null,
  ): ClassSource<T> => feedClasses(resources.get(resourceKey(group, 'v1', resource)), rule, logger);
  return createAdmission(
    [
      createNamespaceLifecycle({ namespaceOf: namespaceLookup(resources.get(resourceKey('', 'v1', 'namespaces'))) }),
      createTaintNodesByCondition(),
      createPriority({ priorityClasses: classes('scheduling.k8s.io', 'priorityclasses', priorityDefault) }),
      createDefaultTolerationSeconds(),
      createDefaultStorageClass({ storageClasses: classes('storage.k8s.io', 'storageclasses', storageClassDefault) }),
      createStorageObjectInUseProtection(),
      createRuntimeClass({ runtimeClasses: classes('node.k8s.io', 'runtimeclasses', null) }),
      createCertificateApproval({ mayUseSigner }),
      createCertificateSigning({ mayUseSigner }),
      createCertificateSubjectRestriction(),
      createDefaultIngressClass({
        ingressClasses: classes('networking.k8s.io', 'ingressclasses', ingressClassDefault),
      }),
    ],
    storageChecks,
  );
}
