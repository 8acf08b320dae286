import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { createErrors } from '../test-support.ts';
import { localSubjectAccessReviews, selfSubjectAccessReviews, subjectAccessReviews } from './reviews.ts';

const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'n' };
const review = (spec: object, metadata: KubeObject['metadata'] = {}): KubeObject => ({ metadata, spec });

test('SubjectAccessReview: somebody does one thing', () => {
  const cases: [object, string[]][] = [
    [{ user: 'u', resourceAttributes }, []],
    [{ resourceAttributes }, ['spec.user: Invalid value: "": at least one of user or group must be specified']],
    [
      { user: 'u' },
      [
        'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ],
    ],
    [
      { user: 'u', resourceAttributes, nonResourceAttributes: {} },
      ['spec.nonResourceAttributes: Invalid value: {}: cannot be specified in combination with resourceAttributes'],
    ],
  ];
  for (const [spec, expected] of cases) assert.deepEqual(createErrors(subjectAccessReviews, review(spec)), expected);
  assert.equal(createErrors(subjectAccessReviews, review({ user: 'u', resourceAttributes }, { name: 'x' })).length, 1);
  assert.deepEqual(createErrors(selfSubjectAccessReviews, review({ resourceAttributes })), []);
});

test('LocalSubjectAccessReview: in its namespace only', () => {
  const spec = { user: 'u', resourceAttributes };
  assert.deepEqual(createErrors(localSubjectAccessReviews, review(spec, { namespace: 'n' })), []);
  assert.deepEqual(createErrors(localSubjectAccessReviews, review(spec, { namespace: 'm' })), [
    'spec.resourceAttributes.namespace: Invalid value: "n": must match metadata.namespace',
  ]);
});

test('selectors are raw or taken apart', () => {
  const withSelector = (fieldSelector: object) =>
    review({ resourceAttributes: { ...resourceAttributes, fieldSelector } });
  assert.deepEqual(createErrors(selfSubjectAccessReviews, withSelector({ rawSelector: 'a=b' })), []);
  assert.equal(createErrors(selfSubjectAccessReviews, withSelector({})).length, 1);
  assert.equal(
    createErrors(selfSubjectAccessReviews, withSelector({ requirements: [{ key: 'a', operator: 'In' }] })).length,
    1,
  );
});
