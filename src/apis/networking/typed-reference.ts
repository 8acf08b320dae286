import type { FieldError } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, pathSegmentNameProblems } from '../../meta/names.ts';
import { addProblems, checkText } from '../field-rules.ts';

interface TypedReference {
  /** Go writes null for an absent one. */
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
}

/** A reference to an object of any kind in the same namespace or cluster. */
export function checkTypedReference(errors: FieldError[], field: string, reference: TypedReference): void {
  const apiGroup = reference.apiGroup ?? null;
  if (apiGroup !== null) addProblems(errors, `${field}.apiGroup`, apiGroup, dns1123SubdomainProblems(apiGroup));
  checkText(errors, `${field}.kind`, reference.kind, pathSegmentNameProblems);
  checkText(errors, `${field}.name`, reference.name, pathSegmentNameProblems);
}
