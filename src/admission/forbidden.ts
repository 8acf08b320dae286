import { forbidden, type StatusError } from '../meta/status.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';

/** 403 as admission words it: an object that has no name yet is called by its generateName. */
export function admissionForbidden(attributes: AdmissionAttributes, why: string): StatusError {
  const { group, resource, name, object } = attributes;
  const known = name || object?.metadata.name || object?.metadata.generateName || 'Unknown';
  return forbidden({ group, resource }, known, why);
}
