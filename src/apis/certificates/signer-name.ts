import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';

const DOMAIN_BYTES_MAX = 253;
const PATH_BYTES_MAX = 253 + 63 + 1;
const FORM_TEXT = "must be a fully qualified domain and path of the form 'example.com/signer-name'";

/** `example.com/signer-name` */
export function checkSignerName(errors: FieldError[], field: string, name: string): void {
  if (name === '') {
    errors.push(required(field));
    return;
  }
  const segments = name.split('/');
  const [domain = '', path = ''] = segments;
  if (segments.length !== 2) {
    errors.push(invalidValue(field, name, FORM_TEXT));
    return;
  }
  if (domain.length > DOMAIN_BYTES_MAX) errors.push(tooLong(field, DOMAIN_BYTES_MAX));
  const labels = domain.split('.');
  checkLabels(errors, field, domain, labels, dns1123LabelProblems);
  if (labels.length < 2)
    errors.push(invalidValue(field, domain, 'should be a domain with at least two segments separated by dots'));
  checkLabels(errors, field, path, path.split('.'), dns1123SubdomainProblems);
  const most = DOMAIN_BYTES_MAX + PATH_BYTES_MAX + 1;
  if (name.length > most) errors.push(tooLong(field, most));
}

/** Only the first bad label is told of. */
function checkLabels(
  errors: FieldError[],
  field: string,
  segment: string,
  labels: readonly string[],
  problems: (label: string) => readonly string[],
): void {
  const bad = labels.find((label) => problems(label).length > 0);
  if (bad === undefined) return;
  for (const problem of problems(bad)) {
    errors.push(invalidValue(field, segment, `validating label ${JSON.stringify(bad)}: ${problem}`));
  }
}
