import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cIdentifierProblems,
  configMapKeyProblems,
  envVarNameProblems,
  httpHeaderNameProblems,
  percentProblems,
  portNameProblems,
  portNumberProblems,
  relaxedEnvVarNameProblems,
} from './formats.ts';

test('what is valid has no problems', () => {
  assert.deepEqual(configMapKeyProblems('a_b-C.1'), []);
  assert.deepEqual(envVarNameProblems('_A.b-1'), []);
  assert.deepEqual(relaxedEnvVarNameProblems('1 any~thing'), []);
  assert.deepEqual(portNameProblems('http-2'), []);
  assert.deepEqual(portNumberProblems(65535), []);
  assert.deepEqual(percentProblems('100%'), []);
  assert.deepEqual(httpHeaderNameProblems('X-A'), []);
  assert.deepEqual(cIdentifierProblems('_a1'), []);
});

test('problems are upstream sentences', () => {
  assert.deepEqual(configMapKeyProblems('..'), ["must not be '..'"]);
  assert.deepEqual(configMapKeyProblems('..a'), ["must not start with '..'"]);
  assert.deepEqual(configMapKeyProblems('a/b'), [
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ]);
  assert.match(envVarNameProblems('1a')[0]!, /must not start with a digit/);
  assert.equal(relaxedEnvVarNameProblems('a=b').length, 1);
  assert.equal(relaxedEnvVarNameProblems('é').length, 1);
  assert.deepEqual(relaxedEnvVarNameProblems(''), ['environment variable name must be non-empty']);
  assert.deepEqual(portNameProblems('1--2'), [
    'must contain at least one letter (a-z)',
    'must not contain consecutive hyphens',
  ]);
  assert.deepEqual(portNameProblems('-abcdefghijklmnop'), [
    'must be no more than 15 characters',
    'must not begin or end with a hyphen',
  ]);
  assert.deepEqual(portNumberProblems(0), ['must be between 1 and 65535, inclusive']);
  assert.equal(percentProblems('1.5%').length, 1);
  assert.equal(httpHeaderNameProblems('a b').length, 1);
  assert.equal(cIdentifierProblems('1a').length, 1);
});
