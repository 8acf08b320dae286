/** Checks of file paths in volumes and mounts. */
import { type FieldError, invalidValue } from '../../meta/field-error.ts';

const FILE_MODE_TEXT = 'must be a number between 0 and 0777 (octal), both inclusive';
const FILE_MODE_MAX = 0o777;

export function checkFileMode(errors: FieldError[], field: string, mode: number | undefined): void {
  if (mode !== undefined && (mode < 0 || mode > FILE_MODE_MAX)) errors.push(invalidValue(field, mode, FILE_MODE_TEXT));
}

/** No element is `..`. */
export function checkNoBacksteps(errors: FieldError[], field: string, path: string): void {
  if (path.includes('..') && path.split('/').includes('..'))
    errors.push(invalidValue(field, path, "must not contain '..'"));
}

/** Relative, and stays below where it starts. */
export function checkDescendingPath(errors: FieldError[], field: string, path: string): void {
  if (path.startsWith('/')) errors.push(invalidValue(field, path, 'must be a relative path'));
  checkNoBacksteps(errors, field, path);
}

/** As above, and does not begin with the two dots that kubelets keep for themselves. */
export function checkProjectedPath(errors: FieldError[], field: string, path: string): void {
  checkDescendingPath(errors, field, path);
  if (path.startsWith('..') && path !== '..' && !path.startsWith('../')) {
    errors.push(invalidValue(field, path, "must not start with '..'"));
  }
}
