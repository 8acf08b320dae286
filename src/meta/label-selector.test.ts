import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldErrorText } from './field-error.ts';
import { formatLabelSelector, selectorOfObject, validateLabelSelector } from './label-selector.ts';
import { labelSelectorText } from './labels.ts';

test('selector objects become selectors', () => {
  const selector = selectorOfObject({
    matchLabels: { a: 'b' },
    matchExpressions: [
      { key: 'c', operator: 'In', values: ['y', 'x'] },
      { key: 'd', operator: 'Exists' },
      { key: 'e', operator: 'DoesNotExist' },
      { key: 'f', operator: 'NotIn', values: ['z'] },
    ],
  });
  assert.ok(typeof selector !== 'string');
  assert.equal(labelSelectorText(selector), 'a=b,c in (x,y),d,!e,f notin (z)');
  assert.equal(selector.matches({ a: 'b', c: 'x', d: '' }), true);
  assert.equal(selector.matches({ a: 'b', c: 'x', d: '', e: '' }), false);
});

test('absence selects nothing, emptiness everything', () => {
  const [absent, empty] = [selectorOfObject(undefined), selectorOfObject({})];
  assert.ok(typeof absent !== 'string' && typeof empty !== 'string');
  assert.deepEqual([absent.nothing, absent.matches({}), empty.matches({})], [true, false, true]);
  assert.equal(formatLabelSelector(null), '<none>');
  assert.equal(formatLabelSelector({ matchLabels: {} }), '<none>');
  assert.equal(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: '?' }] }), '<error>');
});

test('errors of conversion', () => {
  assert.equal(
    selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'Foo' }] }),
    '"Foo" is not a valid label selector operator',
  );
  assert.equal(
    selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'In', values: [] }] }),
    "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
  );
});

test('errors of validation', () => {
  const errors = validateLabelSelector(
    {
      matchLabels: { a: '@' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: '', operator: 'Exists', values: ['@'] },
        { key: 'a', operator: 'Foo' },
      ],
    },
    'spec.selector',
  );
  assert.deepEqual(
    errors.map((error) => fieldErrorText(error).slice(0, 75)),
    [
      'spec.selector.matchLabels: Invalid value: "@": a valid label must be an emp',
      'spec.selector.matchExpressions[0].values: Required value: must be specified',
      'spec.selector.matchExpressions[1].values: Forbidden: may not be specified w',
      'spec.selector.matchExpressions[1].key: Invalid value: "": name part must be',
      'spec.selector.matchExpressions[1].key: Invalid value: "": name part must co',
      'spec.selector.matchExpressions[1].values[0]: Invalid value: "@": a valid la',
      'spec.selector.matchExpressions[2].operator: Invalid value: "Foo": not a val',
    ],
  );
  assert.deepEqual(validateLabelSelector(null, 'spec.selector'), []);
});
