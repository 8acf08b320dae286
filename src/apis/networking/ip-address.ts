import type { IPAddress, ParentReference } from '../../generated/interfaces.ts';
import { type FieldError, required } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, pathSegmentNameProblems } from '../../meta/names.ts';
import { behavior } from '../behavior.ts';
import { addProblems, checkImmutableStruct, checkText } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { ipProblems } from './ip.ts';

/** One address of the service ranges and who holds it (KEP-1880). */
export const ipAddresses = behavior<IPAddress>({
  repeatsMetadataChecks: true,
  validateName: (name) => ipProblems(name),
  validate(object) {
    const errors: FieldError[] = [];
    const parent = object.spec?.parentRef;
    if (parent === undefined) errors.push(required('spec.parentRef'));
    else checkParent(errors, 'spec.parentRef', parent);
    return errors;
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(
      errors,
      'spec.parentRef',
      'io.k8s.api.networking.v1.ParentReference',
      object.spec?.parentRef,
      old.spec?.parentRef,
    );
    return errors;
  },
  printer: printer([NAME, column('ParentRef', 'string', 'Object that holds the address.'), AGE], (object, nowMs) => [
    object.metadata.name ?? '',
    parentText(object.spec?.parentRef),
    age(object, nowMs),
  ]),
});

function checkParent(errors: FieldError[], field: string, parent: ParentReference): void {
  const { group = '', namespace = '' } = parent;
  if (group !== '') addProblems(errors, `${field}.group`, group, dns1123SubdomainProblems(group));
  checkText(errors, `${field}.resource`, parent.resource, pathSegmentNameProblems);
  checkText(errors, `${field}.name`, parent.name, pathSegmentNameProblems);
  if (namespace !== '') addProblems(errors, `${field}.namespace`, namespace, pathSegmentNameProblems(namespace));
}

/** `resource[.group]/[namespace/]name` */
function parentText(parent: ParentReference | undefined): string {
  if (parent === undefined) return '<none>';
  const group = parent.group ? `.${parent.group}` : '';
  const namespace = parent.namespace ? `${parent.namespace}/` : '';
  return `${parent.resource}${group}/${namespace}${parent.name}`;
}
