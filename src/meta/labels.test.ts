import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compileLabelSelector,
  everything,
  formatLabels,
  labelSelectorText,
  nothing,
  requiredLabelValue,
  selectorOfLabels,
} from './labels.ts';
import { StatusError } from './status.ts';

const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

test('selectors match labels', () => {
  const labels = { a: 'b', n: '5', e: '' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['a=b', true],
    ['a==b', true],
    ['a!=b', false],
    ['x!=b', true],
    ['a in (b,c)', true],
    ['a notin (b)', false],
    ['x notin (b)', true],
    ['a', true],
    ['!a', false],
    ['!x', true],
    ['e=', true],
    ['a=', false],
    ['n>4', true],
    ['n<5', false],
    ['n>9223372036854775806', false],
    ['a>1', false],
    ['a=b,n=5', true],
    ['a=b,n=6', false],
    ['constructor', false],
    ['!constructor', true],
    ['constructor!=x', true],
    ['in in (in)', false],
  ];
  for (const [text, matches] of cases) assert.equal(compileLabelSelector(text).matches(labels), matches, text);
  assert.equal(compileLabelSelector('a=b').matches(undefined), false);
  assert.equal(compileLabelSelector('a!=b').matches(undefined), true);
});

test('the text form is normalized', () => {
  const cases: readonly (readonly [string, string])[] = [
    [' z , a = b ,e in ( y , x )', 'a=b,e in (x,y),z'],
    ['a in (,b)', 'a in (,b)'],
    ['a in ()', 'a in ()'],
    ['a in (b,,)', 'a in (,b)'],
    ['!f,g>1,h<2,i==j', '!f,g>1,h<2,i==j'],
    ['notin notin (in)', 'notin notin (in)'],
  ];
  for (const [text, normalized] of cases) assert.equal(labelSelectorText(compileLabelSelector(text)), normalized, text);
});

test('errors are upstream texts, with 400', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a,,b', "found ',', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a===', "unable to parse requirement: found '=', expected: identifier"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['a=@', `unable to parse requirement: values[0][a]: Invalid value: "@": ${VALUE_RULE}`],
    ['&=b', `unable to parse requirement: <nil>: Invalid value: "&": ${KEY_RULE}`],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => compileLabelSelector(text),
      (error) => error instanceof StatusError && error.code === 400 && error.message === message,
      text,
    );
  }
});

test('sets of labels as selectors and as text', () => {
  assert.equal(labelSelectorText(selectorOfLabels({ b: '2', a: '1' })), 'a=1,b=2');
  assert.equal(selectorOfLabels(undefined).matches({}), true);
  assert.equal(everything().matches(undefined), true);
  assert.equal(nothing().matches({ a: 'b' }), false);
  assert.equal(formatLabels({ b: '2', a: '1' }), 'a=1,b=2');
  assert.equal(formatLabels({}), '<none>');
  assert.equal(requiredLabelValue(compileLabelSelector('a in (x)'), 'a'), 'x');
  assert.equal(requiredLabelValue(compileLabelSelector('a in (x,y)'), 'a'), undefined);
});
