import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../base/random.ts';
import {
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  generatedName,
  labelValueProblems,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  nameIsPathSegment,
  type Problems,
  qualifiedNameProblems,
  wildcardDns1123SubdomainProblems,
} from './names.ts';

const LONG = 'a'.repeat(254);

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NAME_PART =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

type Case = readonly [value: string, problems: Problems];

function check(name: string, validate: (value: string) => Problems, cases: readonly Case[]): void {
  test(name, () => {
    for (const [value, problems] of cases) assert.deepEqual(validate(value), problems, value);
  });
}

check('subdomains', dns1123SubdomainProblems, [
  ['a', []],
  ['a-1.b--c.9', []],
  ['a'.repeat(253), []],
  ['', [SUBDOMAIN]],
  ['A', [SUBDOMAIN]],
  ['a..b', [SUBDOMAIN]],
  ['a.-b', [SUBDOMAIN]],
  ['a-.b', [SUBDOMAIN]],
  ['a.', [SUBDOMAIN]],
  ['a\n', [SUBDOMAIN]],
  [LONG, ['must be no more than 253 characters']],
  [`${LONG}_`, ['must be no more than 253 characters', SUBDOMAIN]],
]);

check('RFC 1123 labels', dns1123LabelProblems, [
  ['0-a', []],
  ['a.b', ['must not contain dots']],
  ['-a', [LABEL]],
  ['a'.repeat(64), ['must be no more than 63 characters']],
]);

check('RFC 1035 labels begin with a letter', (value) => (dns1035LabelProblems(value).length > 0 ? ['bad'] : []), [
  ['a0', []],
  ['0a', ['bad']],
  ['a-', ['bad']],
]);

check('wildcards', (value) => (wildcardDns1123SubdomainProblems(value).length > 0 ? ['bad'] : []), [
  ['*.a.com', []],
  ['*.*.com', ['bad']],
  ['a.com', ['bad']],
  ['*', ['bad']],
]);

check('qualified names', qualifiedNameProblems, [
  ['MyName_1.x', []],
  ['example.com/a', []],
  ['/a', ['prefix part must be non-empty']],
  ['a/', ['name part must be non-empty', NAME_PART]],
  ['A/b', [`prefix part ${SUBDOMAIN}`]],
  ['&', [NAME_PART]],
  ['a'.repeat(64), ['name part must be no more than 63 bytes']],
  [`${LONG}/a`, ['prefix part must be no more than 253 bytes']],
  ['__proto__', [NAME_PART]],
]);
assert.match(
  qualifiedNameProblems('a/b/c')[0]!,
  /^a valid label key must consist of .* with an optional DNS subdomain prefix and '\/'/,
);

check('label values', labelValueProblems, [
  ['', []],
  ['a_B.9', []],
  ['-a', [VALUE]],
  ['a'.repeat(64), ['must be no more than 63 bytes']],
]);

test('a generateName may end in a dash, and RBAC names are free', () => {
  assert.deepEqual(nameIsDnsSubdomain('web-', true), []);
  assert.deepEqual(nameIsDnsSubdomain('web-', false), [SUBDOMAIN]);
  assert.deepEqual(nameIsDnsLabel('-', true), [LABEL]);
  assert.deepEqual(nameIsPathSegment('system:Node x', false), []);
  assert.deepEqual(nameIsPathSegment('..', false), ["may not be '..'"]);
  assert.deepEqual(nameIsPathSegment('..', true), []);
  assert.deepEqual(nameIsPathSegment('a/b%c', false), ["may not contain '/'", "may not contain '%'"]);
});

test('generated names keep the base up to 58 characters and avoid look-alikes', () => {
  const random = createSeededRandom(3);
  assert.match(generatedName('web-', random), /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  const long = generatedName('x'.repeat(80), random);
  assert.equal(long.length, 63);
  assert.ok(long.startsWith('x'.repeat(58)));
});
