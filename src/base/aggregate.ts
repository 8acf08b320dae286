/** Several errors as upstream writes them together: each once, in brackets when there are more than one; '' for none. */
export function aggregateErrors(errors: readonly string[]): string {
  if (errors.length <= 1) return errors[0] ?? '';
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`;
}
