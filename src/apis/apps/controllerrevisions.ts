/** controllerrevisions */
import type { ControllerRevision } from '../../generated/interfaces.ts';
import { type FieldError, required } from '../../meta/field-error.ts';
import { behavior, type Stored } from '../behavior.ts';
import { checkImmutable } from '../field-rules.ts';
import { checkNotNegative } from '../number-rules.ts';
import { AGE, age, column, NAME, NONE, printer } from '../printing.ts';

export const controllerRevisions = behavior<ControllerRevision>({
  repeatsMetadataChecks: true,
  validate,
  validateUpdate(revision, old) {
    const errors = validate(revision);
    checkImmutable(errors, 'data', revision.data, old.data);
    return errors;
  },
  printer: printer<Stored<ControllerRevision>>(
    [
      NAME,
      column('Controller', 'string', 'Workload to which the revision belongs.'),
      column('Revision', 'string', 'Number of the revision.'),
      AGE,
    ],
    (revision, nowMs) => [
      revision.metadata.name ?? '',
      controllerText(revision),
      revision.revision ?? 0,
      age(revision, nowMs),
    ],
  ),
});

/** `statefulset.apps/web` */
function controllerText({ metadata }: Stored<ControllerRevision>): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return NONE;
  const { apiVersion = '', kind = '', name = '' } = owner;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  return `${kind.toLowerCase()}${group}/${name}`;
}

function validate(revision: Stored<ControllerRevision>): FieldError[] {
  const errors: FieldError[] = [];
  if (revision.data === undefined || revision.data === null) errors.push(required('data', 'data is mandatory'));
  checkNotNegative(errors, 'revision', revision.revision);
  return errors;
}
