/** leases */
import type { Lease } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkNotNegative } from '../number-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkStrategy } from './strategy.ts';

export const leases = behavior<Lease>({
  validate,
  validateUpdate: validate,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  printer: printer<Stored<Lease>>([NAME, column('Holder', 'string', 'Who holds the lease.'), AGE], (lease, nowMs) => [
    lease.metadata.name ?? '',
    lease.spec?.holderIdentity ?? '',
    age(lease, nowMs),
  ]),
});

function validate({ spec = {} }: Stored<Lease>): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds: duration, strategy, preferredHolder } = spec;
  if (duration !== undefined && duration <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  }
  checkNotNegative(errors, 'spec.leaseTransitions', spec.leaseTransitions);
  if (strategy !== undefined) checkStrategy(errors, strategy);
  if (preferredHolder && !strategy) {
    errors.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}
