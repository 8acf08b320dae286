/** Rights on signers of certificates, which no API serves: the resource `signers` of certificates.k8s.io. */
import type { UserInfo } from '../meta/user.ts';
import type { Authorizer } from './authorizer.ts';

export type SignerVerb = 'approve' | 'sign';

/** May `user` do this for a signer, by its name or by its domain (`example.com/*`)? */
export type MayUseSigner = (user: UserInfo, verb: SignerVerb, signerName: string) => Promise<boolean>;

export function createSignerRights(authorizer: Authorizer): MayUseSigner {
  return async (user, verb, signerName) => {
    const domain = signerName.split('/', 1)[0] ?? '';
    for (const name of [signerName, `${domain}/*`]) {
      const result = await authorizer.authorize({
        user,
        verb,
        isResource: true,
        group: 'certificates.k8s.io',
        version: '*',
        resource: 'signers',
        subresource: '',
        namespace: '',
        name,
        path: '',
      });
      if (result.decision === 'allow') return true;
    }
    return false;
  };
}
