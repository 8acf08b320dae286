import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf } from '../test-support.ts';
import { eventV1 } from './conversion.ts';

test('events of the new group are stored in the old form and come back', () => {
  const event = objectOf({
    eventTime: '2024-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', name: 'p' },
    note: 'n',
    reason: 'R',
    reportingController: 'c',
    reportingInstance: 'i',
    deprecatedCount: 2,
    series: { count: 3, lastObservedTime: '2024-01-01T00:00:01.000000Z' },
  });
  const stored = eventV1.toStorage(structuredClone(event));
  assert.deepEqual(stored['involvedObject'], { kind: 'Pod', name: 'p' });
  assert.equal(stored['message'], 'n');
  assert.equal(stored['reportingComponent'], 'c');
  assert.equal(stored['count'], 2);
  assert.equal(stored['note'], undefined);
  assert.deepEqual(eventV1.fromStorage(stored), event);
  assert.equal(eventV1.fieldLabelAliases?.['regarding.kind'], 'involvedObject.kind');
});
