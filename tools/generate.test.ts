import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildDescriptions } from './descriptions.ts';
import { frame, isIntact } from './generate/files.ts';

test('the generated tables are intact and agree with the client package', () => {
  const tool = fileURLToPath(new URL('generate.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('an edited table is noticed', () => {
  const text = frame('\nexport const A = 1;\n');
  assert.ok(isIntact(text));
  assert.ok(!isIntact(text.replace('= 1', '= 2')));
  assert.ok(!isIntact('export const A = 1;\n'));
});

test('descriptions are keyed by definition and JSON field, free of the client’s escapes', () => {
  const descriptions = buildDescriptions();
  const container = descriptions['io.k8s.api.core.v1.Container'];
  assert.equal(container?.description, 'A single application container that you want to run within a pod.');
  assert.match(container?.fields['image'] ?? '', /^Container image name\./);
  assert.ok('default' in descriptions['io.k8s.api.core.v1.LimitRangeItem']!.fields);
  const rules = descriptions['io.k8s.api.admissionregistration.v1.RuleWithOperations']?.fields['resources'] ?? '';
  assert.match(rules, /'\*\/scale' means all scale subresources/);
  assert.match(descriptions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']?.description ?? '', /^IntOrString is/);
});
