import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningCharactersMax } from '../../base/limits.ts';
import type { ContainerPort } from '../../generated/interfaces.ts';
import { podSpecWarnings } from './pod-warnings.ts';

function warningsOf(...ports: Partial<ContainerPort>[]): string[] {
  const list = ports.map((port) => ({ containerPort: 80, protocol: 'TCP' as const, ...port }));
  return podSpecWarnings('', { containers: [{ name: 'c', ports: list }] }, undefined);
}

test('ports that meet on the host are told in pairs, in their order', () => {
  const at = 'spec.containers[0].ports';
  assert.deepEqual(warningsOf({}, {}, { hostPort: 1 }), [
    `${at}[1]: duplicate port definition with ${at}[0]`,
    `${at}[2]: overlapping port definition with ${at}[0]`,
    `${at}[2]: overlapping port definition with ${at}[1]`,
  ]);
  assert.deepEqual(
    warningsOf({ hostPort: 1, hostIP: '10.0.0.1' }, { hostPort: 1, hostIP: '10.0.0.2' }, { hostPort: 1 }),
    [
      `${at}[2]: dangerously ambiguous port definition with ${at}[0]`,
      `${at}[2]: dangerously ambiguous port definition with ${at}[1]`,
    ],
  );
  assert.deepEqual(warningsOf({ hostPort: 1 }, { hostPort: 2 }, { hostPort: 1, hostIP: '10.0.0.1' }), [
    `${at}[2]: dangerously ambiguous port definition with ${at}[0]`,
  ]);
});

test('a hostile number of pairs is not written down', () => {
  const many = warningsOf(...Array.from({ length: 5000 }, () => ({})));
  assert.ok(many.length >= warningCharactersMax);
  assert.ok(many.length < warningCharactersMax + 5000);
});
