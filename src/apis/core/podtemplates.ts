/** podtemplates */
import type { PodTemplate } from '../../generated/interfaces.ts';
import type { FieldError } from '../../meta/field-error.ts';
import { formatLabels } from '../../meta/labels.ts';
import { behavior, type Stored } from '../behavior.ts';
import { column, containersText, imagesText, NAME, printer } from '../printing.ts';
import { setOwnTemplateDefaults } from './pod-spec-defaults.ts';
import { checkPodTemplate } from './pod-spec-validation.ts';
import { podSpecWarnings } from './pod-warnings.ts';

export const podTemplates = behavior<PodTemplate>({
  setDefaults: setOwnTemplateDefaults,
  generation: 'spec',
  validate,
  validateUpdate: validate,
  warnings({ template, metadata }, old) {
    // What stood there has been warned of.
    if (old !== null && old.metadata.generation === metadata.generation) return [];
    return podSpecWarnings('template.', template?.spec, template?.metadata?.annotations);
  },
  deleteReturnsObject: true,
  printer: printer<Stored<PodTemplate>>(
    [
      NAME,
      column('Containers', 'string', 'Names of the containers.'),
      column('Images', 'string', 'Images of the containers.'),
      column('Pod Labels', 'string', 'Labels that the pods would have.'),
    ],
    ({ metadata, template }) => [
      metadata.name ?? '',
      containersText(template),
      imagesText(template),
      formatLabels(template?.metadata?.labels),
    ],
  ),
});

function validate(object: Stored<PodTemplate>): FieldError[] {
  const errors: FieldError[] = [];
  checkPodTemplate(errors, 'template', object.template ?? {});
  return errors;
}
