import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iscsiNameProblems } from './storage-source-validation.ts';

test('iSCSI names: three formats, of a qualified name only the end counts', () => {
  const valid = [
    'iqn.2001-04.com.example:storage.disk2',
    'iqn.2001-04.com.example:a:b',
    'iqn anything, iqn.2001-04.com.example:é',
    'iqn,iqn.2001-04.c::',
    'eui.0123456789abcdef',
    `naa.${'6'.repeat(32)}`,
  ];
  for (const name of valid) assert.deepEqual(iscsiNameProblems(name), [], name);
  const malformed = [
    'iqn.2001-04.com.example',
    'iqn.2001-04.com.example:',
    'iqn.2001-04.:a',
    'iqn.2001-04.com.example:a b',
    'iqn.2001-04.com.ex_ample:a',
    'eui.0123',
    'naa.1',
  ];
  for (const name of malformed) assert.deepEqual(iscsiNameProblems(name), ['must be valid format'], name);
  assert.deepEqual(iscsiNameProblems('foo:bar'), ['must be valid format starting with iqn, eui, or naa']);
});
