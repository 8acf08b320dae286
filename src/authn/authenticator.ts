/** Authentication: who asks? */
import type { X509Certificate } from 'node:crypto';
import type { UserInfo } from '../meta/user.ts';

/** What of a request authenticators look at. */
export interface Credentials {
  /** Value of the Authorization header. */
  readonly authorization: string | undefined;
  readonly clientCertificate: X509Certificate | 'invalid' | null;
  /** Request headers, for front proxies. */
  readonly header: (name: string) => string | undefined;
  readonly path: string;
  /** Adds a Warning header to the answer. */
  readonly warn?: (text: string) => void;
}

export type AuthenticationResult =
  | { readonly kind: 'authenticated'; readonly user: UserInfo; readonly audiences: readonly string[] }
  /** This authenticator knows nothing of such credentials. */
  | { readonly kind: 'unknown' }
  /** Credentials were given and are bad. */
  | { readonly kind: 'failed'; readonly error: string };

export interface Authenticator {
  authenticate(credentials: Credentials): AuthenticationResult | Promise<AuthenticationResult>;
}
