import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrors, objectOf, row, updateErrors } from '../test-support.ts';
import { leaseCandidates } from './leasecandidates.ts';
import { leases } from './leases.ts';
import { compareSemanticVersions, parseSemanticVersion } from './semantic-version.ts';

test('Lease: what its spec may say', () => {
  const cases: [object, string[]][] = [
    [{}, []],
    [{ leaseDurationSeconds: 15, leaseTransitions: 0, strategy: 'example.com/mine', preferredHolder: 'b' }, []],
    [{ leaseDurationSeconds: 0 }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0']],
    [
      { leaseTransitions: -1, preferredHolder: 'b' },
      [
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
        'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
      ],
    ],
    [
      { strategy: 'Any' },
      ['spec.strategy.strategy: Unsupported value: "Any": supported values: "OldestEmulationVersion"'],
    ],
  ];
  for (const [spec, expected] of cases) assert.deepEqual(createErrors(leases, objectOf({ spec })), expected);
  assert.deepEqual(row(leases, objectOf({ spec: { holderIdentity: 'me' } })), ['a', 'me', '60m']);
});

test('LeaseCandidate: versions that fit each other, a fixed lease', () => {
  const spec = {
    leaseName: 'l',
    binaryVersion: '1.36.0',
    emulationVersion: '1.35.0',
    strategy: 'OldestEmulationVersion',
  };
  const object = objectOf({ spec });
  assert.deepEqual(createErrors(leaseCandidates, object), []);
  assert.deepEqual(row(leaseCandidates, object), ['a', 'l', '1.36.0', '1.35.0', '60m']);
  assert.deepEqual(createErrors(leaseCandidates, objectOf({ spec: { ...spec, emulationVersion: '1.37.0' } })), [
    'spec.binaryVersion: Invalid value: "1.36.0": must be greater than or equal to `emulationVersion`',
  ]);
  assert.equal(createErrors(leaseCandidates, objectOf({ spec: { ...spec, binaryVersion: 'v1' } })).length, 2);
  assert.deepEqual(createErrors(leaseCandidates, objectOf({})), [
    'spec.leaseName: Required value',
    'spec.binaryVersion: Required value',
    'spec.strategy: Required value',
  ]);
  assert.deepEqual(updateErrors(leaseCandidates, objectOf({ spec: { ...spec, leaseName: 'm' } }), object), [
    'spec.leaseName: Invalid value: "m": field is immutable',
  ]);
});

test('semantic versions are ordered as semver.org says', () => {
  const ordered = ['1.0.0-1', '1.0.0-2', '1.0.0-10', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta', '1.0.0', '1.0.10'];
  const versions = ordered.map((text) => parseSemanticVersion(text) ?? assert.fail(text));
  for (const [i, a] of versions.entries())
    for (const [j, b] of versions.entries()) assert.equal(Math.sign(compareSemanticVersions(a, b)), Math.sign(i - j));
  for (const text of ['1', '1.0', '01.0.0', '1.0.0-01', '1.0.0-', 'v1.0.0']) {
    assert.equal(parseSemanticVersion(text), null);
  }
});
