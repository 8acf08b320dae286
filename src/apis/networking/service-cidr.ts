import type { ServiceCIDR } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, statusSubresource } from '../behavior.ts';
import { addProblems, IMMUTABLE_TEXT } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { parseCidr } from './cidr.ts';
import { cidrProblems } from './ip.ts';

/** Ranges from which Services get their addresses (KEP-1880). */
export const serviceCidrs = behavior<ServiceCIDR>({
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate: (object) => validateCidrs(object.spec?.cidrs ?? []),
  validateUpdate: (object, old) => validateChange(object.spec?.cidrs ?? [], old.spec?.cidrs ?? []),
  subresources: { status: statusSubresource<ServiceCIDR>({ keepMetadata: ALL_METADATA }) },
  printer: printer([NAME, column('CIDRs', 'string', 'The ranges, one per IP family.'), AGE], (object, nowMs) => [
    object.metadata.name ?? '',
    (object.spec?.cidrs ?? []).join(','),
    age(object, nowMs),
  ]),
});

function validateCidrs(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.cidrs';
  if (cidrs.length === 0) return [required(field, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalidValue(field, { cidrs }, 'may only hold up to 2 values')];
  const errors: FieldError[] = [];
  cidrs.forEach((cidr, i) => {
    addProblems(errors, `${field}[${i}]`, cidr, cidrProblems(cidr));
  });
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.family);
  if (first !== undefined && first === second) {
    const text = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalidValue(field, cidrs, text));
  }
  return errors;
}

/** The only change allowed is from one range to that range and one of the other family. */
function validateChange(cidrs: readonly string[], old: readonly string[]): FieldError[] {
  const grows = old.length === 1 && cidrs.length === 2;
  if (cidrs.length !== old.length && !grows) return [invalidValue('spec.cidrs', cidrs, IMMUTABLE_TEXT)];
  const errors: FieldError[] = [];
  old.forEach((cidr, i) => {
    if (cidr !== cidrs[i]) errors.push(invalidValue(`spec.cidrs[${i}]`, cidrs[i], IMMUTABLE_TEXT));
  });
  return grows ? [...errors, ...validateCidrs(cidrs)] : errors;
}
