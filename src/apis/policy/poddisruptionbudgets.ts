/** poddisruptionbudgets */
import type { PodDisruptionBudget } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkConditions } from '../field-rules.ts';
import { checkIntOrPercent, checkListed, checkNotMoreThanAll, checkNotNegative } from '../number-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';

const NOT_SET = 'N/A';

export const podDisruptionBudgets = behavior<PodDisruptionBudget>({
  generation: 'spec',
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: validate,
  resetFields: ['status'],
  allowUnconditionalUpdate: false,
  printer: printer<Stored<PodDisruptionBudget>>(
    [
      NAME,
      column('Min Available', 'string', 'Fewest pods that must stay.'),
      column('Max Unavailable', 'string', 'Most pods that may be gone.'),
      column('Allowed Disruptions', 'integer', 'Number of pods that may be evicted now.'),
      AGE,
    ],
    (budget, nowMs) => [
      budget.metadata.name ?? '',
      amountText(budget.spec?.minAvailable),
      amountText(budget.spec?.maxUnavailable),
      budget.status?.disruptionsAllowed ?? 0,
      age(budget, nowMs),
    ],
  ),
  subresources: {
    status: statusSubresource<PodDisruptionBudget>({
      validateUpdate({ status = {} }) {
        const errors: FieldError[] = [];
        checkConditions(errors, 'status.conditions', status.conditions);
        for (const name of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) {
          checkNotNegative(errors, `status.${name}`, status[name]);
        }
        return errors;
      },
    }),
  },
});

function amountText(amount: number | string | undefined): string {
  return amount === undefined ? NOT_SET : String(amount);
}

function validate({ spec = {} }: Stored<PodDisruptionBudget>): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    checkIntOrPercent(errors, `spec.${name}`, spec[name]);
    checkNotMoreThanAll(errors, `spec.${name}`, spec[name]);
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  checkListed(errors, 'spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, [
    'AlwaysAllow',
    'IfHealthyBudget',
  ]);
  return errors;
}
