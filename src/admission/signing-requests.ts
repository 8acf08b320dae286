/** What the plugins that guard certificate signing requests share. */
import type { CertificateSigningRequest } from '../generated/interfaces.ts';
import type { KubeObject } from '../meta/object.ts';
import type { UserInfo } from '../meta/user.ts';
import type { AdmissionAttributes, Operation } from '../registry/admission.ts';

export interface SignerOptions {
  /** May the user do this for the signer, by its name or its domain? */
  readonly mayUseSigner: (user: UserInfo, verb: 'approve' | 'sign', signerName: string) => Promise<boolean>;
}

export function isSigningRequest(attributes: AdmissionAttributes, operation: Operation, subresource: string): boolean {
  return (
    attributes.resource === 'certificatesigningrequests' &&
    attributes.group === 'certificates.k8s.io' &&
    attributes.operation === operation &&
    attributes.subresource === subresource
  );
}

export function signingRequestOf(object: KubeObject | null): Partial<CertificateSigningRequest> {
  return (object ?? {}) as Partial<CertificateSigningRequest>;
}
