import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import { addProblems } from '../field-rules.ts';

const PATH_PATTERN = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const PATH_TEXT =
  "a valid path must consist of alphanumeric characters, '/', '-', '.', '_', '~', '%', '!', '$', '&', ''', '(', ')', '*', '+', ',', ';', '=' or ':' (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";

/** `acme.io/foo`: a domain and a path after it. */
export function checkDomainPath(errors: FieldError[], field: string, value: string): void {
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    errors.push(invalidValue(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  const host = value.slice(0, slash);
  addProblems(errors, field, host, dns1123SubdomainProblems(host));
  const path = value.slice(slash + 1);
  if (!PATH_PATTERN.test(path)) errors.push(invalidValue(field, path, `Invalid path (${PATH_TEXT})`));
}
