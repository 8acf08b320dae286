import type { RuntimeClass, Toleration } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue } from '../../meta/field-error.ts';
import { validateLabels } from '../../meta/label-selector.ts';
import { nameIsDnsLabel, qualifiedNameProblems } from '../../meta/names.ts';
import { parseQuantity } from '../../meta/quantity.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';

const EMPTY_KEY_TEXT = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

export const runtimeClasses = behavior<RuntimeClass>({
  allowUnconditionalUpdate: false,
  validate,
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkImmutable(errors, 'handler', object.handler, old.handler);
    return errors;
  },
  printer: printer(
    [NAME, column('Handler', 'string', 'Handler in the container runtime that runs the pods.'), AGE],
    (object, nowMs) => [object.metadata.name ?? '', object.handler ?? '', age(object, nowMs)],
  ),
});

function validate(object: Stored<RuntimeClass>): FieldError[] {
  const errors: FieldError[] = [];
  const handler = object.handler ?? '';
  addProblems(errors, 'handler', handler, nameIsDnsLabel(handler, false));
  for (const [name, text] of Object.entries(object.overhead?.podFixed ?? {})) {
    const field = `overhead.podFixed[${name}]`;
    addProblems(errors, field, name, qualifiedNameProblems(name));
    const quantity = parseQuantity(text);
    if (quantity !== null && text.startsWith('-'))
      errors.push(invalidValue(field, text, 'must be greater than or equal to 0'));
  }
  validateLabels(object.scheduling?.nodeSelector, 'scheduling.nodeSelector', errors);
  checkTolerations(errors, 'scheduling.tolerations', object.scheduling?.tolerations ?? []);
  return errors;
}

function checkTolerations(errors: FieldError[], field: string, tolerations: readonly Toleration[]): void {
  const seen = new Set<string>();
  tolerations.forEach((toleration, i) => {
    const at = `${field}[${i}]`;
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    if (key !== '') addProblems(errors, `${at}.key`, key, qualifiedNameProblems(key));
    if (key === '' && operator !== 'Exists') {
      errors.push(invalidValue(`${at}.operator`, operator, EMPTY_KEY_TEXT));
    }
    if (operator === 'Exists' && value !== '') {
      errors.push(invalidValue(`${at}.operator`, toleration, "value must be empty when `operator` is 'Exists'"));
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    const text = JSON.stringify([key, operator, value, effect, toleration.tolerationSeconds]);
    if (seen.has(text)) errors.push(duplicate(at, toleration));
    seen.add(text);
  });
}
