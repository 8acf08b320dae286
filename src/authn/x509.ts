/** Client certificates: common name is the user, organizations are its groups. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { UserInfo } from '../meta/user.ts';
import { EXTRA_CREDENTIAL_ID } from '../meta/well-known-users.ts';
import type { AuthenticationResult, Authenticator } from './authenticator.ts';
import { UNKNOWN } from './union.ts';

/** Subject attribute that carries UserInfo.uid. */
export const UID_OID = '1.3.6.1.4.1.57683.2';

const CLIENT_AUTH_OID = '1.3.6.1.5.5.7.3.2';
const ANY_USAGE_OID = '2.5.29.37.0';

const INVALID: AuthenticationResult = { kind: 'failed', error: 'verifying certificate failed' };

/**
 * The listener has verified the certificate against the client CA and looks at its dates on every request; the same
 * object comes for every request of a connection, so that each certificate is read once per connection.
 */
export function createX509Authenticator(): Authenticator {
  const results = new WeakMap<X509Certificate, AuthenticationResult>();
  return {
    authenticate(credentials) {
      const certificate = credentials.clientCertificate;
      if (certificate === null) return UNKNOWN;
      if (certificate === 'invalid') return INVALID;
      let result = results.get(certificate);
      if (result === undefined) {
        result = userOfCertificate(certificate);
        results.set(certificate, result);
      }
      return result;
    },
  };
}

function userOfCertificate(certificate: X509Certificate): AuthenticationResult {
  const usages = certificate.keyUsage ?? [];
  if (usages.length > 0 && !usages.includes(CLIENT_AUTH_OID) && !usages.includes(ANY_USAGE_OID)) {
    return { kind: 'failed', error: 'x509: certificate specifies an incompatible key usage' };
  }
  const subject = subjectOf(certificate);
  const name = subject('CN').at(-1) ?? '';
  if (name === '') return UNKNOWN;
  const uids = subject(UID_OID);
  if (uids.length > 1) return { kind: 'failed', error: `expected 1 UID, but found multiple: [${uids.join(' ')}]` };
  if (uids[0] === '') return { kind: 'failed', error: 'UID cannot be an empty string' };
  const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
  const user: UserInfo = {
    name,
    uid: uids[0] ?? '',
    groups: subject('O'),
    extra: { [EXTRA_CREDENTIAL_ID]: [`X509SHA256=${fingerprint}`] },
  };
  return { kind: 'authenticated', user, audiences: [] };
}

/** Values of an attribute in the order of the certificate, whichever RDN they stand in. */
function subjectOf(certificate: X509Certificate): (attribute: string) => string[] {
  // Unlike `certificate.subject`, this form has the values unescaped. An attribute given twice is an array.
  const subject: unknown = certificate.toLegacyObject().subject;
  return (attribute) => {
    const value: unknown =
      typeof subject === 'object' && subject !== null ? Reflect.get(subject, attribute) : undefined;
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
}
