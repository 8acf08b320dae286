import type { IngressClass, IngressClassParametersReference } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, required, tooLong } from '../../meta/field-error.ts';
import { nameIsDnsLabel } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable, checkOneOf } from '../field-rules.ts';
import { AGE, age, column, NAME, NONE, printer } from '../printing.ts';
import { checkDomainPath } from './domain-path.ts';
import { checkTypedReference } from './typed-reference.ts';

const CONTROLLER_BYTES_MAX = 250;

export const ingressClasses = behavior<IngressClass>({
  repeatsMetadataChecks: true,
  generation: 'spec',
  setDefaults(object) {
    const parameters = object.spec?.parameters;
    if (parameters !== undefined) parameters.scope ??= 'Cluster';
  },
  validate,
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkImmutable(errors, 'spec.controller', object.spec?.controller ?? '', old.spec?.controller ?? '');
    errors.push(...validate(object));
    return errors;
  },
  printer: printer(
    [
      NAME,
      column('Controller', 'string', 'Controller that serves ingresses of this class.'),
      column('Parameters', 'string', 'Object with further settings of the controller.'),
      AGE,
    ],
    (object, nowMs) => [
      object.metadata.name ?? '',
      object.spec?.controller ?? '',
      parametersText(object.spec?.parameters),
      age(object, nowMs),
    ],
  ),
});

function validate(object: Stored<IngressClass>): FieldError[] {
  const errors: FieldError[] = [];
  const { controller = '', parameters } = object.spec ?? {};
  if (controller === '') {
    errors.push(required('spec.controller'));
  } else {
    if (Buffer.byteLength(controller) > CONTROLLER_BYTES_MAX)
      errors.push(tooLong('spec.controller', CONTROLLER_BYTES_MAX));
    checkDomainPath(errors, 'spec.controller', controller);
  }
  if (parameters !== undefined) checkParameters(errors, 'spec.parameters', parameters);
  return errors;
}

function checkParameters(errors: FieldError[], field: string, parameters: IngressClassParametersReference): void {
  checkTypedReference(errors, field, parameters);
  const { namespace } = parameters;
  const scope = parameters.scope ?? undefined;
  if (scope === undefined) errors.push(required(`${field}.scope`));
  checkOneOf(errors, `${field}.scope`, scope, ['Cluster', 'Namespace']);
  if (scope === 'Namespace') {
    if (namespace === undefined)
      errors.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    else addProblems(errors, `${field}.namespace`, namespace, nameIsDnsLabel(namespace, false));
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbiddenField(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
}

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return NONE;
  const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
  return `${parameters.kind}${group}/${parameters.name}`;
}
