/** Nobody becomes a member of `system:masters`, whom no policy binds, by way of the signer of client certificates. */
import { requestedOrganizations } from '../codec/certificate-request.ts';
import { GROUP_MASTERS } from '../meta/well-known-users.ts';
import type { AdmissionPlugin } from './chain.ts';
import { admissionForbidden } from './forbidden.ts';
import { isSigningRequest, signingRequestOf } from './signing-requests.ts';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

export function createCertificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: 'CertificateSubjectRestriction',
    mutate: null,
    validate(attributes) {
      if (!isSigningRequest(attributes, 'CREATE', '')) return undefined;
      const { spec } = signingRequestOf(attributes.object);
      if (spec?.signerName !== CLIENT_SIGNER) return undefined;
      const organizations = requestedOrganizations(Buffer.from(spec.request ?? '', 'base64').toString('latin1'));
      if (organizations === null) {
        throw admissionForbidden(attributes, 'failed to parse CSR: it is not one plain certificate request');
      }
      if (organizations.includes(GROUP_MASTERS)) {
        const why = `use of ${CLIENT_SIGNER} signer with ${GROUP_MASTERS} group is not allowed`;
        throw admissionForbidden(attributes, why);
      }
      return undefined;
    },
  };
}
