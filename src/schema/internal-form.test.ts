import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileType } from './compile.ts';
import { internalForm, shownForm } from './internal-form.ts';
import { typeTable } from './types.ts';

const type = (name: string) => compileType(typeTable(), `io.k8s.api.${name}`);

test('structs have Go’s names, their own order, and every field', () => {
  assert.equal(
    JSON.stringify(internalForm(type('core.v1.ServicePort'), { port: 1, name: 'a' })),
    '{"Name":"a","Protocol":"","AppProtocol":null,"Port":1,"TargetPort":0,"NodePort":0}',
  );
  assert.equal(
    JSON.stringify(internalForm(type('rbac.v1.RoleRef'), { name: 'x' })),
    '{"APIGroup":"","Kind":"","Name":"x"}',
  );
});

test('names that differ from the published ones, and what stands elsewhere there', () => {
  const volume = internalForm(type('core.v1.Volume'), { name: 'v', rbd: { monitors: ['m'], image: 'i', pool: 'p' } });
  const { RBD, Secret } = volume as Record<string, Record<string, unknown>>;
  assert.deepEqual([RBD?.['CephMonitors'], RBD?.['RBDImage'], RBD?.['RBDPool'], Secret], [['m'], 'i', 'p', null]);
  const spec = internalForm(type('core.v1.PodSpec'), { hostNetwork: true, securityContext: { runAsUser: 7 } });
  const { SecurityContext, Containers } = spec as Record<string, Record<string, unknown>>;
  assert.deepEqual([SecurityContext?.['HostNetwork'], SecurityContext?.['RunAsUser'], Containers], [true, 7, null]);
});

test('metadata, selectors and maps keep their wire form', () => {
  const template = internalForm(type('core.v1.PodTemplateSpec'), { metadata: { labels: { b: '1', a: '2' } } });
  assert.deepEqual(Object.keys(template as object), ['labels', 'Spec']);
  assert.equal(JSON.stringify((template as { labels: object }).labels), '{"a":"2","b":"1"}');
  const selector = { matchLabels: { a: 'b' } };
  assert.deepEqual(shownForm(type('apps.v1.Deployment'), 'spec.selector', selector), selector);
});

test('the type is that of the field, of an item of its list, or of the struct around a text', () => {
  const root = type('core.v1.Pod');
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In' }] };
  const affinity = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const shown = { MatchExpressions: null, MatchFields: [{ Key: 'metadata.name', Operator: 'In', Values: null }] };
  assert.deepEqual(shownForm(root, `${affinity}[0]`, term), shown);
  assert.deepEqual(shownForm(root, affinity, [term]), [shown]);
  const profile = { type: 'x', localhostProfile: 'p' };
  const path = 'spec.securityContext.seccompProfile.localhostProfile';
  assert.deepEqual(shownForm(root, path, profile), { Type: 'x', LocalhostProfile: 'p' });
  const volume = type('core.v1.PersistentVolume');
  assert.deepEqual(shownForm(volume, 'nodeAffinity', { required: null }), { Required: null });
  assert.deepEqual(shownForm(root, 'spec.nowhere.at[0].all', { a: 1 }), { a: 1 });
});
