import type { APIService, APIServiceSpec } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { portNumberProblems } from '../../meta/formats.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems, pathSegmentNameProblems } from '../../meta/names.ts';
import { behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';

type Service = Stored<APIService>;

const GROUP_PRIORITY_MAX = 20_000;
const VERSION_PRIORITY_MAX = 1000;
const STATUSES = ['False', 'True', 'Unknown'];

export const apiServices = behavior<APIService>({
  repeatsMetadataChecks: true,
  validateName: pathSegmentNameProblems,
  allowUnconditionalUpdate: false,
  setDefaults({ spec }) {
    if (spec?.service !== undefined) spec.service.port ??= 443;
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate,
  validateUpdate: validate,
  subresources: { status: statusSubresource<APIService>({ validateUpdate: validateStatus }) },
  printer: printer(
    [
      NAME,
      column('Service', 'string', 'Service behind the API; Local: this server.'),
      column('Available', 'string', 'Whether the API can be used.'),
      AGE,
    ],
    (object, nowMs) => [object.metadata.name ?? '', serviceText(object), availableText(object), age(object, nowMs)],
  ),
});

function validate(object: Service): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Partial<APIServiceSpec> = object.spec ?? {};
  const { group = '', version = '', service } = spec;
  const name = object.metadata.name ?? '';
  if (name !== `${version}.${group}`) {
    errors.push(
      invalidValue(
        'metadata.name',
        name,
        `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(`${version}.${group}`)}`,
      ),
    );
  }
  const groupProblems = group === '' ? [] : dns1123SubdomainProblems(group);
  if (groupProblems.length > 0) errors.push(invalidValue('spec.group', group, groupProblems.join(',')));
  const versionProblems = dns1035LabelProblems(version);
  if (versionProblems.length > 0) errors.push(invalidValue('spec.version', version, versionProblems.join(',')));
  checkPriorities(errors, spec);
  if (service === undefined) {
    if ((spec.caBundle ?? '') !== '')
      errors.push(
        invalidValue('spec.caBundle', `${caBundleBytes(spec)} bytes`, 'local APIServices may not have a caBundle'),
      );
    if (spec.insecureSkipTLSVerify === true) {
      errors.push(
        invalidValue('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'),
      );
    }
  } else {
    checkService(errors, spec);
  }
  return errors;
}

function checkPriorities(errors: FieldError[], spec: Partial<APIServiceSpec>): void {
  const { groupPriorityMinimum: group = 0, versionPriority: version = 0 } = spec;
  if (group <= 0 || group > GROUP_PRIORITY_MAX) {
    errors.push(
      invalidValue('spec.groupPriorityMinimum', group, `must be positive and less than ${GROUP_PRIORITY_MAX}`),
    );
  }
  if (version <= 0 || version > VERSION_PRIORITY_MAX) {
    errors.push(
      invalidValue('spec.versionPriority', version, `must be positive and less than ${VERSION_PRIORITY_MAX}`),
    );
  }
}

function checkService(errors: FieldError[], spec: Partial<APIServiceSpec>): void {
  const { name = '', namespace = '', port } = spec.service ?? {};
  if (namespace === '') errors.push(required('spec.service.namespace'));
  if (name === '') errors.push(required('spec.service.name'));
  if (port !== undefined && portNumberProblems(port).length > 0) {
    errors.push(invalidValue('spec.service.port', port, `port is not valid: ${portNumberProblems(port).join(',')}`));
  }
  if (spec.insecureSkipTLSVerify === true && (spec.caBundle ?? '') !== '') {
    errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
}

function caBundleBytes(spec: Partial<APIServiceSpec>): number {
  return Buffer.byteLength(spec.caBundle ?? '', 'base64');
}

function validateStatus(object: Service): FieldError[] {
  const errors: FieldError[] = [];
  (object.status?.conditions ?? []).forEach(({ status }, i) => {
    const field = `status.conditions[${i}].status`;
    if (status === undefined || !STATUSES.includes(status)) errors.push(notSupported(field, status ?? '', STATUSES));
  });
  return errors;
}

function serviceText({ spec }: Service): string {
  return spec?.service === undefined ? 'Local' : `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}`;
}

/** `True`, or `False (ServiceNotFound)`. */
function availableText({ status }: Service): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (condition === undefined) return 'Unknown';
  const { status: text = '', reason = '' } = condition;
  return text === 'True' || reason === '' ? text : `${text} (${reason})`;
}
