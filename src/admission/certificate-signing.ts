/** Who writes a certificate, or conditions of a signing request, needs `sign` on its signer. */
import { isDeepStrictEqual } from 'node:util';
import type { AdmissionPlugin } from './chain.ts';
import { admissionForbidden } from './forbidden.ts';
import { isSigningRequest, type SignerOptions, signingRequestOf } from './signing-requests.ts';

export function createCertificateSigning({ mayUseSigner }: SignerOptions): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    mutate: null,
    validate(attributes) {
      if (!isSigningRequest(attributes, 'UPDATE', 'status')) return undefined;
      const { spec, status: before } = signingRequestOf(attributes.oldObject);
      const { status: after } = signingRequestOf(attributes.object);
      const same =
        after?.certificate === before?.certificate &&
        isDeepStrictEqual(after?.conditions ?? [], before?.conditions ?? []);
      if (same) return undefined;
      const signerName = spec?.signerName ?? '';
      return mayUseSigner(attributes.user, 'sign', signerName).then((allowed) => {
        if (allowed) return;
        const why = `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`;
        throw admissionForbidden(attributes, why);
      });
    },
  };
}
