/** serviceaccounts; their tokens are an action. */
import type { ServiceAccount } from '../../generated/interfaces.ts';
import { behavior, type Stored } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccounts = behavior<ServiceAccount>({
  repeatsMetadataChecks: true,
  warnings({ metadata }, old) {
    const has = (annotations: Readonly<Record<string, string>> = {}): boolean => Object.hasOwn(annotations, MOUNTABLE);
    if (!has(metadata.annotations) || (old !== null && has(old.metadata.annotations))) return [];
    const text = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
    return [`metadata.annotations[${MOUNTABLE}]: ${text}`];
  },
  prepareForCreate: cleanReferences,
  prepareForUpdate: cleanReferences,
  deleteReturnsObject: true,
  printer: printer<Stored<ServiceAccount>>(
    [NAME, column('Secrets', 'string', 'Number of secrets that pods of the account may mount.'), AGE],
    (account, nowMs) => [account.metadata.name ?? '', account.secrets?.length ?? 0, age(account, nowMs)],
  ),
});

/** Secrets are named within the account's namespace: nothing but the name counts. */
function cleanReferences(account: Stored<ServiceAccount>): void {
  account.secrets = account.secrets?.map(({ name }) => (name === undefined ? {} : { name })) ?? [];
  if (account.secrets.length === 0) delete account.secrets;
}
