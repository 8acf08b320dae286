import { type PemBlock, parsePem } from '../../codec/pem.ts';
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { nameIsDnsSubdomain } from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable } from '../field-rules.ts';
import { column, NAME, orNone, printer } from '../printing.ts';
import { parseCertificate } from './pem.ts';
import { checkSignerName } from './signer-name.ts';

/** certificates.k8s.io/v1beta1 */
interface ClusterTrustBundle {
  metadata?: ObjectMeta;
  spec: { signerName?: string; trustBundle: string };
}

const BUNDLE_BYTES_MAX = 1024 * 1024;

/** Trust anchors of a signer (KEP-3257). */
export const clusterTrustBundles = behavior<ClusterTrustBundle>({
  repeatsMetadataChecks: true,
  // `example.com:signer:mine` for a bundle of example.com/signer.
  validateName: (name, prefix) => nameIsDnsSubdomain(name.slice(name.lastIndexOf(':') + 1), prefix),
  validate,
  validateUpdate(bundle, old) {
    const errors: FieldError[] = [];
    if (bundle.spec?.trustBundle !== old.spec?.trustBundle) checkBundle(errors, bundle.spec?.trustBundle ?? '');
    checkImmutable(errors, 'spec.signerName', bundle.spec?.signerName ?? '', old.spec?.signerName ?? '');
    return errors;
  },
  fieldLabels: { 'spec.signerName': (bundle) => bundle.spec?.signerName ?? '' },
  unknownFieldLabel: (label) => `field label not supported: ${label}`,
  printer: printer([NAME, column('SignerName', 'string', 'Signer whose certificates the bundle trusts.')], (bundle) => [
    bundle.metadata.name ?? '',
    orNone(bundle.spec?.signerName),
  ]),
});

function validate(bundle: Stored<ClusterTrustBundle>): FieldError[] {
  const errors: FieldError[] = [];
  const name = bundle.metadata.name ?? '';
  const signerName = bundle.spec?.signerName ?? '';
  if (signerName !== '') {
    checkSignerName(errors, 'spec.signerName', signerName);
    const prefix = `${signerName.replaceAll('/', ':')}:`;
    if (!name.startsWith(prefix)) {
      const text = `ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`;
      errors.push(invalidValue('metadata.name', name, text));
    }
  } else if (name.includes(':')) {
    errors.push(
      invalidValue('metadata.name', name, 'ClusterTrustBundle without signer name must not have ":" in its name'),
    );
  }
  checkBundle(errors, bundle.spec?.trustBundle ?? '');
  return errors;
}

function checkBundle(errors: FieldError[], text: string): void {
  const field = 'spec.trustBundle';
  if (text === '') {
    errors.push(required(field));
    return;
  }
  if (Buffer.byteLength(text) > BUNDLE_BYTES_MAX) {
    errors.push(tooLong(field, BUNDLE_BYTES_MAX));
    return;
  }
  const say = (problem: string): void => {
    errors.push(invalidValue(field, '<value omitted>', problem));
  };
  const { blocks, rest } = parsePem(text);
  if (rest.trim() !== '') say('non-PEM data is not permitted');
  if (blocks.length === 0) say('at least one trust anchor must be provided');
  const seen = new Map<string, number>();
  for (const [i, block] of blocks.entries()) {
    const problem = anchorProblem(block, i, seen);
    if (problem !== '') say(problem);
  }
}

/** `seen`: fingerprints of the anchors before, and their places. */
function anchorProblem(block: PemBlock, index: number, seen: Map<string, number>): string {
  if (block.type !== 'CERTIFICATE') return `entry ${index} has bad block type: ${block.type}`;
  if (block.hasHeaders) return `entry ${index} has PEM block headers`;
  const certificate = parseCertificate(block);
  if (certificate === null) return `entry ${index} does not parse as X.509`;
  if (!certificate.ca) return `entry ${index} does not have the CA bit set`;
  const first = seen.get(certificate.fingerprint256);
  if (first !== undefined) return `duplicate trust anchor (indices [${first} ${index}])`;
  seen.set(certificate.fingerprint256, index);
  return '';
}
