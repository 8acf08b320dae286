import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteOptionsObject, parseDeleteOptions } from './delete-options.ts';
import { parseListOptions } from './list-options.ts';
import { parseQuery } from './query.ts';
import {
  defaultFieldManager,
  fieldValidationOf,
  parsePatchOptions,
  parseWriteOptions,
  writeOptionsObject,
} from './write-options.ts';

test('queries are read as forms', () => {
  const query = parseQuery('a=1&b=x%20y+z&a=2&c&d=&%C3%A9=%F0%9F%98%80&&e=f=g');
  assert.equal(query.get('a'), '1');
  assert.deepEqual(query.getAll('a'), ['1', '2']);
  assert.equal(query.get('b'), 'x y z');
  assert.deepEqual([query.get('c'), query.get('d'), query.get('é'), query.get('e')], ['', '', '😀', 'f=g']);
  assert.equal(query.get('missing'), null);
  assert.deepEqual(query.getAll('constructor'), []);
  assert.equal(parseQuery('').get('a'), null);
  for (const [text, message] of [
    ['a=%zz', 'invalid URL escape "%zz"'],
    ['a=%2', 'invalid URL escape "%2"'],
    ['a=%ff', 'invalid URL escape: "%ff" is not UTF-8'],
    ['a=1;b=2', 'invalid semicolon separator in query'],
  ] as const) {
    assert.throws(() => parseQuery(text), { code: 400, message });
  }
});

function listError(text: string): string {
  try {
    parseListOptions(parseQuery(text));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('list options', () => {
  const options = parseListOptions(
    parseQuery('labelSelector=a%3Db&limit=5&resourceVersion=7&resourceVersionMatch=Exact&timeoutSeconds=3'),
  );
  assert.deepEqual(
    [
      options.labelSelector,
      options.limit,
      options.resourceVersion,
      options.resourceVersionMatch,
      options.timeoutSeconds,
    ],
    ['a=b', 5, '7', 'Exact', 3],
  );
  assert.equal(options.sendInitialEvents, null);
  assert.equal(parseListOptions(parseQuery('watch')).watch, true);
  assert.equal(parseListOptions(parseQuery('watch=False')).watch, false);
  assert.equal(parseListOptions(parseQuery(''), true).watch, true);
});

test('a watch from anywhere sends initial events', () => {
  const watch = parseListOptions(parseQuery('watch=1&resourceVersion=0'));
  assert.deepEqual([watch.sendInitialEvents, watch.resourceVersionMatch], [true, 'NotOlderThan']);
  assert.equal(parseListOptions(parseQuery('watch=1&resourceVersion=5')).sendInitialEvents, null);
});

test('list options that do not go together', () => {
  const head = 'ListOptions.meta.k8s.io "" is invalid: ';
  const cases: readonly (readonly [string, string])[] = [
    ['limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'resourceVersionMatch=Exact',
      `${head}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`,
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      `${head}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`,
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=1&continue=x',
      `${head}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided`,
    ],
    [
      'resourceVersionMatch=foo&resourceVersion=1',
      `${head}resourceVersionMatch: Unsupported value: "foo": supported values: "Exact", "NotOlderThan", ""`,
    ],
    ['sendInitialEvents=true', `${head}sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list`],
    [
      'watch=1&sendInitialEvents=true',
      `${head}resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`,
    ],
    [
      'watch=1&resourceVersionMatch=NotOlderThan',
      `${head}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided`,
    ],
  ];
  for (const [text, message] of cases) assert.equal(listError(text), message);
});

test('write options', () => {
  const options = parseWriteOptions(parseQuery('dryRun=All&fieldManager=me&fieldValidation=Strict'), 'CreateOptions');
  assert.deepEqual(options, { dryRun: true, fieldManager: 'me', fieldValidation: 'Strict' });
  assert.equal(fieldValidationOf(parseWriteOptions(parseQuery(''), 'UpdateOptions')), 'Warn');
  assert.deepEqual(writeOptionsObject(options, 'CreateOptions'), {
    kind: 'CreateOptions',
    apiVersion: 'meta.k8s.io/v1',
    dryRun: ['All'],
    fieldManager: 'me',
    fieldValidation: 'Strict',
  });
});

test('write options that are refused', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['dryRun=x', 'dryRun: Unsupported value: ["x"]: supported values: "All"'],
    ['fieldValidation=x', 'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"'],
    [`fieldManager=${'x'.repeat(129)}`, 'fieldManager: Too long: may not be more than 128 bytes'],
    ['fieldManager=a%00', 'fieldManager: Invalid value: "a\\x00": invalid character U+0000 (at position 1)'],
  ];
  for (const [text, problem] of cases) {
    assert.throws(() => parseWriteOptions(parseQuery(text), 'UpdateOptions'), {
      code: 422,
      message: `UpdateOptions.meta.k8s.io "" is invalid: ${problem}`,
    });
  }
});

test('apply needs a manager, and only apply may force', () => {
  assert.throws(() => parsePatchOptions(parseQuery(''), true), {
    message: /fieldManager: Required value: is required for apply patch$/,
  });
  assert.throws(() => parsePatchOptions(parseQuery('force=true'), false), {
    message: /force: Forbidden: may not be specified for non-apply patch$/,
  });
  assert.equal(parsePatchOptions(parseQuery('force=true&fieldManager=m'), true).force, true);
});

test('the user agent stands in for a manager', () => {
  assert.equal(defaultFieldManager('kubectl/v1.36 (linux)'), 'kubectl');
  assert.equal(defaultFieldManager('a\u0000bé'), 'abé');
  assert.equal(defaultFieldManager('é'.repeat(100)), 'é'.repeat(64));
  assert.equal(defaultFieldManager(''), '');
});

test('delete options come by body or by query', () => {
  const none = parseQuery('');
  const byQuery = parseDeleteOptions(
    null,
    parseQuery('gracePeriodSeconds=0&propagationPolicy=Orphan&uid=u&dryRun=All'),
  );
  const byBody = parseDeleteOptions(
    {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: 0,
      propagationPolicy: 'Orphan',
      preconditions: { uid: 'u' },
      dryRun: ['All'],
    },
    parseQuery('gracePeriodSeconds=9'),
  );
  assert.deepEqual(byQuery, byBody);
  assert.deepEqual(deleteOptionsObject(byBody), {
    kind: 'DeleteOptions',
    apiVersion: 'meta.k8s.io/v1',
    gracePeriodSeconds: 0,
    preconditions: { uid: 'u' },
    propagationPolicy: 'Orphan',
    dryRun: ['All'],
  });
  assert.equal(parseDeleteOptions({}, none).gracePeriodSeconds, null);
});

test('delete options that are refused', () => {
  const invalid = 'DeleteOptions.meta.k8s.io "" is invalid: ';
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { orphanDependents: true, propagationPolicy: 'Orphan' },
      `${invalid}propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set`,
    ],
    [
      { propagationPolicy: 'x' },
      `${invalid}propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"`,
    ],
    [{ dryRun: ['x'] }, `${invalid}dryRun: Unsupported value: ["x"]: supported values: "All"`],
    [
      { gracePeriodSeconds: 'x' },
      'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
    [
      { gracePeriodSeconds: 1.5 },
      'json: cannot unmarshal number 1.5 into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
    [
      { preconditions: { uid: 1 } },
      'json: cannot unmarshal number into Go struct field DeleteOptions.preconditions.uid of type string',
    ],
    [[], 'json: cannot unmarshal array into Go value of type v1.DeleteOptions'],
    [
      { kind: 'Pod', apiVersion: 'v1' },
      'no kind "Pod" is registered for version "v1" in scheme "meta.k8s.io/internalversion"',
    ],
  ];
  for (const [body, message] of cases) assert.throws(() => parseDeleteOptions(body, parseQuery('')), { message });
});
