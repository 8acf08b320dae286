import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { defaultPriorityLevels, mandatorySpec } from '../bootstrap/flow-control.ts';
import { AGE, age, column, NAME, NONE, printer } from '../printing.ts';
import { sameValues } from '../semantic.ts';
import { checkConditionTypes } from './conditions.ts';

type Level = Stored<PriorityLevelConfiguration>;

const SHARES_DEFAULT = 30;
const QUEUES_MAX = 10_000_000;
/** Shuffle sharding deals its hands out of one 64-bit hash, of which it uses this much. */
const HASH_BITS_MAX = 60;

export const priorityLevelConfigurations = behavior<PriorityLevelConfiguration>({
  generation: 'spec',
  setDefaults,
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate,
  validateUpdate: validate,
  subresources: {
    status: statusSubresource<PriorityLevelConfiguration>({
      keepMetadata: ALL_METADATA,
      validateUpdate: (level) => checkConditionTypes(level.status?.conditions),
    }),
  },
  printer: printer(
    [
      NAME,
      column('Type', 'string', 'Whether requests are limited.'),
      column('NominalConcurrencyShares', 'string', 'Share of the seats of the server.'),
      column('Queues', 'string', 'Number of queues.'),
      column('HandSize', 'string', 'Queues that one flow may use.'),
      column('QueueLengthLimit', 'string', 'Requests that one queue holds.'),
      AGE,
    ],
    (level, nowMs) => {
      const { limited, exempt, type = '' } = level.spec ?? {};
      const queuing = limited?.limitResponse?.queuing;
      return [
        level.metadata.name ?? '',
        type,
        limited?.nominalConcurrencyShares ?? exempt?.nominalConcurrencyShares ?? NONE,
        queuing?.queues ?? NONE,
        queuing?.handSize ?? NONE,
        queuing?.queueLengthLimit ?? NONE,
        age(level, nowMs),
      ];
    },
  ),
});

function setDefaults(level: Level): void {
  const { spec } = level;
  if (spec?.exempt !== undefined) {
    spec.exempt.nominalConcurrencyShares ??= 0;
    spec.exempt.lendablePercent ??= 0;
  }
  if (spec?.limited === undefined) return;
  spec.limited.nominalConcurrencyShares ??= SHARES_DEFAULT;
  spec.limited.lendablePercent ??= 0;
  const queuing = spec.limited.limitResponse?.queuing;
  if (queuing === undefined) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function validate(level: Level): FieldError[] {
  const errors: FieldError[] = [];
  const name = level.metadata.name ?? '';
  const { type = '', limited, exempt } = level.spec ?? {};
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalidValue('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited !== undefined) errors.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt === undefined) errors.push(required('spec.exempt', 'must not be empty when type is Exempt'));
    else checkShares(errors, 'spec.exempt', exempt);
  } else if (type === 'Limited') {
    if (exempt !== undefined) errors.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'));
    if (limited === undefined) errors.push(required('spec.limited', 'must not be empty when type is Limited'));
    else checkLimited(errors, 'spec.limited', limited);
  } else {
    errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']));
  }
  checkFixed(errors, level, name);
  return [...errors, ...checkConditionTypes(level.status?.conditions)];
}

/** Shares and lending of `exempt` are free; all else of a mandatory level is not. */
function checkFixed(errors: FieldError[], level: Level, name: string): void {
  const fixed = mandatorySpec(defaultPriorityLevels(), name);
  if (fixed === null) return;
  const equal =
    name === 'exempt'
      ? level.spec?.type === 'Exempt'
      : sameValues('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec', level.spec, fixed);
  if (!equal) errors.push(invalidValue('spec', level.spec ?? {}, `spec of '${name}' must equal the fixed value`));
}

function checkShares(
  errors: FieldError[],
  field: string,
  shares: { nominalConcurrencyShares?: number | null; lendablePercent?: number },
): void {
  const { lendablePercent: lendable = 0 } = shares;
  const nominal = shares.nominalConcurrencyShares ?? 0;
  if (nominal < 0)
    errors.push(invalidValue(`${field}.nominalConcurrencyShares`, nominal, 'must be a non-negative integer'));
  if (lendable < 0 || lendable > 100) {
    errors.push(invalidValue(`${field}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive'));
  }
}

function checkLimited(errors: FieldError[], field: string, limited: LimitedPriorityLevelConfiguration): void {
  checkShares(errors, field, limited);
  const borrowing = limited.borrowingLimitPercent;
  if (borrowing !== undefined && borrowing < 0) {
    errors.push(
      invalidValue(`${field}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'),
    );
  }
  checkResponse(errors, `${field}.limitResponse`, limited.limitResponse);
}

function checkResponse(errors: FieldError[], field: string, response: LimitResponse | undefined): void {
  const type = response?.type ?? '';
  const queuing = response?.queuing;
  if (type === 'Reject') {
    if (queuing !== undefined)
      errors.push(forbiddenField(`${field}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (type === 'Queue') {
    if (queuing === undefined)
      errors.push(required(`${field}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'));
    else checkQueuing(errors, `${field}.queuing`, queuing);
  } else {
    errors.push(notSupported(`${field}.type`, type, ['Queue', 'Reject']));
  }
}

function checkQueuing(errors: FieldError[], field: string, queuing: QueuingConfiguration): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  if (queueLengthLimit <= 0)
    errors.push(invalidValue(`${field}.queueLengthLimit`, queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalidValue(`${field}.queues`, queues, 'must be positive'));
  else if (queues > QUEUES_MAX)
    errors.push(invalidValue(`${field}.queues`, queues, `must not be greater than ${QUEUES_MAX}`));
  const at = `${field}.handSize`;
  if (handSize <= 0) errors.push(invalidValue(at, handSize, 'must be positive'));
  else if (handSize > queues) errors.push(invalidValue(at, handSize, `should not be greater than queues (${queues})`));
  else if (entropyBits(queues, handSize) > HASH_BITS_MAX) {
    const text = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS_MAX}`;
    errors.push(invalidValue(at, handSize, text));
  }
}

/** Bits needed to deal `handSize` of `queues` cards. Stops once the answer is too much. */
function entropyBits(queues: number, handSize: number): number {
  let bits = 0;
  for (let i = 0; i < handSize && bits <= HASH_BITS_MAX + 1; i++) bits += Math.log2(Math.max(queues - i, 1));
  return Math.ceil(bits);
}
