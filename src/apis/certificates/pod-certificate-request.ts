import type { Condition } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkConditions, checkImmutableStruct, checkText } from '../field-rules.ts';
import { sameValues } from '../semantic.ts';
import { certificatesProblem } from './pem.ts';
import { checkSignerName } from './signer-name.ts';

/** certificates.k8s.io/v1beta1 */
interface PodCertificateRequest {
  metadata?: ObjectMeta;
  spec: {
    signerName: string;
    podName: string;
    podUID: string;
    serviceAccountName: string;
    serviceAccountUID: string;
    nodeName: string;
    nodeUID: string;
    maxExpirationSeconds?: number;
    stubPKCS10Request?: string;
    unverifiedUserAnnotations?: Record<string, string>;
  };
  status?: {
    conditions?: Condition[];
    certificateChain?: string;
    notBefore?: string;
    notAfter?: string;
    beginRefreshAt?: string;
  };
}

type Request = Stored<PodCertificateRequest>;

const STATUS_TYPE = 'io.k8s.api.certificates.v1beta1.PodCertificateRequestStatus';
const SECONDS_DEFAULT = 86_400;
const SECONDS_MIN = 3600;
const SECONDS_MAX = 7_862_400;
const UID_BYTES_MAX = 128;
const KNOWN_CONDITIONS = ['Denied', 'Failed', 'Issued'];

/** A kubelet's wish for a pod's certificate (KEP-4317). */
export const podCertificateRequests = behavior<PodCertificateRequest>({
  allowUnconditionalUpdate: false,
  setDefaults(request) {
    if (request.spec !== undefined) request.spec.maxExpirationSeconds ??= SECONDS_DEFAULT;
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate,
  validateUpdate(request, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(
      errors,
      'spec',
      'io.k8s.api.certificates.v1beta1.PodCertificateRequestSpec',
      request.spec,
      old.spec,
    );
    return errors;
  },
  fieldLabels: {
    'spec.nodeName': (request) => request.spec?.nodeName ?? '',
    'spec.podName': (request) => request.spec?.podName ?? '',
    'spec.signerName': (request) => request.spec?.signerName ?? '',
  },
  unknownFieldLabel: (label) => `field label not supported: ${label}`,
  subresources: {
    status: statusSubresource<PodCertificateRequest>({ keepMetadata: ALL_METADATA, validateUpdate: validateStatus }),
  },
});

function validate(request: Request): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Partial<Request['spec']> = request.spec ?? {};
  checkSignerName(errors, 'spec.signerName', spec.signerName ?? '');
  for (const field of ['podName', 'serviceAccountName', 'nodeName'] as const) {
    checkText(errors, `spec.${field}`, spec[field], dns1123SubdomainProblems);
  }
  for (const field of ['podUID', 'serviceAccountUID', 'nodeUID'] as const) {
    const uid = spec[field] ?? '';
    if (uid === '') errors.push(required(`spec.${field}`, 'must not be empty'));
    if (uid.length > UID_BYTES_MAX) errors.push(tooLong(`spec.${field}`, UID_BYTES_MAX));
  }
  const seconds = spec.maxExpirationSeconds;
  const at = 'spec.maxExpirationSeconds';
  if (seconds === undefined) errors.push(required(at, 'must be set'));
  else if (seconds < SECONDS_MIN)
    errors.push(invalidValue(at, seconds, `must be in the range [${SECONDS_MIN}, ${SECONDS_MAX}]`));
  else if (seconds > SECONDS_MAX)
    errors.push(invalidValue(at, seconds, `must be in the range [${SECONDS_MIN}, ${SECONDS_MAX}]`));
  if ((spec.stubPKCS10Request ?? '') === '') errors.push(required('spec.stubPKCS10Request'));
  return errors;
}

/** The answer is given once, and then stands. */
function validateStatus(request: Request, old: Request): FieldError[] {
  const errors: FieldError[] = [];
  const conditions = request.status?.conditions ?? [];
  checkConditions(errors, 'status.conditions', conditions);
  const known = conditions.filter((condition) => KNOWN_CONDITIONS.includes(condition.type ?? ''));
  if (known.length > 1) {
    errors.push(
      invalidValue(
        'status.conditions',
        conditions,
        'There may be at most one condition with type "Issued", "Denied", or "Failed"',
      ),
    );
  }
  const decided = (old.status?.conditions ?? []).some((condition) => KNOWN_CONDITIONS.includes(condition.type ?? ''));
  if (decided && !sameValues(STATUS_TYPE, request.status, old.status)) {
    errors.push(forbiddenField('status', 'immutable after PodCertificateRequest is issued, denied, or failed'));
    return errors;
  }
  const chain = request.status?.certificateChain;
  if (known.some((condition) => condition.type === 'Issued')) {
    const problem = certificatesProblem(chain ?? '');
    if (problem !== '') errors.push(invalidValue('status.certificateChain', chain ?? '', problem));
    for (const field of ['notBefore', 'notAfter', 'beginRefreshAt'] as const) {
      if (request.status?.[field] === undefined) errors.push(required(`status.${field}`, 'must be present'));
    }
  } else if (chain !== undefined) {
    errors.push(forbiddenField('status.certificateChain', 'must not be set unless the request is issued'));
  }
  return errors;
}
