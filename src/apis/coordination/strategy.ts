import { type FieldError, notSupported } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { addProblems } from '../field-rules.ts';

export const OLDEST_EMULATION_VERSION = 'OldestEmulationVersion';

/** How a leader is chosen (KEP-4355): a name of Kubernetes' own, or a qualified one of a third party. */
export function checkStrategy(errors: FieldError[], strategy: string): void {
  // Upstream's path names the field twice.
  const field = 'spec.strategy.strategy';
  if (strategy.includes('/')) addProblems(errors, field, strategy, qualifiedNameProblems(strategy));
  else if (strategy !== OLDEST_EMULATION_VERSION)
    errors.push(notSupported(field, strategy, [OLDEST_EMULATION_VERSION]));
}
