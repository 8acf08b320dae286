import type { AdmissionAttributes, Operation } from '../registry/admission.ts';

/** The write is one of the resource itself, not of a subresource. */
export function isWriteOf(
  attributes: AdmissionAttributes,
  group: string,
  resource: string,
  ...operations: readonly Operation[]
): boolean {
  return (
    attributes.resource === resource &&
    attributes.subresource === '' &&
    attributes.group === group &&
    operations.includes(attributes.operation)
  );
}
