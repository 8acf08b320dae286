import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../generated/interfaces.ts';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../meta/field-error.ts';
import { nameIsDnsSubdomain } from '../../meta/names.ts';
import { humanDuration } from '../../meta/time.ts';
import type { WriteContext } from '../../registry/definition.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, keepField, type Stored } from '../behavior.ts';
import { AGE, age, column, NAME, NONE, orNone, printer } from '../printing.ts';
import { certificatesProblem, pemOfField, requestProblem } from './pem.ts';
import { checkSignerName } from './signer-name.ts';

type Request = Stored<CertificateSigningRequest>;
type Condition = CertificateSigningRequestCondition;

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const SECONDS_MIN = 600;
const DECISIONS = ['Approved', 'Denied'];
const GUARDED = ['Approved', 'Denied', 'Failed'];
export const KEY_USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

export const certificateSigningRequests = behavior<CertificateSigningRequest>({
  validateName: nameIsDnsSubdomain,
  prepareForCreate,
  prepareForUpdate(request, old) {
    keepField(request, old, 'spec');
    keepField(request, old, 'status');
  },
  resetFields: ['spec', 'status'],
  validate: (request) => [...validateSpec(request), ...validateConditions(request)],
  validateUpdate: (request, old) => validateChange(request, old, 'none'),
  fieldLabels: { 'spec.signerName': (request) => request.spec?.signerName ?? '' },
  unknownFieldLabel: (label) => `field label not supported: ${label}`,
  subresources: {
    approval: {
      prepareForUpdate: prepareApproval,
      validateUpdate: (request, old) => validateChange(request, old, 'approval'),
      resetFields: ['spec', 'status.certificate'],
    },
    status: {
      prepareForUpdate: prepareStatus,
      validateUpdate: (request, old) => validateChange(request, old, 'status'),
      resetFields: ['spec'],
    },
  },
  printer: printer(
    [
      NAME,
      AGE,
      column('SignerName', 'string', 'Signer that is asked.'),
      column('Requestor', 'string', 'User who asked.'),
      column('RequestedDuration', 'string', 'Life time that was asked for.'),
      column('Condition', 'string', 'State of the request.'),
    ],
    (request, nowMs) => [
      request.metadata.name ?? '',
      age(request, nowMs),
      orNone(request.spec?.signerName),
      request.spec?.username ?? '',
      request.spec?.expirationSeconds === undefined ? NONE : humanDuration(request.spec.expirationSeconds * 1000),
      conditionText(request),
    ],
  ),
});

/** Who asks is told by authentication, never by the body. */
function prepareForCreate(request: Request, { user }: WriteContext): void {
  delete request.status;
  const { spec } = request;
  if (spec === undefined) return;
  delete spec.uid;
  delete spec.groups;
  delete spec.extra;
  spec.username = user.name;
  if (user.uid !== '') spec.uid = user.uid;
  if (user.groups.length > 0) spec.groups = [...user.groups];
  const extra = Object.entries(user.extra).map(([key, values]): [string, string[]] => [key, [...values]]);
  if (extra.length > 0) spec.extra = Object.fromEntries(extra);
}

function prepareApproval(request: Request, old: Request, context: WriteContext): void {
  keepField(request, old, 'spec');
  request.status ??= {};
  keepField(request.status, old.status ?? {}, 'certificate');
  stampConditions(request, old, context);
}

function prepareStatus(request: Request, old: Request, context: WriteContext): void {
  keepField(request, old, 'spec');
  request.status ??= {};
  const { status } = request;
  // Approval and denial have an endpoint of their own; here they stay as they are.
  const decided = (old.status?.conditions ?? []).filter((condition) => DECISIONS.includes(condition.type ?? ''));
  if (decided.length > 0) {
    const others = (status.conditions ?? []).filter((condition) => !DECISIONS.includes(condition.type ?? ''));
    const given = (status.conditions ?? []).filter((condition) => DECISIONS.includes(condition.type ?? ''));
    status.conditions = [...(given.length > decided.length ? given : decided), ...others];
  }
  stampConditions(request, old, context);
}

/** Times that the writer left out. */
function stampConditions(request: Request, old: Request, { now }: WriteContext): void {
  const before = new Map((old.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  for (const condition of request.status?.conditions ?? []) {
    const was = before.get(condition.type);
    condition.lastUpdateTime ??= now;
    condition.lastTransitionTime ??=
      was !== undefined && was.status === condition.status ? (was.lastTransitionTime ?? now) : now;
  }
}

function validateSpec(request: Request): FieldError[] {
  const errors: FieldError[] = [];
  const { signerName = '', expirationSeconds: seconds, usages = [] } = request.spec ?? {};
  const pemProblem = requestProblem(pemOfField(request.spec?.request));
  if (pemProblem !== '') errors.push(invalidValue('spec.request', request.spec?.request ?? '', pemProblem));
  if (usages.length === 0) errors.push(required('spec.usages', 'usages must be provided'));
  const seen = new Set<string>();
  usages.forEach((usage: string, i) => {
    if (!KEY_USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, KEY_USAGES));
    if (seen.has(usage)) errors.push(duplicate(`spec.usages[${i}]`, usage));
    seen.add(usage);
  });
  if (signerName === LEGACY_SIGNER) {
    errors.push(
      invalidValue('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'),
    );
  } else {
    checkSignerName(errors, 'spec.signerName', signerName);
  }
  if (seconds !== undefined && seconds < SECONDS_MIN) {
    const text = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalidValue('spec.expirationSeconds', seconds, text));
  }
  return errors;
}

function validateConditions(request: Request): FieldError[] {
  const errors: FieldError[] = [];
  const conditions = request.status?.conditions ?? [];
  const seen = new Set<string>();
  conditions.forEach(({ type = '', status = '' }: Partial<Condition>, i) => {
    const field = `status.conditions[${i}]`;
    if (type === '') errors.push(required(`${field}.type`));
    if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    seen.add(type);
    const other = type === 'Approved' ? 'Denied' : 'Approved';
    if (DECISIONS.includes(type) && seen.has(other)) {
      errors.push(invalidValue(`${field}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    const allowed = GUARDED.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (status === '') errors.push(required(`${field}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${field}.status`, status, allowed));
  });
  return errors;
}

/** `through`: the endpoint of the write; only some may decide, only one may hand out the certificate. */
function validateChange(request: Request, old: Request, through: 'none' | 'approval' | 'status'): FieldError[] {
  const errors = validateConditions(request);
  const field = 'status.conditions';
  for (const type of GUARDED) {
    const has = conditionsOf(request, type);
    const had = conditionsOf(old, type);
    if (had.length > 0 && has.length === 0)
      errors.push(forbiddenField(field, `updates may not remove a condition of type ${JSON.stringify(type)}`));
    const mayAdd = through === 'approval' || (through === 'status' && type === 'Failed');
    if (had.length === 0 && has.length > 0 && !mayAdd) {
      errors.push(forbiddenField(field, `updates may not add a condition of type ${JSON.stringify(type)}`));
    }
    if (
      had.length > 0 &&
      has.length > 0 &&
      DECISIONS.includes(type) &&
      through !== 'approval' &&
      !deepEqual(has, had)
    ) {
      errors.push(forbiddenField(field, `updates may not modify a condition of type ${JSON.stringify(type)}`));
    }
  }
  const certificate = request.status?.certificate;
  const before = old.status?.certificate;
  if (certificate === before) return errors;
  if (through !== 'status')
    errors.push(forbiddenField('status.certificate', 'updates may not set certificate content'));
  else if (before !== undefined)
    errors.push(forbiddenField('status.certificate', 'updates may not change or remove existing certificate content'));
  const problem = certificate === undefined ? '' : certificatesProblem(pemOfField(certificate));
  if (problem !== '') errors.push(invalidValue('status.certificate', certificate, problem));
  return errors;
}

function conditionsOf(request: Request, type: string): Condition[] {
  return (request.status?.conditions ?? []).filter((condition) => condition.type === type);
}

/** `Denied`, `Approved` or `Pending`, and what followed. */
function conditionText(request: Request): string {
  const has = (type: string): boolean => conditionsOf(request, type).length > 0;
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${request.status?.certificate === undefined ? '' : ',Issued'}`;
}
