/** leasecandidates: v1alpha2 has the form of v1beta1. */
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { configMapKeyProblems } from '../../meta/formats.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import {
  compareSemanticVersions,
  parseSemanticVersion,
  type SemanticVersion,
  ZERO_VERSION,
} from './semantic-version.ts';
import { checkStrategy, OLDEST_EMULATION_VERSION } from './strategy.ts';

/** coordination.k8s.io/v1beta1 (KEP-4355) */
interface LeaseCandidate {
  metadata?: ObjectMeta;
  spec?: LeaseCandidateSpec;
}
interface LeaseCandidateSpec {
  leaseName?: string;
  pingTime?: string;
  renewTime?: string;
  binaryVersion?: string;
  emulationVersion?: string;
  strategy?: string;
}

export const leaseCandidates = behavior<LeaseCandidate>({
  validateName: (name) => configMapKeyProblems(name),
  validate,
  validateUpdate(candidate, old) {
    const errors = validate(candidate);
    checkImmutable(errors, 'spec.leaseName', candidate.spec?.leaseName ?? '', old.spec?.leaseName ?? '');
    return errors;
  },
  allowUnconditionalUpdate: false,
  printer: printer<Stored<LeaseCandidate>>(
    [
      NAME,
      column('LeaseName', 'string', 'Lease that the candidate would hold.'),
      column('BinaryVersion', 'string', 'Version of the program.'),
      column('EmulationVersion', 'string', 'Version that the program behaves as.'),
      AGE,
    ],
    (candidate, nowMs) => [
      candidate.metadata.name ?? '',
      candidate.spec?.leaseName ?? '',
      candidate.spec?.binaryVersion ?? '',
      candidate.spec?.emulationVersion ?? '',
      age(candidate, nowMs),
    ],
  ),
});

function validate({ spec = {} }: Stored<LeaseCandidate>): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseName = '', binaryVersion = '', emulationVersion = '', strategy = '' } = spec;
  if (leaseName === '') errors.push(required('spec.leaseName'));
  const emulation = checkVersion(errors, 'spec.emulationVersion', emulationVersion);
  if (binaryVersion === '') errors.push(required('spec.binaryVersion'));
  const binary = checkVersion(errors, 'spec.binaryVersion', binaryVersion);
  if (binaryVersion !== '' && emulationVersion !== '' && compareSemanticVersions(binary, emulation) < 0) {
    const text = 'must be greater than or equal to `emulationVersion`';
    errors.push(invalidValue('spec.binaryVersion', binaryVersion, text));
  }
  if (strategy === '') {
    errors.push(required('spec.strategy'));
    return errors;
  }
  if (strategy === OLDEST_EMULATION_VERSION && compareSemanticVersions(emulation, ZERO_VERSION) === 0) {
    errors.push(required('spec.emulationVersion', "must be specified when `strategy` is 'OldestEmulationVersion'"));
  }
  checkStrategy(errors, strategy);
  return errors;
}

/** The zero version for none and for a bad one. */
function checkVersion(errors: FieldError[], field: string, text: string): SemanticVersion {
  const version = text === '' ? ZERO_VERSION : parseSemanticVersion(text);
  if (version === null) errors.push(invalidValue(field, text, 'must be a valid semantic version'));
  return version ?? ZERO_VERSION;
}
