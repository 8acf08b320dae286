import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../base/turns.ts';
import { DecodeError } from './decode-error.ts';
import { duplicateMembers, missingKind, parseJson, summarizeBody, typeMetaOf } from './json.ts';
import { findDuplicateMembers } from './json-duplicates.ts';

function parseError(body: string | Buffer): string {
  try {
    parseJson(Buffer.from(body));
    return '';
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return error.message;
  }
}

test('bodies are parsed, their members counted', () => {
  const { value, memberCount } = parseJson(Buffer.from('{"a":[{"b":"x:y\\":{"}],"c":{"d":1e3,"e":true}}'));
  assert.deepEqual(value, { a: [{ b: 'x:y":{' }], c: { d: 1000, e: true } });
  assert.equal(memberCount, 5);
  assert.equal(parseJson(Buffer.from('{"a":{"a":1,"a":1e9}}')).memberCount, 3);
});

test('errors are in Go words', () => {
  assert.equal(parseError(''), 'unexpected end of JSON input');
  assert.equal(parseError('{"a":1}x'), "invalid character 'x' after top-level value");
  assert.equal(parseError('\ufeff{}'), "invalid character 'ï' looking for beginning of value");
  assert.equal(parseError(Buffer.from([0x22, 0xff, 0x22])), 'the body is not valid UTF-8');
});

test('neither depth nor large numbers get in', () => {
  assert.equal(parseError('['.repeat(100_000)), "invalid character '[' exceeded max depth");
  assert.equal(parseError(`${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}`), "invalid character '{' exceeded max depth");
  assert.equal(parseError(`${'['.repeat(1000)}${']'.repeat(1000)}`), '');
  assert.match(parseError('{"a":[1e999]}'), /cannot unmarshal number/);
  assert.match(parseError(`[${'9'.repeat(400)}]`), /cannot unmarshal number/);
  assert.equal(parseError('[1e300, -1e-300]'), '');
});

test('members named like the prototype stay members', () => {
  const { value } = parseJson(Buffer.from('{"__proto__":{"polluted":true},"constructor":1}'));
  assert.deepEqual(Object.keys(value as object), ['__proto__', 'constructor']);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('duplicate members are found by path', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{"a":1,"b":{"a":1}}', []],
    ['{"a":[{"b":1,"b":2}],"a":3}', ['duplicate field "a[0].b"', 'duplicate field "a"']],
    ['[[1,{"x":1}],{"y":1,"y":1}]', ['duplicate field "[1].y"']],
    ['{"a":1,"\\u0061":2}', ['duplicate field "a"']],
    ['{"a.b":{"\\"":1,"\\"":2}}', ['duplicate field "a.b.\\""']],
    ['{"a":1,"a":1,"a":1}', ['duplicate field "a"']],
    ['{"__proto__":1,"__proto__":2}', ['duplicate field "__proto__"']],
    ['{"a":["a","a"],"b":"a"}', []],
  ];
  for (const [text, errors] of cases) assert.deepEqual(atOnce(findDuplicateMembers(text)), errors, text);
});

test('duplicates are looked for only when the counts differ', () => {
  const text = '{"a":1,"a":2}';
  assert.deepEqual(atOnce(duplicateMembers(text, 1, 2)), ['duplicate field "a"']);
  assert.deepEqual(atOnce(duplicateMembers(text, 2, 2)), []);
});

test('a hostile number of duplicates is reported in part', () => {
  const many = `{${Array.from({ length: 1000 }, (_, i) => `"k${i}":1,"k${i}":1`).join(',')}}`;
  assert.equal(atOnce(findDuplicateMembers(many)).length, 100);
  const long = 'x'.repeat(40_000);
  assert.ok(atOnce(findDuplicateMembers(`{"${long}":{${'"a":1,"a":1,"b":1,"b":1,"c":1,"c":1'}}}`)).length < 3);
});

test('apiVersion and kind', () => {
  assert.deepEqual(typeMetaOf({ apiVersion: 'apps/v1', kind: 'Deployment' }), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
  });
  assert.deepEqual(typeMetaOf({}), { apiVersion: '', kind: '' });
  const head = "couldn't get version/kind; json parse error: json: cannot unmarshal";
  assert.throws(() => typeMetaOf({ kind: 1 }), { message: `${head} number into Go struct field .kind of type string` });
  assert.throws(() => typeMetaOf([]), {
    message:
      /cannot unmarshal array into Go value of type struct \{ APIVersion string "json:\\"apiVersion,omitempty\\""/,
  });
  assert.throws(() => typeMetaOf({ apiVersion: 'a/b/c' }), { message: 'unexpected GroupVersion string: a/b/c' });
  assert.equal(missingKind('{}').message, "Object 'Kind' is missing in '{}'");
});

test('bodies are shown in part', () => {
  assert.equal(summarizeBody(Buffer.from('')), '<empty>');
  assert.equal(summarizeBody(Buffer.from('{"a":1}'), 4), '{"a" ...');
  assert.equal(summarizeBody(Buffer.from('[1]')), '5b315d');
});
