/** Who approves or denies a signing request needs `approve` on its signer. */
import type { AdmissionPlugin } from './chain.ts';
import { admissionForbidden } from './forbidden.ts';
import { isSigningRequest, type SignerOptions, signingRequestOf } from './signing-requests.ts';

export function createCertificateApproval({ mayUseSigner }: SignerOptions): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    mutate: null,
    validate(attributes) {
      if (!isSigningRequest(attributes, 'UPDATE', 'approval')) return undefined;
      // What stands there counts: the body cannot choose whom it asks.
      const { signerName = '' } = signingRequestOf(attributes.oldObject).spec ?? {};
      return mayUseSigner(attributes.user, 'approve', signerName).then((allowed) => {
        if (allowed) return;
        const why = `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`;
        throw admissionForbidden(attributes, why);
      });
    },
  };
}
